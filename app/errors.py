"""What can go wrong above the index; the rest stands in ingest.errors."""

from ingest.errors import ClauseDeskError


class PortInUse(ClauseDeskError):
    """Another program listens on the port, or the port is not ours to open."""


class Busy(ClauseDeskError):
    """What is asked for must wait until something else has ended."""


class UploadRefused(ClauseDeskError):
    """A file of a type or size that is not taken."""


class ModelFileUnavailable(ClauseDeskError):
    """The local language model can't be put together; `make local-llm` goes on with it."""


class NotThere(ClauseDeskError):
    """What is asked for is not there, or not for this reader."""


class NotAllowed(ClauseDeskError):
    """A reader asks for what only another role may have."""
