"""Small corpora for the tests of versions, modifications and commands; embedded for real."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from ingest.clauses.parse import parse
from ingest.corpus.documents import CorpusDocument
from ingest.facts.modifications import TemporalFacts
from ingest.facts.temporal_facts import read_temporal_facts
from ingest.keeping.changes import add_documents
from ingest.keeping.proposal import Corrections, propose
from ingest.loaders import with_marks_read
from ingest.pipeline import document_from
from ingest.settings import Settings
from ingest.structure import SourceText

#: repealed by NEW_DEPOSITS; item 2 goes on in it with other figures, item 3 does not
OLD_DEPOSITS = """GACC Announcement No. 5 of 2019 on Deposits for Exhibits

1. An exhibitor shall register each exhibit with the local Customs before it is unpacked.

2. An exhibitor shall pay a deposit of 3,000 yuan for each exhibit that stays in the hall.

3. Exhibits made of ivory may be shown behind glass only.

4. This Announcement shall enter into force as from 1 June 2019.
"""
NEW_DEPOSITS = """GACC Announcement No. 8 of 2022 on Guarantees for Exhibits

1. An exhibitor shall register each exhibit with the local Customs before it is unpacked.

2. An exhibitor shall pay a deposit of 4,500 yuan for each exhibit that stays in the hall.

3. This Announcement shall enter into force as from 1 May 2022 along with the simultaneous repeal of GACC Announcement No. 5 of 2019.
"""
LAW_2018 = """# 样品检验办法

2015年3月2日 海关总署令第301号公布

2018年6月1日 《海关总署关于修改部分规章的决定》第一次修订

第一条 为了规范样品检验，制定本办法。

第二条 样品应当在十日内送检。

第三条 逾期送检的，处一千元罚款。

第四条 本办法自2015年5月1日起施行。《样品管理规定》同时废止。
"""
LAW_2024 = """# 样品检验办法

2015年3月2日 海关总署令第301号公布

2018年6月1日 《海关总署关于修改部分规章的决定》第一次修订

2024年2月1日 《海关总署关于修改部分规章的决定》第二次修订

第一条 为了规范样品检验，制定本办法。

第二条 样品应当在五日内送检。

第三条 送检应当使用电子单证。

第四条 逾期送检的，处一千元罚款。

第五条 本办法自2015年5月1日起施行。《样品管理规定》同时废止。
"""


def corpus_of(folder: Path) -> Settings:
    """A corpus that holds one document; no index yet."""
    documents = folder / "corpus" / "documents"
    documents.mkdir(parents=True)
    data = b"Notice on Opening Hours\n\n1. The hall opens at nine.\n\n2. The hall closes at six.\n"
    (documents / "hours.txt").write_bytes(data)
    (folder / "corpus" / "catalog.toml").write_text(
        "# A person wrote this.\n\n# the hall\n"
        '[[document]]\nid = "hours"\nkind = "guidance"\nissuer = "the hall"\n'
        'title = "Notice on Opening Hours"\nlanguage = "en"\nsource = "a test"\n'
        f'file = "hours.txt"\nsha256 = "{hashlib.sha256(data).hexdigest()}" # of the file\n',
        encoding="utf-8",
    )
    return Settings(corpus=folder / "corpus", var=folder / "var")


def with_documents(folder: Path, *texts: str) -> Settings:
    """A corpus of these texts beside the one that is always there, indexed."""
    settings = corpus_of(folder)
    source = folder / "new"
    source.mkdir()
    for number, text in enumerate(texts):
        (source / f"{number}.txt").write_text(text, encoding="utf-8")
    added = add_documents(settings, [source], Corrections(), lambda *_: None)
    assert not added.failed, added.outcomes
    return settings


def documents_of(*texts: str) -> dict[str, CorpusDocument]:
    """Documents by their proposed ids, read but not indexed."""
    documents: dict[str, CorpusDocument] = {}
    for text in texts:
        source = with_marks_read(SourceText(text, "text/plain"))
        held = {id_: document.entry for id_, document in documents.items()}
        entry = propose(source, text.encode(), "a.txt", held, Corrections()).entry
        documents[entry.id] = document_from(entry, source)
    return documents


def facts_of(text: str, document_id: str = "x") -> TemporalFacts:
    return read_temporal_facts(parse(with_marks_read(SourceText(text, "text/plain")), document_id))


def written_corpus(folder: Path, files: Mapping[str, bytes], chinese: Collection[str] = ()) -> Path:
    """A corpus folder of these files, by name, none of which is read; those of ``chinese`` are said
    to be so."""
    (folder / "documents").mkdir(parents=True)
    entries = []
    for name, data in files.items():
        (folder / "documents" / name).write_bytes(data)
        language = "zh" if name in chinese else "en"
        entries.append(
            f'[[document]]\nid = "{Path(name).stem}"\nkind = "guidance"\nissuer = "the hall"\n'
            f'title = "Notice {name}"\nlanguage = "{language}"\nsource = "a test"\n'
            f'file = "{name}"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\n'
        )
    (folder / "catalog.toml").write_text("\n".join(entries), encoding="utf-8")
    (folder / "glossary.tsv").write_text("zh\ten\n", encoding="utf-8")
    return folder
