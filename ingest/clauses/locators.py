"""Where a clause stands, for people: its locator and the headings above it."""

from collections.abc import Sequence

from ingest.clauses.numbering import STYLES
from ingest.clauses.numerals import print_chinese
from ingest.clauses.tree import ClauseNode, NodeKind
from ingest.text.language import is_chinese

_LONGEST_INSTRUMENT = 60


def locator(node: ClauseNode) -> str:
    """Where to look, for people: "item 4(2)", "Article 3(2)(a)", "Annex I, item 1", "第十条(四)"."""
    chain: list[ClauseNode] = []
    step: ClauseNode | None = node
    while step is not None and step.parent is not None:
        chain.append(step)
        step = step.parent
    chain.reverse()
    annexes = [step for step in chain if step.kind is NodeKind.ANNEX]
    written = ", ".join(_worded(step.num or "") for step in annexes)
    within = _within(chain[len(annexes) :])
    return f"{written}, {within}" if written and within else written or within


def _within(chain: Sequence[ClauseNode]) -> str:
    written = ""
    for step in chain:
        number = (step.num or "").rstrip(".、．: ：")
        if step.kind is NodeKind.SCHEDULE:
            name = number if step.style == "annex" else f"schedule {step.value}"
            written = name[:1].lower() + name[1:]
        elif step.kind is NodeKind.NUMBERED and step.style == "recital":
            written = f"recital {number.strip('()（） ')}"
        elif step.kind is NodeKind.NUMBERED and STYLES[step.style].rank is not None:
            written = f"{written}, {_worded(number)}" if written else _worded(number)
        elif step.kind is NodeKind.NUMBERED and not written:
            written = f"item {number}"
        elif step.kind is NodeKind.NUMBERED and _is_english_article(chain[0]):
            written += number if number[0] in "(（" else f"({number.rstrip(')）')})"
        elif step.kind is NodeKind.NUMBERED:
            spaced = written[-1] not in ")）" and not number.startswith(("(", "（"))
            written += f" {number}" if spaced else number
        elif step.kind is NodeKind.SECTION:
            name = f"“{step.words.rstrip(':： ')}”"
            written = f"{written}, section {name}" if written else f"section {name}"
        elif step.ordinal.startswith("schedule."):
            written = f"schedules, paragraph {step.ordinal.removeprefix('schedule.p')}"
        elif step.kind is NodeKind.PARAGRAPH and chain[0].style == "chinese_article":
            written += f"第{print_chinese(int(step.ordinal[1:]))}款"
        else:
            word = "bullet" if step.kind is NodeKind.BULLET else "paragraph"
            written += f"{', ' if written else ''}{word} {step.ordinal[1:]}"
    return written


def _is_english_article(top: ClauseNode) -> bool:
    style = STYLES.get(top.style)
    return style is not None and style.rank is not None and not is_chinese(top.num or "")


def _worded(num: str) -> str:
    """A number with its word, as printed on one line: "ANNEX  I" is Annex I."""
    words = num.rstrip(".、．: ：").split()
    if words and words[0].isupper() and words[0].isascii() and len(words[0]) > 1:
        words[0] = words[0].capitalize()
    written = " ".join(words)
    return written if len(written) <= _LONGEST_INSTRUMENT else f"{written[:_LONGEST_INSTRUMENT]}…"


def headings_above(node: ClauseNode, text: str) -> tuple[str, ...]:
    above: list[str] = []
    step = node.parent
    while step is not None and step.parent is not None:
        if step.is_heading:
            lines = (line.strip() for line in text[step.start : step.end].splitlines())
            above.append(" ".join(line for line in lines if line))
        step = step.parent
    return (*node.chapters, *reversed(above))
