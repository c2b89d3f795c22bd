"""The summary for a pull request, in GitHub's Markdown."""

from collections.abc import Iterable, Sequence

from app.views.evaluation_report import ExitCode
from eval.evaluation import RunReport
from eval.measures.catalogue import MEASURES
from eval.reports.wording import headline, value, with_interval
from eval.run.runner import TopicAnswer

SIGNS = {ExitCode.HOLDS: "✅", ExitCode.WORSE: "❌", ExitCode.COULD_NOT_RUN: "⚠️"}
#: a pull request's summary is for reading; the HTML page has all of them
_WRONG_SHOWN = 20


def markdown_report(report: RunReport) -> str:
    """Verdict, measures by split, what moved, and the topics that are wrong."""
    sections = [
        f"## {SIGNS[report.verdict.exit_code]} Evaluation {headline(report)}",
        f"Selection: {report.title}. Mode: {report.mode}. "
        f"Corpus: `{report.corpus.fingerprint[:12]}`.",
        _bullets(report.verdict.failures, "Fails because"),
        _bullets(report.verdict.remarks, "Worth knowing"),
        _measures(report),
        _changes(report),
        _wrong(report),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    lines = [header, [":--", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escape(text: str) -> str:
    """Text that stays text in a Markdown table: one line, nothing of it is markup."""
    line = " ".join(text.split())
    for character in "\\`*_[]<>|#&":
        line = line.replace(character, "\\" + character)
    return line


def _bullets(lines: Sequence[str], title: str) -> str:
    if not lines:
        return ""
    return "\n".join([f"**{title}**", "", *(f"- {escape(line)}" for line in lines)])


def _measures(report: RunReport) -> str:
    rows = [
        [name, *(with_interval(name, group.figures.get(name)) for group in report.splits)]
        for name in MEASURES
        if any(name in group.figures for group in report.splits)
    ]
    return table(["measure", *(f"{g.name} ({g.topics})" for g in report.splits)], rows)


def _changes(report: RunReport) -> str:
    if report.comparison is None:
        return ""
    rows = [
        [
            change.measure,
            value(change.measure, change.before),
            value(change.measure, change.now),
            "–" if change.p is None else f"{change.p:.3f}",
        ]
        for change in report.comparison.measures
        if change.before != change.now
    ]
    if not rows:
        return "No measure moved since the baseline."
    return "**Since the baseline**\n\n" + table(["measure", "before", "now", "p"], rows)


def _wrong(report: RunReport) -> str:
    failed = set(report.verdict.failed_topics)
    wrong = [asked for asked in report.asked if not asked.outcome.right]
    wrong.sort(key=lambda asked: asked.topic.id not in failed)  # those that fail the run first
    if not wrong:
        return ""
    rows = [_row(asked, asked.topic.id in failed) for asked in wrong[:_WRONG_SHOWN]]
    rest = len(wrong) - len(rows)
    more = f"\n\nand {rest} more: see report.html" if rest else ""
    return (
        f"<details><summary>{len(wrong)} topics wrong</summary>\n\n"
        + table(["topic", "question", "why"], rows)
        + more
        + "\n\n</details>"
    )


def _row(asked: TopicAnswer, fails: bool) -> list[str]:
    mark = "❌ " if fails else ""
    return [
        f"{mark}`{asked.topic.id}`",
        escape(asked.topic.question),
        escape("; ".join(asked.outcome.why_wrong)),
    ]
