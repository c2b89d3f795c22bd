"""Conditions: what a rule depends on, and to whom it applies, is not left out of the sentence; a
list that it announces is given whole, one of conditions is not left out."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from app.proof.reading import Objection, QuotedRule, Reading, StatedRule, otherwise, unsure
from app.proof.words import Phrase, Word, expression, overlap, pattern, words

_OPENING = re.compile(
    r"\s*(?:However, |Meanwhile, |But )?(?:only )?(?P<word>if|where|when|once|unless|for|regarding|concerning|in (?:the )?case of|"
    r"in the event of|in terms of|with|before|after|upon|within|as for|in order to)\b"
    # "for articles to be tried, tasted, and distributed, …": a list is one condition
    r"(?P<said>[^,]*(?:(?:, [\w-]+(?: [\w-]+)?)*,? (?:and|or) [\w-]+(?: [\w-]+)?(?=,))?)(?:,|$)",
    re.I,
)
_INNER = re.compile(
    r"\b(?P<word>if|unless|provided that|except(?:ing)?(?: for)?|excluding|only (?:for|if|when|after|where|during|applicable to)|"
    r"when|once|although|until|in the event of|subject to|in line with|upon(?= [^,;]*?(?:verification|approval|inspection|examination|confirmation|consent|permission|review|assessment|application|payment))|due to|on condition that|only after)\b(?P<said>[^,;]*)",
    re.I,
)
#: of the words of a condition the sentence has at least this share
KEPT = 0.5
#: a rule that adds fewer words to the sentence is not what it is about
FEWEST_ADDED = 2
#: an exemption names whom it frees in few words, and each of them counts
ALL_KEPT = 0.67
_FORCE = pattern(
    r"应当?|不得|可以|须|必须",
    r"need(?:s| not)?",
    r"refers? to",
    r"means?(?: that)?",
    r"appl(?:y|ies)",
    r"must",
    r"shall",
    r"may",
    r"can(?:not)?",
    r"will",
    r"should",
    r"is",
    r"are",
)
_MODAL = pattern(r"must", r"shall", r"may", r"can(?:not)?", r"will", r"should")
#: which of the things it names a rule means: "food that has been deep-processed"
_RELATIVE = re.compile(
    r"(?<!so )\b(?P<word>that|which|who|but)\s+(?P<said>(?:is|are|has|have|was|were|do|does|fail)\b[^,;]*)",
    re.I,
)
#: how a sentence says which of them it means
_NARROWS = pattern(
    r"that", r"which", r"who", r"subject to", r"requiring", r"needing", r"if", r"where"
)
#: what a rule is done to: "the materials shall be treated as …"
_DONE_TO = re.compile(r"\b(?:shall|must|may|can|will|should)(?: not)? be\b", re.I)
#: a rule that exempts or forbids does so for something
_FREES = pattern(
    r"exempt(?:ed|s)?",
    r"waived?",
    r"prohibited",
    r"not required",
    r"need not",
    r"no \w+ (?:shall be|is|are) charged",
)
_FOR = re.compile(
    r"\bfor\b(?P<said>[^,;.]*?)(?=\s(?:will|shall|may|can|is|are|has)\b|[,;.]|$)", re.I
)
_EXEMPTS = pattern(r"exempt(?:ed|s)?", r"need not", r"not required")
_LEAVES_OUT, _SUBJECT = "reasons.leaves_out", "reasons.leaves_out_whom"
_VAGUE = re.compile("|".join(map(expression, words("things", "vague"))))
_ONLY = pattern(r"only(?= (?:for|after|if|when|during|applicable))")
_ONLY_SAID = pattern(
    r"only",
    r"just",
    r"solely",
    r"exclusively",
    r"until",
    r"before",
    r"unless",
    r"once",
    r"cannot",
    r"not",
    r"without",
    r"exclusive",
    r"merely",
)


#: of a Chinese sentence, the stretches between commas that say when it applies: 情节严重的，
_CHINESE_CONDITION = re.compile(
    r"(?<![^。；;：:，,\s])(?P<said>[^。；;：:，,]{4,}?)(?:的情况下|的情形下|的|时|后|前|以前|以后|之前|之后)(?=[，,])"
)
_CHINESE_END = re.compile(r"[。；;\n]")
#: a sentence that has this share of a statement's pairs of characters is what it is taken from
_TAKEN = 0.6
#: and with this share the statement is in that sentence's own words
_OWN_WORDS = 0.9


def check_conditions(reading: Reading) -> Iterator[Objection]:
    if reading.chinese and reading.chinese_quotes:
        yield from _dropped_in_chinese(reading)
    said = reading.statement
    # "exhibitors of the 2018 fair": which document it is need not be said again
    titles = frozenset(key for source in reading.sources for key in source.keys)
    for part in reading.parts:
        if not part.drawn:
            continue
        core = part.drawn[0]
        yield from _other_subject(part, core)
        yield from _dropped_conditions(said, part, titles)
        yield from _bare(part, core)
        for segment in part.drawn:
            if overlap(part.content, segment.content) >= FEWEST_ADDED:
                yield from _dropped_exclusion(part, segment)
                if _ONLY.search(segment.text) and not _ONLY_SAID.search(part.text):
                    yield unsure("reasons.leaves_out_only")
        yield from _dropped_choice(part, core)


def _dropped_in_chinese(reading: Reading) -> Iterator[Objection]:
    """Stretches that say when the sentence applies that a statement is taken from, and that it
    has less than half of. Chinese puts them before a comma, without a word for "if". Of a
    statement in the sentence's own words, what stands elsewhere in it keeps no condition."""
    statement = _letters(reading.statement.text)
    said = _pairs(statement)
    for quote in reading.quote_texts:
        for sentence in _CHINESE_END.split(quote):
            letters = _letters(sentence)
            taken = len(said & _pairs(letters)) / len(said) if said else 0.0
            if taken < _TAKEN:
                continue
            for match in _CHINESE_CONDITION.finditer(sentence):
                condition = _letters(match["said"])
                pairs = _pairs(condition)
                kept = len(pairs & said) / len(pairs) if pairs else 1.0
                if kept >= KEPT and taken >= _OWN_WORDS:
                    begin = len(_letters(sentence[: match.start("said")]))
                    kept = _share_in_place(letters, begin, begin + len(condition), statement)
                if kept < KEPT:
                    yield unsure(_LEAVES_OUT, words=match[0].strip())


