"""Documents as the index keeps them: facts at once, a text when it is asked for."""

from dataclasses import replace

from real_corpus import CORPUS

from ingest.corpus.catalog import load_catalog
from ingest.corpus.documents import dump_document, kept_documents, load_document
from ingest.pipeline import read_document
from ingest.settings import Settings


def test_a_text_is_read_when_it_is_asked_for_and_only_then() -> None:
    entries = load_catalog(CORPUS).document
    whole = {entry.id: read_document(entry, Settings()) for entry in entries}
    dumped = {id_: dump_document(document) for id_, document in whole.items()}
    asked: list[str] = []

    def payload_of(document_id: str) -> bytes:
        asked.append(document_id)
        return dumped[document_id][0]

    kept = kept_documents(((id_, head) for id_, (_, head) in dumped.items()), payload_of)
    for id_, document in kept.items():
        assert (document.entry, document.facts) == (whole[id_].entry, whole[id_].facts)
        assert document.expression == whole[id_].expression
        assert document.clause_count == len(whole[id_].parsed.clauses)
    assert asked == []
    first = next(iter(kept))
    assert kept[first].parsed == whole[first].parsed
    assert kept[first].parsed.by_id is kept[first].parsed.by_id
    assert asked == [first]
    assert load_document(*dumped[first]) == whole[first]
    assert replace(kept[first], boxes=()).parsed == whole[first].parsed
    fewer = replace(whole[first].parsed, clauses=whole[first].parsed.clauses[:1])
    assert replace(kept[first], parsed=fewer).clause_count == 1
