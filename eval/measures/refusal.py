"""Refusal: did the system refuse what it should, and only that?

A topic that the corpus does not cover is the positive class. Precision: the share of
refusals that were due; recall: the share of due refusals that were made; accuracy: the
share of all topics decided rightly. Source: Rajpurkar, Jia & Liang, Know What You Don't
Know: Unanswerable Questions for SQuAD, ACL 2018.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Decision(NamedTuple):
    """What a topic asked for and what the system did."""

    answerable: bool
    answered: bool


def refusal_precision(decisions: Sequence[Decision]) -> float | None:
    """Due refusals over all refusals; None when nothing was refused."""
    refused = [d for d in decisions if not d.answered]
    return sum(not d.answerable for d in refused) / len(refused) if refused else None


def refusal_recall(decisions: Sequence[Decision]) -> float | None:
    """Due refusals over the topics that call for one; None when there is no such topic."""
    due = [d for d in decisions if not d.answerable]
    return sum(not d.answered for d in due) / len(due) if due else None


def refusal_accuracy(decisions: Sequence[Decision]) -> float | None:
    """Share of topics answered when answerable and refused when not; None without topics."""
    if not decisions:
        return None
    return sum(d.answered == d.answerable for d in decisions) / len(decisions)
