"""`python -m ingest`: documents in, index out. Heavy imports wait until a command needs them."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ingest.corpus.graph import ModificationGraph
    from ingest.index.build import BuildResult
    from ingest.keeping.changes import Admission
    from ingest.structure import Clause


@click.group()
def commands() -> None:
    """Add documents to the corpus, build its index, and check both."""


@commands.command()
def build() -> None:
    """Build the index, embedding only what has changed."""
    from ingest.pipeline import build as build_corpus
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    settings = load_settings()
    with ProgressBar() as progress:
        outcome = build_corpus(settings, progress)
    _tell_built(outcome)


@commands.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--id", "document_id", help="The document's id, if the proposed one is not to be.")
@click.option("--title", help="Its title, if the text does not tell.")
@click.option("--issuer", help="Who issued it, if the text does not tell.")
def add(
    paths: tuple[Path, ...], document_id: str | None, title: str | None, issuer: str | None
) -> None:
    """Take PATHS (files, or folders of files) into the corpus and index them."""
    if any((document_id, title, issuer)) and (len(paths) > 1 or paths[0].is_dir()):
        raise click.UsageError("--id, --title and --issuer are for one file")
    from time import monotonic

    from ingest.keeping.changes import add_in_batches
    from ingest.keeping.proposal import Corrections
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    corrections = Corrections(document_id, title, issuer)
    began, taken, failed, built, untold = monotonic(), 0, 0, None, False
    with ProgressBar() as progress:
        for added in add_in_batches(load_settings(), paths, corrections, progress):
            for outcome in added.outcomes:
                _tell_outcome(outcome)
            taken += len(added.outcomes) - added.failed
            failed += added.failed
            untold |= any(o.proposal and o.proposal.untold for o in added.outcomes)
            built = added.built or built
    seconds = monotonic() - began
    files = taken + failed
    speed = f" in {seconds:.0f} s, {files / seconds:.1f} files a second" if files > 1 else ""
    click.echo(f"{taken} taken, {failed} not taken{speed}")
    if untold:
        click.echo("to correct an entry: python -m ingest edit ID --title … --issuer … (--help)")
    if built:
        _tell_built(built)
    if failed or not taken:
        sys.exit(1)


@commands.command()
@click.argument("document_id", metavar="ID")
@click.option("--title")
@click.option("--issuer")
@click.option("--kind", help="announcement, decree, law, guidelines, guidance or internal.")
@click.option("--number", type=int, help="By number and year other documents cite it.")
@click.option("--year", type=int)
@click.option("--date", "expression_date", help="Since when this text applies, YYYY-MM-DD.")
def edit(document_id: str, **values: str | int | None) -> None:
    """Correct the entry of the document ID in catalog and index."""
    changes = {field: value for field, value in values.items() if value is not None}
    if not changes:
        raise click.UsageError("say what is to be corrected: --title, --issuer, --kind, …")
    from ingest.keeping.changes import edit_document
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    with ProgressBar() as progress:
        edited = edit_document(load_settings(), document_id, changes, progress)
    entry = edited.entry
    click.echo(f"corrected {entry.id}: {entry.kind}, {entry.citation_name}; issuer {entry.issuer}")
    _tell_built(edited.built)


@commands.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make FOLDER a corpus of your own, with no document in it yet."""
    from ingest.keeping.founding import found_corpus

    found_corpus(folder)
    place = folder.resolve()
    click.echo(f"made {place}, a corpus without documents. To work with it:")
    click.echo(f"    export CLAUSEDESK_CORPUS='{place}' CLAUSEDESK_VAR='{place}-var'")
    click.echo("    python -m ingest add FILE|FOLDER…")


@commands.command()
@click.argument("document_id", metavar="ID")
def remove(document_id: str) -> None:
    """Take the document ID out of the corpus and the index; its file is deleted."""
    from ingest.keeping.changes import remove_document
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    with ProgressBar() as progress:
        removed = remove_document(load_settings(), document_id, progress)
    click.echo(f"removed {document_id}, file {removed.file}")
    _tell_built(removed.built)


