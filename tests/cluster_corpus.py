"""A small corpus in several formats, and tasks for the workers of a cluster.

Run by ingest/test_cluster.py: ``cluster_corpus.py STEP``: a build with the settings of the
environment that prints the ids of the processes below it, then gets SIGKILL at its STEP-th report
of progress; 0 lets it end.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from pdf_files import pdf_of, shown
from small_corpus import written_corpus
from word_files import saved

from ingest import pipeline
from ingest.models.clause_model import ClauseText, Vectors
from ingest.settings import Settings, load_settings

#: clauses of a long document: several batches are embedded
LONG = 150


def corpus_of_many_formats(folder: Path) -> Settings:
    """Documents as text, Markdown, HTML, PDF and DOCX; no index yet."""
    rules = [f"{n}. An exhibitor of class {n} shall pay {n * 7} yuan." for n in range(1, LONG)]
    word = Document()
    for paragraph in ("Notice on Stands", "1. A stand is three metres wide.", "2. It is locked."):
        word.add_paragraph(paragraph)
    page = shown([(50, 700 - 30 * n, rule) for n, rule in enumerate(rules[:4])])
    html = "".join(f"<p>{rule}</p>" for rule in rules[4:12])
    files = {
        "fees.txt": ("Notice on Fees\n\n" + "\n\n".join(rules)).encode(),
        "halls.md": "# 展馆办法\n\n第一条 展馆九时开门。\n\n第二条 展馆六时关门。\n".encode(),
        "pages.html": f"<html><body><h1>Notice</h1>{html}</body></html>".encode(),
        "print.pdf": pdf_of(page, page),
        "stands.docx": saved(word),
    }
    corpus = written_corpus(folder / "corpus", files, chinese=["halls.md"])
    return Settings(corpus=corpus, var=folder / "var")


def squared(number: int, killed: Path) -> int:
    """A task whose worker is killed at the number 3, the first time."""
    if number == 3 and not killed.exists():
        killed.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def embedded_by_a_mortal(clauses: Sequence[ClauseText], killed: Path) -> Vectors:
    """What embeds on a worker; the first worker that does is killed."""
    if not killed.exists():
        killed.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return pipeline._embed_on_a_core(clauses)


def processes_below(pid: int) -> list[int]:
    """A process's children and theirs, but for Ray's two agents, which notice that they are alone
    within a minute only."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    below = {pid}
    for child, parent, command in sorted((int(c), int(p), rest[0]) for c, p, *rest in rows):
        if parent in below and "agent" not in command.lower():
            below.add(child)
    return sorted(below - {pid})


def main() -> None:
    step, reports = int(sys.argv[1]), 0

    def count(*_: object) -> None:
        nonlocal reports
        reports += 1
        if reports == step:
            print(json.dumps(processes_below(os.getpid())), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    pipeline.build(load_settings(), count)
    print(json.dumps(reports))


if __name__ == "__main__":
    main()
