"""Nearness: the sentence and the rules that it draws upon mean about the same.

Cosine of their embeddings. It tells another subject, never a changed number or a dropped "not":
those keep nearly all of the meaning, so it can only take the outcome "verified" away.
"""

from collections.abc import Iterator, Sequence

from app.proof.objection import Objection, unsure
from app.proof.reading import Reading
from ingest.models.embedding import ModelEmbeddings

#: least cosine, measured on the pairs that may be looked at (all-MiniLM-L6-v2): of the true
#: sentences 1 % are below, of those under another clause's quote 60 %
NEAR = 0.4
#: the multilingual model's cosines all lie between 0.7 and 1
NEAR_CHINESE = 0.8


def check_nearness(reading: Reading, models: Sequence[ModelEmbeddings]) -> Iterator[Objection]:
    """``models``: for English, then for Chinese; none leaves the check out."""
    if not models:
        return
    model, least = (models[-1], NEAR_CHINESE) if reading.chinese else (models[0], NEAR)
    drawn = list(dict.fromkeys(s.text for part in reading.parts for s in part.support))
    vectors = model.document_vectors([reading.statement.text, " ".join(drawn), *drawn])
    if float((vectors[1:] @ vectors[0]).max()) < least:
        yield unsure("its meaning is not near that of the quote")
