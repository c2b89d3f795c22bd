"""The Model Context Protocol on stdin and stdout, for an assistant on this machine."""

from app.desk import ClauseDesk
from app.readers import LOCAL
from app.server.mcp_api.tools import McpDesk
from app.server.service import Service
from ingest.pipeline import build_if_missing
from ingest.settings import Settings


def serve_stdio(settings: Settings) -> None:
    """Until stdin ends; stdout carries the protocol only."""
    build_if_missing(settings)
    service = Service(settings, ClauseDesk.open(settings))
    try:
        McpDesk(service, lambda _: LOCAL).run("stdio")
    finally:
        service.close()
