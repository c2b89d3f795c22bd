"""A corpus of one's own, from nothing: a folder with an empty catalog."""

from pathlib import Path

from ingest.corpus.catalog import CATALOG
from ingest.errors import ClauseDeskError

_CATALOG = """# The documents of the corpus: one entry each, written by `python -m ingest add`. Dates,
# repeals and cross-references are read from the documents' own words.
"""


def found_corpus(folder: Path) -> None:
    """Make ``folder`` a corpus that holds no document yet.

    Raises ClauseDeskError for a folder that holds something already, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ClauseDeskError(f"{folder} is not empty: name a folder that is new or empty")
        (folder / "documents").mkdir(parents=True)
        (folder / CATALOG).write_text(_CATALOG, encoding="utf-8")
    except OSError as error:
        raise ClauseDeskError(
            f"cannot write {folder} ({error.strerror}): name a folder that can be written"
        ) from error
