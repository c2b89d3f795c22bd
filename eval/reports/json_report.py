"""report.json: the run as data, the same bytes for the same outcomes; times stand apart."""

import json
from typing import Any

from eval.measures.calibration import reliability_bins
from eval.measures.latency import latency
from eval.measures.risk_coverage import risk_coverage_curve
from eval.run.report import RunReport
from eval.run.runner import TopicAnswer
from eval.run.summary import TopicGroup, found_first, summarise


def report_json(report: RunReport) -> str:
    """The run without its times."""
    comparison = report.comparison
    data: dict[str, Any] = {
        "selection": report.title,
        "mode": report.mode,
        "model": report.model,
        "corpus_fingerprint": report.corpus.fingerprint,
        "documents": report.corpus.document_hashes(),
        "exit_code": int(report.verdict.exit_code),
        "failures": report.verdict.failures,
        "remarks": report.verdict.remarks,
        "thresholds": [{**check._asdict(), "holds": check.holds} for check in report.checks],
        "groups": [_group(group) for group in report.groups],
        "since_baseline": None
        if comparison is None
        else {
            "corpus": comparison.corpus._asdict(),
            "measures": [change._asdict() for change in comparison.measures],
            "lost": [change._asdict() for change in comparison.lost],
            "won": [change._asdict() for change in comparison.won],
            "new": comparison.new,
            "edited": comparison.edited,
            "gone": comparison.gone,
        },
        "peers": {
            peer.name: [_group(g) for g in summarise([asked.outcome for asked in peer.asked])]
            for peer in report.peers
        },
        "curves": _curves(report),
        "topics": [_topic(asked) for asked in report.asked],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def timings_json(report: RunReport) -> str:
    """Milliseconds per topic, in the run's order, and their median and 95th percentile."""
    times = latency([asked.milliseconds for asked in report.asked])
    data = {
        "milliseconds": None if times is None else times._asdict(),
        "topics": {asked.topic.id: round(asked.milliseconds, 3) for asked in report.asked},
    }
    return json.dumps(data, indent=1) + "\n"


def _curves(report: RunReport) -> dict[str, Any]:
    """What the plots show: risk over coverage, and the share covered over confidence."""
    outcomes = report.outcomes
    confidences = [outcome.confidence for outcome in outcomes]
    risk = risk_coverage_curve(confidences, found_first(outcomes))
    bins = reliability_bins(confidences, [outcome.answerable for outcome in outcomes])
    return {
        "risk_coverage": [point._asdict() for point in risk],
        "reliability": [filled._asdict() for filled in bins],
    }


def _group(group: TopicGroup) -> dict[str, Any]:
    figures = {name: figure.model_dump() for name, figure in group.figures.items()}
    return {**group._asdict(), "figures": figures}


def _topic(asked: TopicAnswer) -> dict[str, Any]:
    return {
        **asked.outcome.model_dump(mode="json"),
        "question": asked.topic.question,
        "answer": asked.answer.answer,
    }
