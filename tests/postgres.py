"""A Postgres of the tests' own: Debian's, on a socket in a temporary folder, ended by its own id."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine

#: it does not run as root
_ACCOUNT = "postgres"
#: nothing of it outlives the tests, so nothing need be on the disk
_QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB")


def program(name: str) -> str | None:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(debian[-1]) if debian else shutil.which(name)


def why_not() -> str | None:
    """Why no Postgres can be had here; None where one can."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed: pip install 'clause-desk[postgres]'"
    if program("initdb") is None or program("postgres") is None:
        return "Debian's postgresql is not installed"
    return None


@dataclass
class Postgres:
    folder: Path
    _names: Iterator[int] = field(default_factory=count)
    _process: "subprocess.Popen[bytes] | None" = None

    def address(self, database: str) -> str:
        return f"postgresql+psycopg://{_ACCOUNT}@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"desk_{next(self._names)}"
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self.address(name)

    def start(self) -> None:
        command = [str(program("postgres")), "-D", str(self.folder / "data"), *_QUICK]
        command += ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([*_as_account(), *command], stdout=log, stderr=log)
        engine = create_engine(self.address("postgres"))
        for _ in range(300):
            try:
                with engine.connect():
                    break
            except Exception:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)
        engine.dispose()

    def stop(self) -> None:
        """At once, as a crash does; what was told of as kept is there after the next start."""
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT
            self._process.wait(30)


@contextmanager
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="desk-postgres-") as name:
        folder = Path(name)
        if os.getuid() == 0:
            shutil.chown(folder, _ACCOUNT)
        made = ["-D", str(folder / "data"), "-U", _ACCOUNT, "--auth=trust", "--no-sync"]
        subprocess.run(
            [*_as_account(), str(program("initdb")), "--locale=C.UTF-8", *made],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        server = Postgres(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _as_account() -> list[str]:
    if os.getuid() != 0:
        return []
    return ["setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--clear-groups"]
