"""Measures, one file each with its definition and source; functions of plain values."""

from eval.measures.answer_length import answer_length
from eval.measures.auroc import auroc
from eval.measures.average_precision import average_precision_at_k
from eval.measures.calibration import expected_calibration_error, reliability_bins
from eval.measures.citation_precision import citation_precision
from eval.measures.citation_recall import citation_recall, gold_cited
from eval.measures.evidence_quoted import evidence_quoted
from eval.measures.figure_coverage import figure_coverage
from eval.measures.figure_invention import figure_invention
from eval.measures.latency import latency
from eval.measures.ndcg import ndcg_at_k
from eval.measures.quote_exactness import quote_exactness
from eval.measures.recall import recall_at_k
from eval.measures.reciprocal_rank import reciprocal_rank
from eval.measures.refusal import refusal_accuracy, refusal_precision, refusal_recall
from eval.measures.risk_coverage import risk_at_coverage, risk_coverage_curve
from eval.measures.status_accuracy import status_accuracy
from eval.measures.success import success_at_k
from eval.measures.token_f1 import token_f1

__all__ = [
    "answer_length",
    "auroc",
    "average_precision_at_k",
    "citation_precision",
    "citation_recall",
    "evidence_quoted",
    "expected_calibration_error",
    "figure_coverage",
    "figure_invention",
    "gold_cited",
    "latency",
    "ndcg_at_k",
    "quote_exactness",
    "recall_at_k",
    "reciprocal_rank",
    "refusal_accuracy",
    "refusal_precision",
    "refusal_recall",
    "reliability_bins",
    "risk_at_coverage",
    "risk_coverage_curve",
    "status_accuracy",
    "success_at_k",
    "token_f1",
]