def _share_in_place(sentence: str, begin: int, end: int, statement: str) -> float:
    """The share of ``sentence[begin:end]`` that a statement has between what it has of the rest."""
    blocks = SequenceMatcher(None, sentence, statement, autojunk=False).get_matching_blocks()
    met = sum(max(0, min(end, b.a + b.size) - max(begin, b.a)) for b in blocks)
    return met / (end - begin)


def _letters(text: str) -> str:
    """A text without marks and blanks."""
    return "".join(filter(str.isalnum, text))


def _pairs(letters: str) -> frozenset[str]:
    """The pairs of neighbouring characters."""
    return frozenset(map("".join, itertools.pairwise(letters)))


def _dropped_conditions(
    said: Phrase, part: StatedRule, titles: frozenset[str]
) -> Iterator[Objection]:
    """What the rules that the part draws upon depend on, and it does not say."""
    left = list(part.content)
    for place, segment in enumerate(part.drawn):
        added = [word for word in left if word.keys & segment.keys]
        left = [word for word in left if not word.keys & segment.whole_keys]
        if place and len(added) < FEWEST_ADDED:
            continue
        proof = _proof(said, part, segment)
        for condition, objection in _conditions(segment, part):
            words = [word for word in condition if not word.keys & titles]
            if not words:
                continue
            either = _alternatives(words, segment, _LIST if objection.key == _SUBJECT else _OR)
            kept = max(_kept_share(some, proof) for some in either)
            few = len(words) <= 3 and _EXEMPTS.search(segment.text)
            if kept < (ALL_KEPT if few else KEPT):
                yield objection


