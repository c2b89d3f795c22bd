"""Token F1: the overlap of the answer's words with the reference answer's.

The harmonic mean of precision and recall over bags of words. Source: Rajpurkar, Zhang,
Lopyrev & Liang, SQuAD: 100,000+ Questions for Machine Comprehension of Text, EMNLP 2016.
A quoted clause is longer than a reference sentence, so the figure is for watching, not
for judging: it has no threshold.
"""

from collections import Counter

from eval.measures.tokens import words


def token_f1(answer: str, reference: str) -> float:
    """F1 in 0..1 of two texts; 1 when both are empty, 0 when one is."""
    said, meant = Counter(words(answer)), Counter(words(reference))
    if not said or not meant:
        return float(said == meant)
    common = (said & meant).total()
    return 2 * common / (said.total() + meant.total())
