"""The local model: llama.cpp inside this process, spoken to over loopback.

One a process, started by the first question that needs it and ended with the
process. Its address has a key of its own, so that nobody else on the machine uses it.
"""

import atexit
import os
import secrets
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.llm.failures import ModelFailed, Why
from ingest.errors import ConfigError

#: tokens of prompt and answer together
CONTEXT = 4096


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    key: str


_lock = threading.Lock()
_servers: dict[Path, tuple[Any, Address]] = {}


def require(path: Path) -> None:
    """Raises ConfigError, with what to do, when the local model can't be started."""
    if find_spec("xllamacpp") is None:
        raise ConfigError("the local model needs the package xllamacpp: run `make local-llm`")
    if not path.is_file():
        raise ConfigError(
            f"the local model {path} is not there: run `make local-llm`, or name a GGUF file "
            "with CLAUSEDESK_LLM_FILE"
        )


def serve(path: Path) -> Address:
    """Start the model, unless it runs; takes some seconds the first time.

    Raises ModelFailed for a file that is no model.
    """
    with _lock:
        if path not in _servers:
            _servers[path] = _start(path)
        return _servers[path][1]


def stop() -> None:
    """End the server; the next question starts it again."""
    with _lock:
        _servers.clear()


atexit.register(stop)


def _start(path: Path) -> tuple[Any, Address]:
    import xllamacpp

    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = -1
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.cache_ram_mib = 0  # the prompt's own start stays in the slot; more is not needed
    params.warmup = False
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = threads()
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelFailed(Why.NOT_STARTED) from error
    return server, Address(f"{server.listening_address}/v1", key)


def threads() -> int:
    """Half of the cores: llama.cpp's threads wait for each other at every step, so one that
    shares its core with another program slows all of them down (measured on 2 busy cores:
    1 thread 12 tokens a second, 2 threads 1)."""
    return max((os.cpu_count() or 2) // 2, 1)