def _proof(said: Phrase, part: StatedRule, segment: QuotedRule) -> frozenset[str]:
    """What of the sentence may prove that it keeps the conditions of a segment."""
    if not _names(segment) or _NARROWS.search(said.text):
        return said.keys
    # the rule behind the name may have the condition's words for another thing
    return said.keys.difference(*(s.keys for s in part.drawn if s is not segment))


def _kept_share(words: Sequence[Word], said: frozenset[str]) -> float:
    """Share of a condition's words, 0 to 1, that stand among what is said."""
    return sum(bool(word.keys & said) for word in words) / len(words)


_OR = re.compile(r"\bor\b")
_LIST = re.compile(r",|\b(?:or|and|as well as)\b")


def _alternatives(
    words: Sequence[Word], span: Phrase, between: re.Pattern[str]
) -> list[list[Word]]:
    """Of "in bulk or to be unloaded" either one is a condition by itself; so is each thing
    of a list that a rule is about."""
    groups: list[list[Word]] = [[words[0]]]
    for before, word in itertools.pairwise(words):
        if between.search(span.text, before.end, word.start):
            groups.append([])
        groups[-1].append(word)
    return [*groups, list(words)]


def _conditions(core: QuotedRule, part: StatedRule) -> Iterator[tuple[list[Word], Objection]]:
    opening = _OPENING.match(core.text)
    if opening:
        yield from _worded(core, opening)
    force = _start_of_force(core.text)
    for match in _RELATIVE.finditer(core.text, 0, len(core.text) if _names(core) else force):
        yield from _worded(core, match)
    for match in _INNER.finditer(core.text):
        if match.start() > 3 and _used(core, part, match.start()):
            yield from _worded(core, match)
    if _FREES.search(core.text):
        for match in _FOR.finditer(core.text):
            if match.start() > 3:
                yield from _worded(core, match)
    yield from _subject(core, opening.end() if opening else 0)


#: a condition without words of its own
_IF_NEEDED = re.compile(
    r"\b(?:if|where|when|as)\s+(?:necessary|needed|required|applicable|appropriate|involved|any|requested)\b",
    re.I,
)
_IF_SAID = pattern(
    r"if",
    r"where",
    r"when",
    r"whenever",
    r"as (?:necessary|needed|required|applicable|appropriate)",
    r"may (?:also )?(?:have|need|be (?:asked|required))",
    r"(?:on|upon) request",
    r"any",
    r"in case",
)


def _bare(part: StatedRule, core: QuotedRule) -> Iterator[Objection]:
    for segment in core.with_head:
        bare = _IF_NEEDED.search(segment.text)
        if bare and not _IF_SAID.search(part.text):
            yield unsure(_LEAVES_OUT, words=bare.group())


_EXCLUDES = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|excluding|other than|with the exception of)\b(?P<said>[^,;)]*)"
    r"|除(?P<but>[^,，。;；]+)以?外|(?P<out>[^,，。;；()：]+)除外|不(?:包括|含|适用于?)(?P<not>[^,，。;；]*)",
    re.I,
)
_EXCLUDED = pattern(
    r"except\w*",
    r"exclud\w*",
    r"other than",
    r"unless",
    r"(?<!or )not",
    r"\w+n['’]t",
    r"no",
    r"without",
    r"but",
    r"apart from",
    r"aside from",
    r"outside",
    r"bar(?:ring)?",
    r"save",
    r"non",
    r"除|不|非|未",
)


def _dropped_exclusion(part: StatedRule, core: QuotedRule) -> Iterator[Objection]:
    """What a rule excludes the sentence excludes too; to name it is not enough, and to say of it
    what holds of the rest is the contrary."""
    excludes = _EXCLUDES.search(core.text)
    if excludes is None or _EXCLUDED.search(part.text):
        return
    start, end = next(
        excludes.span(group) for group in excludes.groupdict() if excludes[group] is not None
    )
    out = [word for word in core.content if start <= word.start < end]
    subject = [word for word in part.content if word.end <= _end_of_subject(part.text)]
    if len(subject) >= FEWEST_ADDED and overlap(subject, out) >= ALL_KEPT * len(subject):
        yield otherwise(_LEAVES_OUT, words=excludes.group())
    elif _used(core, part, excludes.start()):
        yield unsure(_LEAVES_OUT, words=excludes.group())


