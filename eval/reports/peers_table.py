"""The comparison table: the system and its peers on the same topics."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.views.evaluation_report import TopicOutcome
from eval.errors import CannotRun
from eval.evaluation import RunReport
from eval.reports import wording
from eval.reports.markdown import table
from eval.run.summary import plain_values

START, END = "<!-- peers:start -->", "<!-- peers:end -->"
_MEASURES = (
    "Success@1", "Success@5", "R@10", "nDCG@10", "citation_precision", "refusal_accuracy",
    "AUROC", "status_accuracy", "answer_length",
)  # fmt: skip


class PeerRow(NamedTuple):
    name: str
    what: str
    values: tuple[str, ...]


class PeerRows(NamedTuple):
    """``header``: the names of the measures, in the order of each row's values."""

    header: tuple[str, ...]
    rows: tuple[PeerRow, ...]


def peer_rows(report: RunReport) -> PeerRows:
    """A row for the system and one per peer, over all the topics of the run."""
    ours = PeerRow(report.assistant, f"{report.mode} answers", _values(report.outcomes))
    others = (
        PeerRow(peer.name, peer.what, _values([asked.outcome for asked in peer.asked]))
        for peer in report.peers
    )
    return PeerRows(_MEASURES, (ours, *others))


def peers_markdown(report: RunReport) -> str:
    """The table in Markdown, with what it was counted on."""
    header, rows = peer_rows(report)
    body = table(
        ["", *(name.replace("_", " ") for name in header)],
        [[f"**{row.name}** ({row.what})", *row.values] for row in rows],
    )
    return (
        f"{body}\n\n"
        f"{len(report.asked)} topics ({report.title}); a result counts when it holds the "
        "evidence. Peers cannot refuse and know no status. Made by "
        "`python -m eval run --peers`."
    )


def write_between_markers(path: Path, text: str) -> None:
    """Put ``text`` between the two markers of a file, each on its own line.

    Raises CannotRun when the file can't be read or written or lacks the markers.
    """
    try:
        before, start, rest = path.read_text(encoding="utf-8").partition(START)
        _, end, after = rest.partition(END)
        if not (start and end):
            raise CannotRun(f"{path} has no {START} … {END} to put the table between")
        path.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotRun(f"can't put the table into {path}: {error.strerror}") from error


def _values(outcomes: Sequence[TopicOutcome]) -> tuple[str, ...]:
    values = plain_values(outcomes)
    return tuple(wording.value(name, values[name]) if name in values else "–" for name in _MEASURES)
