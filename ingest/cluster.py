"""Tasks over the cores of several machines with Ray (docs/scale.md), or one after the other here.

A task is a function of a module, or a ``partial`` of one: a worker imports it from its own copy of
the program. What it is given and gives back is sent; a worker reads and writes no file of the desk.
"""

import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ingest.corpus.parser_version import parser_version
from ingest.errors import ClauseDeskError, ConfigError
from ingest.models.clause_model import ClauseModel
from ingest.settings import Settings

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

#: times a task is begun anew whose worker, or whose machine, has gone
_RETRIES = 10
#: tasks begun for each core: one runs, one waits beside it
_A_CORE = 2
# Ray reads them when it is imported. Without the last two it asks for a quarter of an hour for an
# address where nobody is.
_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # silences a note on processors for graphics
    "RAY_NUM_REDIS_GET_RETRIES": "1",
    "RAY_py_gcs_connect_timeout_s": "5",
}


class TaskMap(Protocol):
    """The builtin ``map``, or its like: results in the order of what is given."""

    def __call__(
        self, task: Callable[[_Given], _Made], given: Iterable[_Given], /
    ) -> Iterator[_Made]:
        """What ``task`` makes of each; what is given is taken as it is needed, a little ahead."""


@contextmanager
def tasks_of(settings: Settings) -> Iterator[TaskMap]:
    """``map`` itself, or over the set cluster, which is joined at the first task.

    There a task whose worker was killed is begun anew; an error of a task is raised as it is.
    Raises ConfigError where Ray is not installed, ClauseDeskError where no cluster can be joined or
    its workers run another version of this program.
    """
    if settings.ray is None:
        yield map
        return
    cluster = _Cluster(settings.ray)
    try:
        yield cluster.map
    finally:
        cluster.leave()


class _Cluster:
    """``address``: "auto", or the host:port of the cluster's head."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._ray: Any = None

    def map(self, task: Callable[[_Given], _Made], given: Iterable[_Given], /) -> Iterator[_Made]:
        running: deque[Any] = deque()
        begin: Any = None
        for one in given:
            begin = begin or self._joined().remote(max_retries=_RETRIES)(_run).remote
            if running and len(running) >= _A_CORE * self._cores():  # none: all have gone
                yield self._result(running.popleft())
            running.append(begin(_program(), task, one))
        while running:
            yield self._result(running.popleft())

    def leave(self) -> None:
        if self._ray is not None:
            self._ray.shutdown()

    def _joined(self) -> Any:
        if self._ray is None:
            os.environ.update(_ENVIRONMENT)
            os.environ.setdefault("RAY_AUTH_MODE", "token")  # as whoever starts a cluster has it
            try:
                import ray
            except ImportError as error:
                raise ConfigError(
                    "CLAUSEDESK_RAY needs the package ray: pip install 'clause-desk[ray]'"
                ) from error
            try:
                with _nothing_on_stderr():
                    ray.init(
                        # without one Ray joins what `ray start` began here, or starts its own
                        address=None if self._address == "auto" else self._address,
                        include_dashboard=False,
                        log_to_driver=False,
                        logging_level=logging.CRITICAL,
                    )
            except Exception as error:  # Ray's own, OSError, ValueError, RuntimeError
                raise self._unusable(error) from error
            self._ray = ray
            if not self._cores():
                raise self._unusable("no worker has joined it")
        return self._ray

    def _cores(self) -> int:
        return int(self._ray.cluster_resources().get("CPU", 0))

    def _result(self, reference: Any) -> Any:
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, self._ray.exceptions.RayError):  # it could not be begun
                raise ClauseDeskError(
                    f"a worker of the Ray cluster cannot run this program ({_first_line(error.cause)}): "
                    "install the same on all of its machines"
                ) from error
            raise error.cause from error
        except self._ray.exceptions.RayError as error:
            raise ClauseDeskError(
                f"the Ray cluster has lost a task {_RETRIES + 1} times ({_first_line(error)}): begin "
                "again, what was done is kept"
            ) from error

    def _unusable(self, reason: object) -> ClauseDeskError:
        return ClauseDeskError(
            f"the Ray cluster of CLAUSEDESK_RAY={self._address} cannot be used "
            f"({_first_line(reason)}): start it, or correct the setting"
        )


@contextmanager
def _nothing_on_stderr() -> Iterator[None]:
    """What the native part of Ray writes there while it joins is no line for a user."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _run(program: str, task: Callable[[_Given], _Made], given: _Given) -> _Made:
    """On a worker: another program there would read other clauses and make other vectors."""
    if _program() != program:
        raise ClauseDeskError(
            "a worker of the Ray cluster runs another version of this program: "
            "install the same on all of its machines"
        )
    return task(given)


@cache
def _program() -> str:
    """The same where documents are read alike and embedded alike."""
    return f"{parser_version()} {ClauseModel().fingerprint}"


def _first_line(reason: object) -> str:
    return (str(reason).strip().splitlines() or [type(reason).__name__])[0]
