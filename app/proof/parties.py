"""Who and which: names are the quote's own; parties, directions, places and times that exclude
each other are not swapped.

Each group of opposites holds words of which a rule names one; the other one makes another rule.
When the quote has both, the words beside them tell which one belongs there.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from re import Pattern

from app.contract import CheckOutcome
from app.proof.reading import (
    Objection,
    Reading,
    StatedRule,
    contradicted,
    failed,
    otherwise,
    unsure,
)
from app.proof.words import (
    Cue,
    Phrase,
    Word,
    cues,
    cues_of,
    overlap,
    pattern,
    rows,
    word_patterns,
    words,
)

_QUOTED = re.compile(r"[“\"«「『《]([^”\"»」』》]{2,})[”\"»」』》]")
_CAPITAL = re.compile(r"[A-Z]")
#: between the words of one name
_WITHIN = re.compile(r"(?:\s|,?\s*&|/|-|\s(?:of|the|and|for|in|or|on|by)(?=\s))+")
_ACRONYM = re.compile(r"[A-Z0-9]{2,}")
_NO_NAMES = words("capitals")
_JOINING = ("of", "the", "and", "for")
_LATIN = re.compile(r"[A-Z][A-Za-z0-9]*")


def check_names(reading: Reading) -> Iterator[Objection]:
    known: tuple[Phrase, ...] = (*reading.quotes, *reading.sources)
    for match in _QUOTED.finditer(reading.statement.text):
        inside = [w for w in reading.statement.words if match.start() < w.start < match.end()]
        if inside and not any(_stands_in(inside, span) for span in known):
            yield failed("reasons.name", words=f"“{match.group(1)}”")
    for part in reading.parts:
        for run in _names(part):
            name = part.text[run[0].start : run[-1].end]
            if not all(
                any(
                    _holds(
                        span,
                        word,
                        acronym=_ACRONYM.fullmatch(part.text[word.start : word.end]) is not None,
                    )
                    for span in known
                )
                for word in run
            ):
                # a name of the writer's own contradicts nothing, one in the rule's place does
                yield Objection(CheckOutcome.FAILED, "reasons.name", {"words": name}, part.close)
            elif not all(
                any(_side_by_side(piece, span) for span in known)
                for piece in _listed(run, part.text, known)
            ):
                yield unsure("reasons.not_named_so", words=name)


def check_latin_names(reading: Reading) -> Iterator[Objection]:
    """Of a sentence in another language than its quotes: names in Latin letters stand in them,
    too, or are what the glossary calls something in them."""
    known = " ".join((*reading.quote_texts, *(s.text for s in reading.sources))).lower()
    keys = frozenset(key for span in (*reading.quotes, *reading.sources) for key in span.keys)
    if reading.chinese:
        names = [match.group() for match in _LATIN.finditer(reading.statement.text)]
        foreign = [name for name in names if len(name) > 1 and name.lower() not in known]
    else:
        # in English prose a single capital may be anything: "Article", "Customs"
        runs = [(run, part.text) for part in reading.parts for run in _names(part)]
        foreign = [
            text[run[0].start : run[-1].end]
            for run, text in runs
            if (len(run) > 1 or _ACRONYM.fullmatch(text[run[0].start : run[0].end]))
            and not any(word.keys & keys or word.text in known for word in run)
        ]
    # what the quotes call in their own language is no other name: only an acronym beside it is
    own = [name for text in reading.quote_texts for name in _ACRONYM.findall(text)]
    has_rival = any(any(map(str.isalpha, one)) and one not in reading.statement.text for one in own)
    for name in foreign:
        yield Objection(CheckOutcome.FAILED, "reasons.name", {"words": name}, otherwise=has_rival)


def _names(part: Phrase) -> Iterator[list[Word]]:
    """Runs of capitalised words, the word that opens the sentence left out."""
    run: list[Word] = []
    for place, word in enumerate(part.words):
        text = part.text[word.start : word.end]
        capital = bool(_CAPITAL.match(text)) and (
            text.removesuffix("'s").removesuffix("’s") not in _NO_NAMES
        )
        opening = place == 0 and not (text.isupper() and len(text) > 1)
        if capital and not opening:
            if run and not _WITHIN.fullmatch(part.text[run[-1].end : word.start]):
                yield run
                run = []
            run.append(word)
    if run:
        yield run


def _listed(run: list[Word], text: str, known: Sequence[Phrase]) -> list[list[Word]]:
    """A run that is no name as a whole, taken apart at "and" and "or"."""
    if any(_side_by_side(run, span) for span in known):
        return [run]
    pieces: list[list[Word]] = [[run[0]]]
    for before, word in itertools.pairwise(run):
        if re.search(r"\b(?:and|or)\b", text[before.end : word.start]):
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _holds(span: Phrase, word: Word, *, acronym: bool) -> bool:
    if acronym and is_short_for(word.text, span):
        return True
    exact = {key for key in word.keys if acronym or not key.startswith("concept")}
    return bool(exact & span.keys) or any(word.text == other.text for other in span.words)


def is_short_for(acronym: str, span: Phrase) -> bool:
    """Whether words that stand side by side begin with its letters: "value added tax", VAT."""
    initials = "".join(word.text[0] for word in span.words if word.text not in _JOINING)
    return len(acronym) > 2 and acronym in initials


def _stands_in(words: Sequence[Word], span: Phrase) -> bool:
    """Whether the words stand there one behind the other."""
    mine = [word for word in words if word.keys]
    if not mine:
        return True
    theirs = span.content
    return any(
        all(mine[n].keys & theirs[place + n].keys for n in range(len(mine)))
        for place in range(len(theirs) - len(mine) + 1)
    )


def _side_by_side(words: Sequence[Word], span: Phrase) -> bool:
    """Whether each word and the next one stand close together there, in this order."""
    places = [
        [
            n
            for n, other in enumerate(span.words)
            if word.keys & other.keys or word.text == other.text
        ]
        for word in words
    ]
    return all(
        any(0 <= b - a <= 3 for a in first for b in second)
        for first, second in itertools.pairwise(places)
    )


# --- opposites ---


def _groups(file: str) -> tuple[Mapping[str, Pattern[str]], ...]:
    grouped = itertools.groupby(rows(file), key=lambda row: row.table)
    return tuple(word_patterns(group) for _, group in grouped)


OPPOSITES, LOOSE = _groups("opposites"), _groups("loose_opposites")
#: who acts
ACTORS = word_patterns(rows("actors"))
#: to whom rules are addressed: a rule that names nobody means them
_ADDRESSED = frozenset(row.name for row in rows("actors") if row.table == "addressed")
#: what may stand between an actor and the verb: "exhibitors of the fair shall"
_GOES_ON = re.compile(r"of|inside|outside|with|who|that|\w+(?:ing|ed|sel(?:f|ves))")
_ACTS = pattern(
    r"must",
    r"shall",
    r"may",
    r"can(?:not)?",
    r"will",
    r"should",
    r"ha(?:s|ve) to",
    r"needs?(?: to| not)?",
    r"ha(?:s|ve)(?= \w+ (?:days|weeks|months))",
    r"(?:is|are) (?:required|allowed|obliged) to",
    r"须|应当?|可以?",
)
_PASSIVE = pattern(
    r"(?:be|is|are|been) (?:\w+ )?(?:\w+ed|made|done|sent|given|put|taken|kept) by(?: the)?"
)


#: words that oppose too little to need a word of the quote
_PLAIN = words("things", "plain")


def check_opposites(reading: Reading) -> Iterator[Objection]:
    everything = {key for segment in reading.quotes for key in segment.keys}
    for part in reading.parts:
        named = {cue.kind for cue in cues_of(reading.quotes, ACTORS)}
        for group in (*OPPOSITES, *_denied(part)):
            yield from _compare(part, group, everything, loose=False)
        for group in LOOSE:
            yield from _compare(part, group, everything, loose=True)
        yield from _check_actors(part, named)
        yield from _check_agent(part)
        yield from _check_doers(part)
        yield from _check_roles(part)


_NON = re.compile(r"\bnon-(?P<what>[a-z]{4,})", re.I)


def _denied(part: StatedRule) -> Iterator[Mapping[str, Pattern[str]]]:
    """ "Non-bonded" makes a group of its own: what is bonded is another thing."""
    found = {m["what"] for span in (part, *part.support) for m in _NON.finditer(span.text)}
    for what in sorted(found):
        yield {
            f"non-{what}": pattern(
                rf"non-?{what}", rf"not {what}", rf"{what}-free", rf"free of {what}"
            ),
            what: pattern(what, rf"{what}-\w+"),
        }


def _compare(
    part: StatedRule, group: Mapping[str, Pattern[str]], everything: Set[str], *, loose: bool
) -> Iterator[Objection]:
    stated = cues(part, group)
    if not stated:
        return
    quoted = cues_of(part.support, group)
    said = {cue.kind for cue in stated}
    for cue in stated:
        mine = [other for other in quoted if other.kind == cue.kind]
        rivals = [other for other in quoted if other.kind != cue.kind]
        if not rivals:
            if not mine and cue.text.lower() not in _PLAIN and not _worded(cue, part, everything):
                yield unsure("reasons.not_said", words=cue.text)
            continue
        if not mine:
            if any(rival.kind in said for rival in rivals):
                if not loose:
                    yield unsure("reasons.not_said", words=cue.text)
            else:
                told = {"said": cue.text, "quoted": rivals[0].text}
                if loose:
                    yield unsure("reasons.otherwise", **told)
                else:
                    yield contradicted(part, "reasons.otherwise", **told)
            continue
        best_rival = max(rivals, key=lambda other: _nearness(cue, other))
        distance = _nearness(cue, best_rival) - max(_nearness(cue, other) for other in mine)
        if distance > (2 if best_rival.kind in said else 1):
            yield unsure("reasons.may_say", said=cue.text, quoted=best_rival.text)


def _worded(cue: Cue, part: StatedRule, keys: Set[str]) -> bool:
    """Whether the cue's own words stand in the quotes in another form."""
    words = [w for w in part.words if cue.start <= w.start < cue.end and w.telling]
    return not words or any(word.keys & keys for word in words)


