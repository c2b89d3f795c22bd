"""`python -m ingest`: documents in, index out. Heavy imports wait until a command needs them."""

import json
from pathlib import Path

import click


@click.group()
def commands() -> None:
    """Build and inspect the index of the corpus."""


@commands.command()
def build() -> None:
    """Build the index, embedding only what has changed."""
    from ingest.pipeline import build as build_corpus
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    settings = load_settings()
    with ProgressBar() as progress:
        outcome = build_corpus(settings, progress)
    state = "built" if outcome.built else "is up to date"
    click.echo(
        f"index {outcome.fingerprint} {state}: {outcome.documents} documents "
        f"({outcome.embedded} embedded now), {outcome.clauses} clauses to be found"
    )


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def status(as_json: bool) -> None:
    """Show the documents, the index in use, and whether it fits the corpus."""
    from datetime import date

    from ingest.settings import load_settings
    from ingest.status import read_status

    found = read_status(load_settings(), date.today())
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, default=str))
        return
    for document in found.documents:
        since = f" since {document.since}" if document.since else ""
        click.echo(f"{document.id:<16} {document.clauses:>5} clauses  {document.status}{since}")
        click.echo(f"{'':<16} {document.title}")
    click.echo(f"index {found.fingerprint}, built {found.built_at}: {found.verdict}")


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clause and line.")
def parse(file: Path, as_json: bool) -> None:
    """Print the clauses of FILE without storing anything."""
    from ingest.clause_parser import parse as parse_source
    from ingest.loaders import load
    from ingest.settings import load_settings

    source = load(file, load_settings().loading)
    document = parse_source(source, file.stem)
    for clause in document.clauses:
        if as_json:
            row = {
                "path": clause.path,
                "num": clause.num,
                "locator": clause.locator,
                "heading": clause.heading,
                "start": clause.start,
                "end": clause.end,
                "text": clause.text,
            }
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            words = " ".join(clause.text.split())
            click.echo(f"{clause.path:<12} {words if len(words) <= 100 else words[:99] + '…'}")
    for warning in source.warnings:
        click.echo(f"note: {warning}", err=True)