@commands.command()
@click.option("--all", "all_now", is_flag=True, help="Look at every source, due or not.")
@click.option("--keep-on", is_flag=True, help="Go on, each source in its time, until stopped.")
def watch(all_now: bool, keep_on: bool) -> None:
    """Look at the sources of corpus/sources.toml that are due; propose what is new."""
    import time

    from ingest.settings import load_settings
    from ingest.watching.sources import load_sources
    from ingest.watching.watch import seconds_until_due
    from ingest.watching.watch import watch as look

    settings = load_settings()
    sources = load_sources(settings.corpus)
    wrong = proposed = 0
    while True:
        for seen in look(settings, sources, all_now=all_now):
            click.echo(f"{seen.finding:<12} {seen.source}  {seen.address}  {seen.line}")
            wrong += seen.finding == "wrong"
            proposed += seen.finding == "proposed"
        if not keep_on:
            break
        all_now = False
        time.sleep(seconds_until_due(settings, sources) + 1)
    click.echo(f"{proposed} proposed, {wrong} could not be looked at")
    if proposed:
        click.echo("to read them: python -m ingest proposals")
    if wrong:
        sys.exit(1)


@commands.command()
def proposals() -> None:
    """List what the watch found and nobody has accepted or dismissed yet."""
    from ingest.settings import load_settings
    from ingest.watching.proposals import proposals as waiting

    found = waiting(load_settings())
    for one in found:
        click.echo(f"{one.id}  {one.line}")
        click.echo(f"          {one.address}, found {one.found:%Y-%m-%d %H:%M} UTC by {one.source}")
        click.echo(f"          {one.entry.id}: {'; '.join(one.told)}")
        for line in one.untold:
            click.echo(f"          could not tell {line}")
    click.echo(
        f"{len(found)} wait" + (": python -m ingest accept ID, or dismiss ID" if found else "")
    )


@commands.command()
@click.argument("proposal", metavar="PROPOSAL")
@click.option("--id", "id", help="The document's id, if the proposed one is not to be.")
@click.option("--title")
@click.option("--issuer")
@click.option("--date", "expression_date", help="Since when this text applies, YYYY-MM-DD.")
def accept(proposal: str, **values: str | None) -> None:
    """Take what the watch proposed as PROPOSAL into the corpus and index it."""
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings
    from ingest.watching.proposals import accept as take

    changes = {field: value for field, value in values.items() if value is not None}
    with ProgressBar() as progress:
        added = take(load_settings(), proposal, changes, progress)
    for outcome in added.outcomes:
        _tell_outcome(outcome)
    if added.built:
        _tell_built(added.built)


@commands.command()
@click.argument("proposal", metavar="PROPOSAL")
def dismiss(proposal: str) -> None:
    """Drop what the watch proposed as PROPOSAL; the same words are not proposed again."""
    from ingest.settings import load_settings
    from ingest.watching.proposals import dismiss as drop

    found = drop(load_settings(), proposal)
    click.echo(f"dismissed {found.id}: {found.line}")


@commands.command()
def verify() -> None:
    """Read every document again and compare files, catalog and index."""
    from ingest.keeping.verification import verify as verify_corpus
    from ingest.settings import load_settings

    found = verify_corpus(load_settings())
    for fault in found.faults:
        click.echo(f"{fault.subject}: {fault.line}")
    count = len(found.faults)
    wrong = f"{count} fault{'s' if count > 1 else ''}" if count else "all is well"
    click.echo(f"{found.documents} documents, {found.clauses} clauses: {wrong}")
    if found.faults:
        sys.exit(1)


