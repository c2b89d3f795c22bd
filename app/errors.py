"""What can go wrong above the index; the rest stands in ingest.errors."""

from ingest.errors import ClauseDeskError


class PortInUse(ClauseDeskError):
    """Another program listens on the port, or the port is not ours to open."""


class ModelFileUnavailable(ClauseDeskError):
    """The local language model can't be put together; `make local-llm` goes on with it."""
