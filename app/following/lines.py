"""A finding in words, for the page, the command line and a message: the same everywhere."""

from dataclasses import dataclass
from datetime import date

from app.answer.quoted_table import as_read
from app.following.basis import Names
from app.following.changes import Finding, FindingKind, ProvingClause
from app.plain_text import capitalized
from app.texts import texts
from app.wording import Language, day_words, locator_in, status_line
from ingest.corpus.versions import DiffPart, compare, marked


@dataclass(frozen=True, slots=True)
class FindingView:
    """``pieces``: what changed, word by word, () where no words did; ``proof``: the clause that
    proves it and where it stands."""

    head: str
    since: str
    pieces: tuple[DiffPart, ...]
    proof: ProvingClause | None
    proof_line: str

    @property
    def new_words(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind != "removed")

    @property
    def text(self) -> str:
        """In lines: what was removed stands in [-…-], what was added in {+…+}."""
        lines = [f"{self.head} ({self.since})"]
        if self.pieces:
            lines.append(marked(self.pieces))
        if self.proof is not None:
            lines.append(f"{self.proof_line}: {as_read(self.proof.text)}")
        return "\n".join(" ".join(line.split()) for line in lines)


def finding_view(finding: Finding, found_on: date, language: Language) -> FindingView:
    """``found_on``: the day of the check that found it."""
    say = texts(language).text

    def place(locator: str, names: Names) -> str:
        return say(
            "following.place",
            locator=capitalized(locator_in(locator, language)),
            name=names[language],
        )

    def clause(found: ProvingClause) -> str:
        same = found.names == finding.names
        return locator_in(found.locator, language) if same else place(found.locator, found.names)

    key = finding.kind.value
    if finding.kind is FindingKind.WORDS and finding.now is not None:
        key = "words_moved"
    head = say(
        f"following.{key}",
        place=place(finding.locator, finding.names),
        now=clause(finding.now) if finding.now else "",
        then=status_line(finding.then_status, language) if finding.then_status else "",
        after=status_line(finding.now_status, language) if finding.now_status else "",
        day=day_words(finding.since, language) if finding.since else "",
    )
    more = []
    if finding.introduces:
        more.append(say("following.introduces"))
    if finding.parts:
        places = "; ".join(locator_in(locator, language) for locator in finding.parts)
        more.append(say("following.parts", places=places))
    if finding.also:
        places = "; ".join(locator_in(locator, language) for locator in finding.also)
        more.append(say("following.also", places=places))
    if finding.kind in (FindingKind.STATUS, FindingKind.AHEAD) and finding.now is not None:
        instead = "following.instead_changed" if finding.new else "following.instead"
        more.append(say(instead, now=clause(finding.now)))
    if finding.since is not None:
        since = say("following.since_day", day=day_words(finding.since, language))
    else:
        since = say("following.since_unknown", day=day_words(found_on, language))
    old, new = as_read(finding.old or ""), as_read(finding.new or "")
    pieces = compare(old, new) if old or new else ()
    proof = finding.proof
    return FindingView(
        ". ".join([head, *more]) if language == "en" else "。".join([head, *more]),
        since,
        pieces,
        proof,
        say("following.proof", place=place(proof.locator, proof.names)) if proof else "",
    )
