"""Where a clause stands, for people: its locator and the headings above it."""

from ingest.clauses.numbering import print_chinese
from ingest.clauses.tree import ClauseNode, NodeKind


def locator(node: ClauseNode) -> str:
    """Where to look, for people: "item 4(2)", "item 二(一)2(5)", "第十条(四)"."""
    chain: list[ClauseNode] = []
    step: ClauseNode | None = node
    while step is not None and step.parent is not None:
        chain.append(step)
        step = step.parent
    written = ""
    for step in reversed(chain):
        number = (step.num or "").rstrip(".、．: ：")
        if step.kind is NodeKind.SCHEDULE:
            name = number if step.style == "annex" else f"schedule {step.value}"
            written = name[:1].lower() + name[1:]
        elif step.kind is NodeKind.NUMBERED and step.style == "article":
            written = number
        elif step.kind is NodeKind.NUMBERED and not written:
            written = f"item {number}"
        elif step.kind is NodeKind.NUMBERED:
            spaced = written[-1] not in ")）" and not number.startswith(("(", "（"))
            written += f" {number}" if spaced else number
        elif step.kind is NodeKind.SECTION:
            name = f"“{step.words.rstrip(':： ')}”"
            written = f"{written}, section {name}" if written else f"section {name}"
        elif step.ordinal.startswith("schedule."):
            written = f"schedules, paragraph {step.ordinal.removeprefix('schedule.p')}"
        elif step.kind is NodeKind.PARAGRAPH and chain[-1].style == "article":
            written += f"第{print_chinese(int(step.ordinal[1:]))}款"
        else:
            word = "bullet" if step.kind is NodeKind.BULLET else "paragraph"
            written += f"{', ' if written else ''}{word} {step.ordinal[1:]}"
    return written


def headings_above(node: ClauseNode, text: str) -> tuple[str, ...]:
    above: list[str] = []
    step = node.parent
    while step is not None and step.parent is not None:
        if step.is_heading:
            words = text[step.start : step.end].lstrip("# ").strip()
            above.append(words)
        step = step.parent
    return (*node.chapters, *reversed(above))
