"""Builds in child processes that are killed, each one step of the build later.

Run by ingest/index/test_snapshot.py: ``kill_build.py SCRATCH STEPS``. For the i-th number n in
STEPS a copy of SCRATCH/start becomes SCRATCH/killed-i, and a build there gets
SIGKILL at its n-th look at a file; 0 lets it end and prints how many there were.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from index_corpus import CORPUS_B, build

LOOKS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "sqlite3.connect"}


def build_until(root: Path, step: int) -> None:
    looks = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal looks
        if event in LOOKS and str(root) in str(arguments[:1]):
            looks += 1
            if looks == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    build(root, CORPUS_B)
    print(json.dumps(looks), flush=True)


def main() -> None:
    scratch = Path(sys.argv[1])
    for number, step in enumerate(map(int, sys.argv[2:])):
        root = scratch / f"killed-{number}"
        shutil.copytree(scratch / "start", root)
        child = os.fork()
        if child == 0:
            build_until(root / "index", step)
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if step and not os.WIFSIGNALED(status):
            sys.exit(f"the build ended before its step {step}")


main()