def _nearness(cue: Cue, other: Cue) -> int:
    return overlap(cue.near, other.near)


def _closeness(cue: Cue, other: Cue) -> int:
    return overlap(cue.before[-2:], other.before[-2:]) + overlap(cue.after[:2], other.after[:2])


def _check_actors(part: StatedRule, named: Set[str]) -> Iterator[Objection]:
    """An actor that the quote does not name, or names elsewhere."""
    quoted = cues_of(part.support, ACTORS)
    stated = cues(part, ACTORS)
    said = {cue.kind for cue in stated}
    for cue in stated:
        mine = [other for other in quoted if other.kind == cue.kind]
        rivals = [other for other in quoted if other.kind != cue.kind and other.kind not in said]
        if not mine:
            if cue.kind not in named and (
                cues_of(part.drawn[:1], ACTORS) or cue.kind not in _ADDRESSED
            ):
                yield unsure("reasons.not_named", words=cue.text)
        elif rivals:
            best = max(rivals, key=lambda other: _closeness(cue, other))
            if _closeness(cue, best) > max(_closeness(cue, other) for other in mine) + 1:
                yield unsure("reasons.may_say", said=cue.text, quoted=best.text)


def _check_agent(part: StatedRule) -> Iterator[Objection]:
    """Who must, may or will act is whom the quote names."""
    agent = _agent(part)
    if agent is None:
        return
    theirs = [found for segment in part.support for found in _agents(segment)]
    if not theirs:
        named = {cue.kind for cue in cues_of(part.support, ACTORS)}
        if agent.kind not in named and (named or agent.kind not in _ADDRESSED):
            yield unsure("reasons.acts_not", words=agent.text)
        return
    best = max(theirs, key=lambda other: overlap(agent.after, other.near))
    same = [overlap(agent.after, o.near) for o in theirs if o.kind == agent.kind]
    if best.kind != agent.kind and overlap(agent.after, best.near) > max(same, default=0):
        told = {"said": agent.text, "quoted": best.text}
        elsewhere = any(cue.kind == agent.kind for cue in cues_of(part.support, ACTORS))
        if elsewhere:
            yield otherwise("reasons.other_acts", **told)
        else:
            yield contradicted(part, "reasons.other_acts", **told)


