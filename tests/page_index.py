"""The indexes that the page's tests read: the project's own, and one of a hostile document."""

import hashlib
import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from programs import document_lines, printed_by_chromium
from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS

from app.desk import ClauseDesk
from ingest.keeping.changes import add_documents, remove_document
from ingest.keeping.proposal import Corrections
from ingest.pipeline import build
from ingest.settings import PROJECT, Settings, load_settings

CORPUS = PROJECT / "corpus"

#: everything that Markdown, HTML or Streamlit's labels would turn into something else
HOSTILE_WORDS = (
    "**bold** <b>tag</b> <img src=x onerror=alert(1)> [link](http://evil.example/a) "
    "$x^2$ :smile: :red[ink] -> http://evil.example/b `code` :material/home:"
)
HOSTILE_TITLE = f"Notice of Testing {HOSTILE_WORDS}"
HOSTILE_ID = "hostile-notice"
HOSTILE_CLAUSE = f"2. The bonded goods under test shall carry {HOSTILE_WORDS} on each box."

_folder = TemporaryDirectory(prefix="clause-desk-page-")


def _quiet(stage: str, done: int, total: int) -> None:
    """No bar while tests run."""


@lru_cache
def real_index() -> Settings:
    """The checkout's own index, brought up to date; nothing to do when it is."""
    # in files, whatever engines the test at hand has set
    settings = load_settings().model_copy(update={"database": None, "chroma": None})
    build(settings, _quiet)
    return settings


@lru_cache
def real_desk() -> ClauseDesk:
    return ClauseDesk.open(real_index())


@lru_cache
def rich_index() -> Settings:
    """The five documents, one of them printed as a PDF, with two texts of one Chinese rule
    and an announcement that repeals another. Needs Debian's chromium."""
    real, folder = real_index(), Path(_folder.name) / "rich"
    shutil.copytree(real.corpus, folder / "corpus")
    shutil.copytree(real.index, folder / "var" / "index")
    # what was embedded once is known the next time
    (folder / "var" / "embeddings.sqlite").symlink_to(real.var / "embeddings.sqlite")
    settings = Settings(corpus=folder / "corpus", var=folder / "var")
    remove_document(settings, "gacc-2016-68", _quiet)
    new = folder / "new"
    new.mkdir()
    for number, text in enumerate((OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024)):
        (new / f"{number}.txt").write_text(text, encoding="utf-8")
    # without a margin Chromium prints no address of the file at the foot of the page
    style = "@page { margin: 0 } body { font: 12pt serif; padding: 2cm }"
    printed_by_chromium(document_lines("gacc-2016-68"), style, folder)
    files = [folder / "page.pdf", new]
    added = add_documents(settings, files, Corrections(), _quiet)
    assert added.failed == 0, added.outcomes
    return settings


@lru_cache
def rich_desk() -> ClauseDesk:
    return ClauseDesk.open(rich_index())


@lru_cache
def hostile_index() -> Settings:
    settings = hostile_settings(Path(_folder.name))
    build(settings, _quiet)
    return settings


def hostile_settings(folder: Path) -> Settings:
    """A corpus of one document whose title and clause try to be more than text; no index yet."""
    documents = folder / "corpus" / "documents"
    documents.mkdir(parents=True)
    text = f"{HOSTILE_TITLE}\n\n1. This Notice is about testing.\n\n{HOSTILE_CLAUSE}\n"
    file = documents / "hostile.txt"
    file.write_text(text, encoding="utf-8")
    shutil.copy(CORPUS / "glossary.tsv", folder / "corpus")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    (folder / "corpus" / "catalog.toml").write_text(
        f'[[document]]\nid = "{HOSTILE_ID}"\nkind = "guidance"\nissuer = "nobody"\n'
        f'title = "{HOSTILE_TITLE}"\nlanguage = "en"\nsource = "a test"\n'
        f'file = "hostile.txt"\nsha256 = "{digest}"\n',
        encoding="utf-8",
    )
    return Settings(corpus=folder / "corpus", var=folder / "var")
