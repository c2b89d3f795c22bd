"""Each measure on an example of a few lines with its value worked out by hand."""

import pytest

from app.views.evaluation_report import ReliabilityBin, RiskPoint
from eval.measures.answer_words import answer_length, token_f1, words
from eval.measures.citations import (
    citation_precision,
    citation_recall,
    evidence_quoted,
    gold_cited,
    is_exact,
    needed_quoted,
    quote_exactness,
    status_accuracy,
)
from eval.measures.confidence import (
    auroc,
    expected_calibration_error,
    reliability_bins,
    risk_at_coverage,
    risk_coverage_curve,
)
from eval.measures.figures import Sources, figure_coverage, figure_invention
from eval.measures.latency import Latency, latency
from eval.measures.ranking import (
    average_precision_at_k,
    ndcg_at_k,
    recall_at_k,
    reciprocal_rank,
    success_at_k,
)
from eval.measures.refusal import Decision, refusal_accuracy, refusal_precision, refusal_recall


@pytest.mark.parametrize(
    ("ranks", "k", "recall", "success", "precision", "reciprocal"),
    [
        ((1,), 5, 1.0, 1.0, 1.0, 1.0),
        ((3,), 5, 1.0, 1.0, 1 / 3, 1 / 3),
        ((3,), 2, 0.0, 0.0, 0.0, 0.0),
        ((None,), 5, 0.0, 0.0, 0.0, 0.0),
        ((1, None), 5, 0.5, 1.0, 0.5, 1.0),
        # found second and fourth of three: (1/2 + 2/4) / 3
        ((4, None, 2), 5, 2 / 3, 1.0, 1 / 3, 0.5),
        # one result holds both gold clauses: precision is not above 1
        ((1, 1), 5, 1.0, 1.0, 1.0, 1.0),
        ((2, 2), 5, 1.0, 1.0, 1.0, 0.5),
    ],
)
def test_ranking(
    ranks: tuple[int | None, ...],
    k: int,
    recall: float,
    success: float,
    precision: float,
    reciprocal: float,
) -> None:
    assert recall_at_k(ranks, k) == pytest.approx(recall)
    assert success_at_k(ranks, k) == success
    assert average_precision_at_k(ranks, k) == pytest.approx(precision)
    assert reciprocal_rank(ranks, k) == pytest.approx(reciprocal)


@pytest.mark.parametrize(
    ("ranks", "k", "expected"),
    [
        ((1,), 10, 1.0),
        ((3,), 10, 0.5),  # 1 / log2(4)
        ((1, 3), 10, 1.5 / 1.6309297535714573),
        ((11,), 10, 0.0),
        ((1, 1), 10, 1.0),  # would be 2 / 1.63
        ((1, None), 1, 1.0),  # the ideal is cut at k too
    ],
)
def test_ndcg(ranks: tuple[int | None, ...], k: int, expected: float) -> None:
    assert ndcg_at_k(ranks, k) == pytest.approx(expected)


@pytest.mark.parametrize(
    "measure", [recall_at_k, average_precision_at_k, ndcg_at_k], ids=["R", "AP", "nDCG"]
)
def test_ranking_needs_gold(measure: object) -> None:
    with pytest.raises(ValueError, match="at least one gold clause"):
        measure((), 5)  # type: ignore[operator]


def test_citation_precision() -> None:
    assert citation_precision([True, False, True, True]) == 0.75
    assert citation_precision([]) is None


def test_citation_recall() -> None:
    supports = {1: True, 2: False}
    # supported; not supported; supported by one of two; uncited; cites what is not there
    statements = [(1,), (2,), (1, 2), (), (3,)]
    assert citation_recall(statements, supports) == 0.4
    assert citation_recall([], supports) is None


def test_gold_cited_and_evidence_quoted() -> None:
    assert gold_cited([True, False]) == 0.5
    assert evidence_quoted([True, True, False, False]) == 0.5
    with pytest.raises(ValueError, match="at least one"):
        gold_cited([])
    with pytest.raises(ValueError, match="at least one"):
        evidence_quoted([])


@pytest.mark.parametrize(
    ("needed", "quotes", "value"),
    [
        (["may be sold", "only with a permit"], ["It may be sold, but only with a permit."], 1.0),
        (["may be sold", "only with a permit"], ["may be sold", "and only with a permit"], 1.0),
        (["may be sold", "only with a permit"], ["It may be sold."], 0.0),
        (["may be sold"], [], 0.0),
    ],
)
def test_needed_quoted(needed: list[str], quotes: list[str], value: float) -> None:
    assert needed_quoted(needed, quotes) == value


def test_needed_quoted_needs_a_span() -> None:
    with pytest.raises(ValueError, match="at least one span"):
        needed_quoted([], ["a quote"])


@pytest.mark.parametrize(
    ("start", "end", "quote", "exact"),
    [
        (4, 13, "code 5100", True),
        (5, 14, "code 5100", False),  # off by one
        (4, 13, "code 5100 ", False),
        (4, 13, "Code 5100", False),
        (4, 4, "", False),  # quotes nothing
        (-10, -1, "code 5100", False),  # Python would count from the end
        (4, 99, "code 5100.", False),
    ],
)
def test_quote_is_exact(start: int, end: int, quote: str, exact: bool) -> None:
    assert is_exact("Use code 5100.", start, end, quote) is exact


def test_quote_exactness() -> None:
    assert quote_exactness([True, True, False, True]) == 0.75
    assert quote_exactness([]) is None