_BY = pattern(r"by(?!-)(?: the)?")


def _at_once(span: Phrase, place: int) -> tuple[Word, ...]:
    """The words right behind a place."""
    return tuple(w for w in span.near(place, place, 0, 2) if w.start - place <= 15)


def _check_doers(part: StatedRule) -> Iterator[Objection]:
    """ "Made by the Customs" is not "made by the declarant", whoever they are."""
    for match in _BY.finditer(part.text):
        deed, doer = part.near(match.start(), match.end(), 5, 0), _at_once(part, match.end())
        others: dict[int, list[Word]] = {}
        for segment in part.support:
            for theirs in _BY.finditer(segment.text):
                before = segment.near(theirs.start(), theirs.end(), 5, 0)
                if overlap(deed[-1:], before[-1:]):
                    told = others.setdefault(overlap(deed, before), [])
                    told += segment.near(theirs.end(), theirs.end(), 0, 4)
        if others and doer and not overlap(doer, others[max(others)]):
            yield unsure("reasons.names_another", words=doer[0].text)


def _agents(span: Phrase) -> list[Cue]:
    """Whoever a rule names as acting: it may tell of several deeds."""
    actors = cues(span, ACTORS)
    behind = [
        actor
        for passive in _PASSIVE.finditer(span.text)
        for actor in actors
        if 0 <= actor.start - passive.end() <= 12
    ]
    agent = _agent(span)
    return list(dict.fromkeys([*behind, *([agent] if agent else [])]))


