"""Citation precision: the share of an answer's citations that support it.

Source: Gao, Yen, Yu & Chen, Enabling Large Language Models to Generate Text with
Citations (ALCE), EMNLP 2023, section 4. ALCE asks an entailment model whether a cited
passage supports; here the topic says so: a citation supports when it hits a gold
clause. No model judges, so the figure is the same on every run.
"""

from collections.abc import Sequence


def citation_precision(supports: Sequence[bool]) -> float | None:
    """Share of True in ``supports`` (one per citation); None for an answer that cites nothing."""
    return sum(supports) / len(supports) if supports else None