def _end_of_subject(text: str) -> int:
    """Where what a rule is about ends: at its first comma or its verb."""
    found = (pattern.search(text) for pattern in (re.compile("[,，]"), _FORCE))
    return min((match.start() for match in found if match), default=0)


_CHOICE = re.compile(
    r"\b(?:must|shall|should|will)\b(?P<one>[^;(]*?),?\s+or\s+(?P<other>[^,;]*)", re.I
)
_MUST = pattern(r"must", r"shall", r"ha(?:s|ve) to", r"needs? to", r"(?:is|are) required")


def _dropped_choice(part: StatedRule, core: QuotedRule) -> Iterator[Objection]:
    """ "Shall be re-exported or imported": a sentence that orders one of the two says more."""
    choice = _CHOICE.search(core.text)
    if choice is None or not _MUST.search(part.text):
        return
    start, end = choice.span("other")
    one = [w for w in core.content if choice.start("one") <= w.start < choice.end("one")][-2:]
    other = [w for w in core.content if start <= w.start < end][:3]
    if one and other and overlap(one, part.content) and not overlap(other, part.content):
        yield unsure(_LEAVES_OUT, words=f"or {choice.group('other').strip()}")


def _start_of_force(text: str) -> int:
    """Where the verb of the main clause stands: the last one that orders or allows."""
    force = [match.start() for match in _MODAL.finditer(text)]
    return force[-1] if force else 0


def _names(core: QuotedRule) -> bool:
    """Whether a segment only names what the next one rules on: "Exhibits that are subject to
    quarantine. Exhibitors shall …"."""
    named = _RELATIVE.search(core.text)
    verbs = _RELATIVE.sub(" ", core.text)
    return named is not None and not _MODAL.search(core.text) and not _FORCE.search(verbs)


def _other_subject(part: StatedRule, core: QuotedRule) -> Iterator[Objection]:
    """The rule that the part draws upon speaks of what the part speaks of."""
    force = _FORCE.search(part.text)
    theirs = _FORCE.search(core.text)
    if force is None or theirs is None:
        return
    mine = [w for w in part.content if w.end <= force.start() and w.telling]
    own = [w for w in core.content if w.end <= theirs.start() and w.telling]
    known = any(word.keys & core.whole_keys for word in mine)
    if mine and own and not known and not overlap(own, part.content):
        said = " ".join(word.text for word in mine)
        yield unsure("reasons.other_subject", words=said)
    # "Where listed in the catalog of goods, materials shall be treated as …": of the materials,
    # not of the goods of the condition
    opening = _OPENING.match(core.text)
    done = _DONE_TO.match(core.text, theirs.start())
    if opening and done and theirs.start() >= opening.end() and not _OPENING.match(part.text):
        before = [w for w in core.content if w.start < opening.end()]
        subject = [w for w in core.content if opening.end() <= w.start < theirs.start()]
        telling = [w for w in _own(subject, before) if w.telling and not w.light]
        if mine and telling and not overlap(telling, part.content):
            yield unsure(
                "reasons.says_this_of", words=core.text[opening.end() : theirs.start()].strip()
            )


def _used(core: QuotedRule, part: StatedRule, place: int) -> bool:
    """Whether the part draws on the words that the condition stands behind."""
    before = [word for word in core.content if word.end <= place][-6:]
    return any(word.keys & part.keys for word in before)


def _worded(span: Phrase, match: re.Match[str]) -> Iterator[tuple[list[Word], Objection]]:
    """The words that a condition (the group ``said``) consists of, and what is told
    where they are left out."""
    start, end = match.span("said")
    words = [
        word
        for word in span.content
        if start <= word.start < end
        and word.telling
        and not word.light
        and not _VAGUE.match(word.text)
    ]
    rest = [word for word in span.content if not start <= word.start < end]
    own = _own(words, rest) or words
    if own:
        yield own, unsure(_LEAVES_OUT, words=match.group().strip(" ,"))