@commands.command()
@click.option("--dot", is_flag=True, help="For Graphviz: `… --dot | dot -Tsvg > graph.svg`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def graph(dot: bool, as_json: bool) -> None:
    """Show which document repeals, amends, replaces or cites which, and the clause that proves it."""
    if dot and as_json:
        raise click.UsageError("give either --dot or --json")
    from ingest.corpus.graph import build_graph
    from ingest.keeping.status import read_documents
    from ingest.settings import load_settings

    found = build_graph(read_documents(load_settings()))
    if dot:
        click.echo(found.as_dot())
    elif as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        _tell_graph(found)


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def status(as_json: bool) -> None:
    """Show the documents, the index in use, and whether it fits the corpus."""
    from datetime import date

    from ingest.keeping.status import read_status
    from ingest.settings import load_settings

    found = read_status(load_settings(), date.today())
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, default=str))
        return
    for document in found.documents:
        since = f" since {document.since}" if document.since else ""
        click.echo(
            f"{document.id:<16} {document.clauses:>5} clauses  {document.language}  "
            f"{document.status}{since}"
        )
        click.echo(f"{'':<16} {document.title}")
        if document.dates:
            click.echo(f"{'':<16} {document.dates}")
        for warning in document.warnings:
            click.echo(f"{'':<16} note: {warning}")
    if not found.documents:
        click.echo("no documents yet: `python -m ingest add FILE|FOLDER…`")
    click.echo(f"index {found.fingerprint}, built {found.built_at}: {found.verdict}")


@commands.command()
@click.argument(
    "paths", metavar="FILE|FOLDER…", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clause and line.")
def parse(paths: tuple[Path, ...], as_json: bool) -> None:
    """Print the clauses of files, and of the files in folders, without storing anything.

    With several files each line names its file; one that cannot be read is a line with its error.
    """
    from ingest.parsing import parse_files
    from ingest.settings import load_settings

    several = len(paths) > 1 or paths[0].is_dir()
    for parsed in parse_files(paths, load_settings().loading):
        if parsed.error and not several:
            raise parsed.error
        named = {"file": parsed.file} if several else {}
        if parsed.error and as_json:
            click.echo(json.dumps({**named, "error": str(parsed.error)}, ensure_ascii=False))
        elif several and not as_json:
            click.echo(f"{parsed.file}: {parsed.error or f'{len(parsed.clauses)} clauses'}")
        for clause in parsed.clauses:
            click.echo(_clause_row(clause, named) if as_json else _clause_line(clause))
        for warning in parsed.warnings:
            click.echo(f"note: {f'{parsed.file}: ' if several else ''}{warning}", err=True)


def _clause_row(clause: "Clause", named: dict[str, str]) -> str:
    row = {
        **named,
        "path": clause.path,
        "num": clause.num,
        "locator": clause.locator,
        "heading": clause.heading,
        "start": clause.start,
        "end": clause.end,
        "text": clause.text,
    }
    return json.dumps(row, ensure_ascii=False)


def _clause_line(clause: "Clause") -> str:
    words = " ".join(clause.text.split())
    return f"{clause.path:<12} {words if len(words) <= 100 else words[:99] + '…'}"


def _tell_built(outcome: "BuildResult") -> None:
    state = "built" if outcome.built else "is up to date"
    click.echo(
        f"index {outcome.fingerprint} {state}: {outcome.documents} documents "
        f"({outcome.embedded} embedded now), {outcome.clauses} clauses to be found"
    )


def _tell_outcome(outcome: "Admission") -> None:
    if outcome.proposal is None:
        click.echo(f"not taken  {outcome.file}: {outcome.reason}")
        return
    entry = outcome.proposal.entry
    click.echo(f"taken      {outcome.file}: {entry.id}, {outcome.clauses} clauses")
    click.echo(f"           {entry.title}")
    click.echo(f"           {'; '.join(outcome.proposal.told)}")
    for untold in outcome.proposal.untold:
        click.echo(f"           could not tell {untold}")
    for warning in outcome.warnings:
        click.echo(f"           note: {warning}")


def _tell_graph(graph: "ModificationGraph") -> None:
    held = {node.id for node in graph.nodes if node.held}
    for edge in graph.edges:
        items = f" {', '.join(edge.items)} of" if edge.items else ""
        since = f" from {edge.since}" if edge.since else ""
        ends = [end if end in held else f"{end} (not held)" for end in (edge.source, edge.target)]
        click.echo(
            f"{ends[0]} {edge.relation}{items} {ends[1]}{since}  [{edge.proof or 'catalog'}]"
        )
    click.echo(
        f"{len(held)} documents, {len(graph.edges)} relations, "
        f"{len(graph.not_held)} documents named and not held"
    )
    for node in graph.not_held:
        click.echo(f"not held: {node.title}")
