"""The names under which measures appear in reports, thresholds and the baseline."""

from typing import NamedTuple

from app.views.evaluation_report import IN_WORDS


class MeasureInfo(NamedTuple):
    """``tested``: a significant drop against the baseline fails the run."""

    name: str
    label: str
    higher_is_better: bool = True
    tested: bool = False

    @property
    def is_share(self) -> bool:
        """Whether its values are 0..1, shown in per cent; else they are numbers of words."""
        return self.name not in IN_WORDS


#: A value per topic; the figure of a group is the mean over the topics that have one.
TOPIC_MEASURES = (
    MeasureInfo("right", "right answers and refusals", tested=True),
    MeasureInfo("Success@1", "gold clause first", tested=True),
    MeasureInfo("Success@5", "a gold clause in the first 5", tested=True),
    MeasureInfo("R@5", "gold clauses in the first 5"),
    MeasureInfo("R@10", "gold clauses in the first 10"),
    MeasureInfo("AP@10", "average precision"),
    MeasureInfo("RR@10", "reciprocal rank"),
    MeasureInfo("nDCG@10", "ranking quality", tested=True),
    MeasureInfo("citation_precision", "citations that support", tested=True),
    MeasureInfo("citation_recall", "statements supported", tested=True),
    MeasureInfo("gold_cited", "gold clauses cited"),
    MeasureInfo("evidence_quoted", "evidence shown in quotes"),
    MeasureInfo("needed_quoted", "all that a reader must see is quoted", tested=True),
    MeasureInfo("quote_exactness", "quotes verbatim", tested=True),
    MeasureInfo("figure_coverage", "required figures shown", tested=True),
    MeasureInfo(
        "figure_invention", "answers with an invented figure", higher_is_better=False, tested=True
    ),
    MeasureInfo("status_accuracy", "status right", tested=True),
    MeasureInfo("refusal_accuracy", "answered or refused rightly", tested=True),
    MeasureInfo("refusal_precision", "refusals that were due"),
    MeasureInfo("refusal_recall", "due refusals made", tested=True),
    MeasureInfo("refusal_reason", "reason of the refusal right"),
    MeasureInfo("token_F1", "word overlap with the reference"),
    MeasureInfo("answer_length", "how much there is to read", higher_is_better=False),
)

#: A value per group of topics.
SET_MEASURES = (
    MeasureInfo("AUROC", "confidence tells covered from not"),
    MeasureInfo("risk@50", "errors in the surest 50%", higher_is_better=False),
    MeasureInfo("risk@80", "errors in the surest 80%", higher_is_better=False),
    MeasureInfo("ECE", "confidence off by", higher_is_better=False),
)

MEASURES = {info.name: info for info in (*TOPIC_MEASURES, *SET_MEASURES)}