@pytest.mark.parametrize(
    ("required", "texts", "expected"),
    [
        (["5100"], ["under code 5100."], 1.0),
        (["510"], ["under code 5100."], 0.0),
        (["100"], ["under code 5100."], 0.0),
        (["5100", "1427"], ["code 5100"], 0.5),
        (["all exempted"], ["it will be “All\n Exempted”"], 1.0),
        (["5100"], ["code ５１００"], 1.0),  # full-width digits
        (["[消]"], ["marked by “[消]”"], 1.0),
        (["5100"], [], 0.0),
        ([], ["anything"], None),
    ],
)
def test_figure_coverage(required: list[str], texts: list[str], expected: float | None) -> None:
    assert figure_coverage(required, texts) == expected


@pytest.mark.parametrize(
    ("text", "sources", "invented"),
    [
        ("Use code 5100. [1]", Sources(("under code 5100",)), ()),
        ("Use code 5200. [1]", Sources(("under code 5100",)), ("5200",)),
        ("Nothing to count. [12]", Sources(()), ()),
        ("It holds from 2017-01-01.", Sources(("as from 1 January 2017",)), ()),
        ("自2017年1月1日起施行。", Sources(("as from 1 January 2017",)), ()),
        ("It holds from 2 January 2017.", Sources(("as from 1 January 2017",)), ("2017-01-02",)),
        ("The rules of 2017.", Sources(("as from 1 January 2017",)), ()),
        # a date line lends its day, not its numbers
        ("In force since 25 November 2016.", Sources((), ("November 25, 2016",)), ()),
        ("Pay 25.", Sources((), ("November 25, 2016",)), ("25",)),
        ("Up to 1,000 pieces.", Sources(("1000 pieces",)), ()),
        ("Fee 0.1 or 0.2", Sources(("declared as 0.1",)), ("0.2",)),
        ("On 30 February 2017.", Sources(("30 of 2017",)), ()),  # no date: its numbers stand
    ],
)
def test_figure_invention(text: str, sources: Sources, invented: tuple[str, ...]) -> None:
    assert figure_invention([(text, sources)]) == invented


DECISIONS = [
    Decision(answerable=True, answered=True),
    Decision(answerable=True, answered=False),
    Decision(answerable=False, answered=False),
    Decision(answerable=False, answered=False),
    Decision(answerable=False, answered=True),
]


def test_refusal() -> None:
    assert refusal_precision(DECISIONS) == pytest.approx(2 / 3)
    assert refusal_recall(DECISIONS) == pytest.approx(2 / 3)
    assert refusal_accuracy(DECISIONS) == pytest.approx(3 / 5)
    answered = [Decision(answerable=True, answered=True)]
    assert refusal_precision(answered) is None
    assert refusal_recall(answered) is None
    assert refusal_accuracy([]) is None


def test_auroc() -> None:
    assert auroc([0.9, 0.8, 0.3], [True, True, False]) == 1.0
    assert auroc([0.1, 0.9], [True, False]) == 0.0
    # pairs: 0.9 > 0.5, 0.9 > 0.2, 0.5 = 0.5, 0.5 > 0.2
    assert auroc([0.9, 0.5, 0.5, 0.2], [True, True, False, False]) == 0.875
    assert auroc([0.9, 0.8], [True, True]) is None
    with pytest.raises(ValueError, match="2 confidences for 1 topics"):
        auroc([0.9, 0.8], [True])


def test_risk_by_coverage() -> None:
    confidences, correct = [0.9, 0.8, 0.8, 0.1], [True, True, False, False]
    assert risk_coverage_curve(confidences, correct) == (
        RiskPoint(0.25, 0.0),
        RiskPoint(0.75, 1 / 3),  # the tie comes in together
        RiskPoint(1.0, 0.5),
    )
    assert risk_at_coverage(confidences, correct, 0.25) == 0.0
    assert risk_at_coverage(confidences, correct, 0.5) == pytest.approx(1 / 3)
    assert risk_at_coverage(confidences, correct, 1.0) == 0.5
    assert risk_at_coverage([], [], 0.5) is None
    with pytest.raises(ValueError, match="not in"):
        risk_at_coverage(confidences, correct, 0.0)


def test_calibration() -> None:
    confidences, answerable = [0.95, 0.91, 0.12, 1.0], [True, True, False, False]
    first, last = reliability_bins(confidences, answerable)
    assert first == ReliabilityBin(0.1, 0.2, 1, 0.12, 0.0)
    assert (last.low, last.n) == (0.9, 3)
    assert last.confidence == pytest.approx(2.86 / 3)
    assert last.share == pytest.approx(2 / 3)
    # (1 * 0.12 + 3 * |2.86/3 - 2/3|) / 4
    assert expected_calibration_error(confidences, answerable) == pytest.approx(0.245)
    assert expected_calibration_error([], []) is None


def test_status_accuracy() -> None:
    assert status_accuracy("repealed", ["repealed", "repealed"]) == 1.0
    assert status_accuracy("repealed", ["repealed", "in_force"]) == 0.0
    assert status_accuracy("in_force", []) == 0.0


def test_words() -> None:
    assert words("The Code, an H-Account: 第7条") == ["code", "h", "account", "第", "7", "条"]


def test_token_f1() -> None:
    # said: code 5100; meant: use code 5100 here; 2 * 2 / (2 + 4)
    assert token_f1("The code 5100.", "use code 5100 here") == pytest.approx(2 / 3)
    assert token_f1("代码", "代号") == 0.5
    assert token_f1("", "") == 1.0
    assert token_f1("", "code") == 0.0


def test_answer_length() -> None:
    assert answer_length("The code is 5100. [1][2]") == 3
    assert answer_length("代码5100") == 3


def test_latency() -> None:
    assert latency([10.0, 20.0, 30.0]) == pytest.approx(Latency(median=20.0, p95=29.0))
    assert latency([]) is None
