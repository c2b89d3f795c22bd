"""How much one file may cost before it is refused."""

from pydantic import BaseModel, ConfigDict, Field

MEBIBYTE = 1024 * 1024


class LoadingLimits(BaseModel):
    """Bounds on one file; a file beyond any of them is an ``UnreadableDocument``.

    The defaults take any announcement, law or handbook met so far several times
    over, and stop a file made to exhaust the machine.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: int = Field(
        default=32 * MEBIBYTE,
        gt=0,
        description="Largest file, in bytes; also the longest text, in code points.",
    )
    max_unpacked_bytes: int = Field(
        default=192 * MEBIBYTE,
        gt=0,
        description="Largest sum of the parts inside a DOCX or XLSX once unpacked, in bytes.",
    )
    max_pages: int = Field(default=2000, gt=0, description="Most pages of one PDF.")
    max_seconds: float = Field(
        default=120.0,
        gt=0,
        description="Longest time for the extraction of one PDF, DOCX, XLSX or HTML file, in seconds.",
    )
    max_memory_mb: int = Field(
        default=1024,
        ge=256,
        description="Most address space of the process that extracts one file, in MiB.",
    )


def too_much_memory(name: str, limits: LoadingLimits) -> str:
    return (
        f"{name}: needs more than {limits.max_memory_mb} MB of memory to read; "
        "split the file, or raise max_memory_mb"
    )
