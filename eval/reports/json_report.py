"""report.json: the run as data, the same bytes for the same outcomes; times stand apart."""

import json
from dataclasses import asdict

from app.views.evaluation_report import Curves, EvaluationReport, TopicResult
from eval.evaluation import RunReport
from eval.measures.confidence import reliability_bins, risk_coverage_curve
from eval.measures.latency import latency
from eval.run.summary import found_first, summarise


def report_json(report: RunReport) -> str:
    """The run without its times."""
    data = EvaluationReport(
        selection=report.title,
        mode=report.mode,
        model=report.model,
        corpus_fingerprint=report.corpus.fingerprint,
        documents=report.corpus.document_hashes(),
        exit_code=report.verdict.exit_code,
        failures=report.verdict.failures,
        remarks=report.verdict.remarks,
        thresholds=report.bounds,
        groups=report.groups,
        since_baseline=report.comparison,
        peers={peer.name: summarise([a.outcome for a in peer.asked]) for peer in report.peers},
        curves=curves(report),
        topics=tuple(
            TopicResult(
                **asdict(a.outcome),
                question=a.topic.question,
                answer=a.answer.answer,
                gold=a.topic.gold,
            )
            for a in report.asked
        ),
        repeats=report.repeats,
        unscored=report.stale,
    )
    return json.dumps(asdict(data), ensure_ascii=False, indent=1) + "\n"


def timings_json(report: RunReport) -> str:
    """Milliseconds per topic, in the run's order, and their median and 95th percentile."""
    times = latency([asked.milliseconds for asked in report.asked])
    data = {
        "milliseconds": None if times is None else times._asdict(),
        "topics": {asked.topic.id: round(asked.milliseconds, 3) for asked in report.asked},
    }
    return json.dumps(data, indent=1) + "\n"


def curves(report: RunReport) -> Curves:
    """What the plots show: risk over coverage, and the share covered over confidence."""
    confidences = [outcome.confidence for outcome in report.outcomes]
    return Curves(
        risk_coverage_curve(confidences, found_first(report.outcomes)),
        reliability_bins(confidences, [outcome.answerable for outcome in report.outcomes]),
    )