def _check_roles(part: StatedRule) -> Iterator[Objection]:
    """ "A is commissioned by B" is not "A commissions B": with the voice the sides change."""
    for segment in part.support:
        for theirs in _DONE_BY.finditer(segment.text):
            verb = [w for w in segment.words if w.start == theirs.start("verb")]
            before = segment.near(theirs.start(), theirs.end(), 5, 0)
            behind = segment.near(theirs.start(), theirs.end(), 0, 5)
            patient = [w for w in before if not overlap([w], behind)]
            agent = [w for w in behind if not overlap([w], before)]
            for word in part.words:
                if not verb or not word.keys & verb[0].keys or word.text.endswith("ing"):
                    continue
                passive = (
                    _PASSIVE_BEFORE.search(part.text[: word.start]) is not None
                    or _BY.match(part.text, word.end + 1) is not None
                )
                left = part.near(word.start, word.end, 4, 0)
                right = part.near(word.start, word.end, 0, 4)
                first, second = (patient, agent) if passive else (agent, patient)
                if overlap(left, second) > overlap(left, first) and overlap(right, first) > overlap(
                    right, second
                ):
                    yield unsure("reasons.other_way", words=theirs.group())
                    return


_DONE_BY = re.compile(r"\b(?:be|is|are|been|was|were)\s+(?:\w+ly\s+)?(?P<verb>\w+ed)\s+by\b", re.I)
_PASSIVE_BEFORE = re.compile(r"\b(?:be|is|are|been|being|was|were|gets?)\s+(?:\w+ly\s+)?$", re.I)


def _agent(span: Phrase) -> Cue | None:
    """Who acts: the actor in front of the verb, or behind the "by" of a passive."""
    actors = cues(span, ACTORS)
    passive = _PASSIVE.search(span.text)
    if passive:
        behind = [actor for actor in actors if 0 <= actor.start - passive.end() <= 12]
        if behind:
            return behind[0]
    acts = _ACTS.search(span.text)
    before = [actor for actor in actors if acts and actor.end <= acts.start()]
    if acts is None:
        return _acting_now(span, actors)
    if not before:
        return None
    agent = before[-1]
    between = [word for word in span.words if agent.end <= word.start and word.end <= acts.start()]
    far = 9 if between and _GOES_ON.fullmatch(between[0].text.split("/")[0]) else 3
    if len(between) > far or _PASSIVE_VERB.match(span.text, acts.end()):
        return None
    return agent


def _acting_now(span: Phrase, actors: list[Cue]) -> Cue | None:
    """Who acts in the present tense: "the port customs inspects …"."""
    for actor in actors:
        if actor.start <= len("the local ") and _PRESENT.match(span.text, actor.end):
            return actor
    return None


_PRESENT = re.compile(r"\s+(?!is\b|has\b|does\b|was\b|its\b|this\b)[a-z]{3,}s\b")
_PASSIVE_VERB = pattern(
    r"(?: not| never| also| only)* be \w+(?:ed|en|wn)",
    r"(?: not| never| also| only)* be (?:kept|held|sent|brought|put|made|paid|sold|left|lent|lost|met|read|found|bound|built|bought|caught|dealt|done|told|set|shut|cut|let|hit)",
)