def _own(words: Sequence[Word], rest: Sequence[Word]) -> list[Word]:
    """What only the condition says. "Listed in the catalog of prohibited goods … treated as
    prohibited": a sentence that says "prohibited" has not said "catalog", though both are
    names of one concept."""
    elsewhere = frozenset(key for word in rest for key in word.keys)
    return [replace(word, keys=keys) for word in words if (keys := word.keys - elsewhere)]


def _subject(core: QuotedRule, start: int) -> Iterator[tuple[list[Word], Objection]]:
    force = _FORCE.search(core.text, start)
    if force is None:
        return
    words = [w for w in core.content if start <= w.start < force.start() and w.telling]
    frees = _EXEMPTS.search(core.text) is not None
    # a subject with a restriction: "personnel proved to be with …"
    if len(words) >= (2 if frees else 4):
        rest = [w for w in core.content if w.start >= force.start()]
        own = _own(words, rest)
        yield (
            own if len(own) > 1 else words,
            unsure(_SUBJECT, words=core.text[start : force.start()].strip()),
        )


# --- lists ---

#: the head of a list of conditions
_LISTED = re.compile(
    r"(?:following|below)\b.*(?:conditions?|circumstances|cases).*:$|conditions below:$", re.I
)
#: what is asked for beside the conditions of a list: "shall be firms of the trade and shall meet …"
_BESIDE_LIST = re.compile(
    r"\b(?:shall|must)\s+(?P<said>[^,;:]*?)\s+and\s+(?:(?:shall|must)\s+)?(?:also\s+)?"
    r"(?:meet|satisfy|fulfil|comply)\b",
    re.I,
)
#: a list is announced
_ANNOUNCES = re.compile(r"\b(?:following|below)\b[^:.]*(?P<end>[:.])", re.I)
#: of an item's words a list that is given whole has at least this share; items of one list are
#: worded alike, so half of them says little
TOLD = 0.8
#: of a head's words a sentence that says what its list is of has at least this share
HEAD_SAID = 0.5
#: a list has more than one item
FEWEST_ITEMS = 2


def check_lists(reading: Reading) -> Iterator[Objection]:
    yield from _list_in_part(reading)
    for part in reading.parts:
        if part.drawn:
            yield from _dropped_list(part, reading)
            yield from _condition_alone(part.drawn[0], reading.statement)


def _dropped_list(part: StatedRule, reading: Reading) -> Iterator[Objection]:
    # "The Office may admit traders, and the traders shall meet one of the following …"
    sentence = part.drawn[0].sentence
    beside = [s for s in reading.quotes if s.sentence == sentence and s not in part.drawn]
    for segment in (*part.drawn, *beside):
        items = reading.items_of(segment)
        if _LISTED.search(segment.text) and items and not any(s in part.drawn for s in items):
            yield unsure("reasons.leaves_out_list")


def _condition_alone(segment: QuotedRule, said: Phrase) -> Iterator[Objection]:
    """An item of "materials meeting the following conditions:" says what must hold, not what
    holds."""
    head = segment.head
    if (
        head is not None
        and _LISTED.search(head.text)
        and overlap(head.content, said.content) < HEAD_SAID * len(head.content)
    ):
        yield unsure("reasons.condition_as_fact")


def _list_in_part(reading: Reading) -> Iterator[Objection]:
    """ "Firms meeting the following conditions: (2) …": a reader takes it for the whole list."""
    said = reading.statement
    announced = _ANNOUNCES.search(said.text)
    if announced is None:
        return
    for head in dict.fromkeys(segment.head for segment in reading.quotes if segment.head):
        if announced[0].casefold() not in head.text.casefold():
            continue
        items = reading.items_of(head)
        told = [s for s in items if overlap(s.content, said.content) >= TOLD * len(s.content)]
        if len(told) < max(len(items), FEWEST_ITEMS):
            yield unsure("reasons.list_in_part")
        for match in _BESIDE_LIST.finditer(head.text):
            for beside, objection in _worded(head, match):
                if _kept_share(beside, said.keys) < ALL_KEPT:
                    yield objection
    if announced["end"] == ".":
        yield unsure("reasons.list_in_part")
