"""A comment for a pull request: two runs, before and after, from their report.json files.

The answers stand in it, so that a reviewer sees what became of each topic that turned.
"""

from collections.abc import Sequence

from app.plain_text import shortened
from app.views.evaluation_report import EvaluationReport, MeasureChange, TopicResult
from eval.measures.catalogue import MEASURES
from eval.reports.markdown import SIGNS, escape, table
from eval.reports.wording import VERDICTS, value
from eval.run.baseline import corpus_change, measure_changes

#: by which a program finds the comment that it wrote before
MARKER = "<!-- clause-desk: evaluation -->"
#: topics that are spelt out, and characters of an answer
_SHOWN, _EXCERPT = 15, 400


def comment(before: EvaluationReport | None, now: EvaluationReport, *, alpha: float) -> str:
    """In GitHub's and GitLab's Markdown; ``alpha``: a drop is one below this chance."""
    head = f"### {SIGNS[now.exit_code]} {VERDICTS[now.exit_code]}: "
    sections = [MARKER]
    if before is None:
        sections += [
            f"{head}{now.right} of {len(now.topics)} topics right",
            _about(now),
            "No earlier run to compare with.",
        ]
        return _joined([*sections, _bullets(now)])
    earlier = {topic.topic: topic for topic in before.topics}
    same = [t for t in now.topics if t.topic in earlier and earlier[t.topic].digest == t.digest]
    was = sum(earlier[topic.topic].right for topic in same)
    right = sum(topic.right for topic in same)
    changes = measure_changes(same, {t.topic: earlier[t.topic] for t in same}, alpha)
    lost = [(earlier[t.topic], t) for t in same if earlier[t.topic].right and not t.right]
    won = [(earlier[t.topic], t) for t in same if t.right and not earlier[t.topic].right]
    return _joined(
        [
            *sections,
            f"{head}{right} of {len(same)} topics right, {was} before",
            _about(now),
            _bullets(now),
            _moved(changes),
            _turned("newly wrong", lost),
            _turned("newly right", won),
            _not_compared(before, now, len(same)),
        ]
    )


def _joined(sections: Sequence[str]) -> str:
    return "\n\n".join(section for section in sections if section) + "\n"


def _about(now: EvaluationReport) -> str:
    model = f" by {escape(now.model)}" if now.model else ""
    return f"{escape(now.selection)}; {now.mode} answers{model}."


def _bullets(now: EvaluationReport) -> str:
    return "\n".join(f"- {escape(line)}" for line in now.failures)


def _moved(changes: Sequence[MeasureChange]) -> str:
    rows = [
        [
            f"**{escape(change.measure)}** ⚠" if change.worse else escape(change.measure),
            value(change.measure, change.before),
            value(change.measure, change.now),
            _difference(change),
            "–" if change.p is None else f"{change.p:.3f}",
        ]
        for change in changes
        if change.before != change.now
    ]
    if not rows:
        return "No measure moved."
    return table(["measure", "before", "after", "", "p of a drop"], rows)


def _difference(change: MeasureChange) -> str:
    """In per cent points, or words."""
    factor = 100 if MEASURES[change.measure].is_share else 1
    return f"{factor * (change.now - change.before):+.1f}"


def _turned(what: str, pairs: Sequence[tuple[TopicResult, TopicResult]]) -> str:
    if not pairs:
        return ""
    first = sorted(pairs, key=lambda pair: not pair[1].must)
    parts = [_topic(before, now) for before, now in first[:_SHOWN]]
    parts += [f"and {len(first) - _SHOWN} more"] if len(first) > _SHOWN else []
    body = "\n\n".join(parts)
    plural = "" if len(pairs) == 1 else "s"
    return f"<details><summary>{len(pairs)} topic{plural} {what}</summary>\n\n{body}\n\n</details>"


def _topic(before: TopicResult, now: TopicResult) -> str:
    must = " (must)" if now.must else ""
    why = f" — {escape('; '.join(now.why_wrong))}" if now.why_wrong else ""
    rows = [[when, _answer(topic)] for when, topic in (("before", before), ("after", now))]
    return f"`{now.topic}`{must} {escape(now.question)}{why}\n\n" + "\n".join(
        f"- {when}: {said}" for when, said in rows
    )


def _answer(topic: TopicResult) -> str:
    cited = ", ".join(f"`{clause}`" for clause in topic.cited[:5])
    told = escape(shortened(" ".join(topic.answer.split()), _EXCERPT))
    if not topic.answered:
        return f"refused: {told}"
    return f"{told} ({cited or 'cites nothing'})"


def _not_compared(before: EvaluationReport, now: EvaluationReport, compared: int) -> str:
    lines = []
    if change := corpus_change(before.documents, now.documents):
        lines.append(f"- the corpus changed: {escape(str(change))}")
    if rest := len(now.topics) - compared:
        lines.append(f"- {rest} topics are new or edited, and not compared")
    if gone := len({t.topic for t in before.topics} - {t.topic for t in now.topics}):
        lines.append(f"- {gone} topics of the earlier run were not asked")
    if before.mode != now.mode:
        lines.append(f"- answers were {before.mode} before and are {now.mode} now")
    return "\n".join(lines)
