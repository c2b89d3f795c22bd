"""What an answer cites and quotes, held against the topic's gold clauses.

Precision and recall are those of Gao, Yen, Yu & Chen, Enabling Large Language Models to Generate
Text with Citations (ALCE), EMNLP 2023, section 4. ALCE asks an entailment model whether a cited
passage supports; here the topic says so: a citation supports when it hits a gold clause. No model
judges, so the figures are the same on every run.
"""

from collections.abc import Mapping, Sequence


def citation_precision(supports: Sequence[bool]) -> float | None:
    """The share of an answer's citations that support it.

    ``supports``: one per citation. None for an answer that cites nothing.
    """
    return sum(supports) / len(supports) if supports else None


def citation_recall(
    statements: Sequence[Sequence[int]], supports: Mapping[int, bool]
) -> float | None:
    """The share of an answer's statements that have a citation which supports them.

    ``statements``: the citation numbers of each statement; ``supports``: for each
    citation number whether it hits a gold clause (a number that names no citation
    does not support). None for an answer without statements.
    """
    if not statements:
        return None
    supported = sum(any(supports.get(n, False) for n in numbers) for numbers in statements)
    return supported / len(statements)


def gold_cited(cited: Sequence[bool]) -> float:
    """The share of the gold clauses that some citation hits (``cited``: one per gold clause).

    ALCE's "correctness" turned to clauses: how much of what had to be cited was cited.
    Raises ValueError when there is no gold clause.
    """
    if not cited:
        raise ValueError("gold_cited needs at least one gold clause")
    return sum(cited) / len(cited)


def evidence_quoted(covered: Sequence[bool]) -> float:
    """The share of a topic's evidence spans that stand in the quotes (``covered``: one per span).

    Stricter than citing the right clause: the words that answer must be shown. The
    counterpart of evidence recall in Thorne et al., FEVER, NAACL 2018, counted on spans.
    Raises ValueError when there is no span.
    """
    if not covered:
        raise ValueError("evidence_quoted needs at least one evidence span")
    return sum(covered) / len(covered)


def needed_quoted(needed: Sequence[str], quotes: Sequence[str]) -> float:
    """1 when each of the ``needed`` spans stands in one of the ``quotes``, to the letter.

    The project's own: a clause of which the exception is missing misleads, so a part is nothing.
    Raises ValueError when nothing is needed.
    """
    if not needed:
        raise ValueError("needed_quoted needs at least one span")
    return float(all(any(span in quote for quote in quotes) for span in needed))


def is_exact(document_text: str, start: int, end: int, quote: str) -> bool:
    """Whether ``quote`` is, to the letter, what stands at ``start`` to ``end`` (code points).

    The project's own contract (DESIGN.md, Answer): no tidying of white space or case.
    """
    # Negative offsets would count from the end in Python and could agree by accident.
    return 0 <= start < end <= len(document_text) and document_text[start:end] == quote


def quote_exactness(exact: Sequence[bool]) -> float | None:
    """The share of quotes that stand in their document to the letter (:func:`is_exact`).

    ``exact``: one per citation. None for an answer that quotes nothing.
    """
    return sum(exact) / len(exact) if exact else None


def status_accuracy(expected: str, shown: Sequence[str]) -> float:
    """1 when the gold documents are cited and each citation of one shows ``expected``.

    The project's own measure: a rule that was repealed, or is not in force yet on the as-of
    day, must not be served as current. ``shown``: the status of each citation of a gold
    document. No such citation is 0: nothing true was said about the status.
    """
    return float(bool(shown) and all(status == expected for status in shown))
