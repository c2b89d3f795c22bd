"""What was seen at each address, in var/watched/visits.json: so that a change is proposed once,
and a run that was stopped goes on where it was."""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import ClauseDeskError
from ingest.whole_file import replace_file

FOLDER = "watched"
#: held by whoever writes visits, in one process or several
LOCK = "watch.lock"
_FILE = "visits.json"


class Visit(BaseModel):
    """``words``: hash of the text that was there last, of the file ``file`` below the folder;
    ``etag``, ``last_modified``: as the server told; ``document``: the id that holds it, once a
    person has accepted it."""

    model_config = ConfigDict(frozen=True)

    words: str = ""
    file: str = ""
    etag: str = ""
    last_modified: str = ""
    document: str | None = None


class Visits(BaseModel):
    """``at``: by address; ``looked``: when each source, by name, was looked at last."""

    at: dict[str, Visit] = Field(default_factory=dict)
    looked: dict[str, datetime] = Field(default_factory=dict)

    @classmethod
    def load(cls, var: Path) -> "Visits":
        """Raises ClauseDeskError for a file that is damaged."""
        path = var / FOLDER / _FILE
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return cls()
        except (OSError, ValidationError) as error:
            raise ClauseDeskError(
                f"{path} cannot be read: delete it, and all sources are looked at anew"
            ) from error

    def save(self, var: Path) -> None:
        """All or nothing; raises ClauseDeskError."""
        path = var / FOLDER / _FILE
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, self.model_dump_json(indent=1))
        except OSError as error:
            raise ClauseDeskError(f"cannot write {path}: {error.strerror}") from error
