"""What a server tells of itself: one JSON object a line on stderr, without anybody's words.

A request is told by its route, never by its address with values: a question may stand there.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

#: the record's own fields, which are not told again
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
#: a key, a token, a cookie: whatever a library writes, these do not go into a log
_SECRETS = re.compile(
    r"cdk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}"
    r"|eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|(?i:(?<=bearer )\S+)"
    r"|(?i:(?<=client_secret=)[^&\s]+|(?<=[?&]code=)[^&\s]+)"
)
#: those that tell requests to other servers with their addresses
_QUIET = ("httpx", "httpx2", "uvicorn.access", "mcp.server.streamable_http")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(told, ensure_ascii=False, default=str))


def log_as_json(level: int = logging.INFO) -> None:
    """From now on everything that is logged is a line of JSON on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_secrets(line: str) -> str:
    """
    >>> without_secrets("Authorization: Bearer abc.def")
    'Authorization: Bearer …'
    """
    return _SECRETS.sub("…", line)
