"""The Model Context Protocol: any assistant asks the desk, reads clauses and proves citations.

Each tool gives structured output; a refusal is an answer (`answered: false`, with its reason),
a wrong id or an empty question is an error in one line.
"""

from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from typing import Annotated, Literal

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import Resource, ToolAnnotations
from pydantic import Field
from starlette.applications import Starlette

from app.contract import Answer, Day, Frozen, Question, Retrieved
from app.readers import Permission, Principal
from app.search.question import LONGEST_QUESTION, MOST_DOCUMENTS
from app.server.service import LONGEST_CHECKED, Service
from app.server.shapes import (
    ChangesAnswer,
    ClauseAnswer,
    StatusAnswer,
    changes_answer,
    clause_answer,
    status_answer,
)
from app.text_check.report import TextCheck
from app.wording import Language
from ingest.corpus.versions import compare, marked
from ingest.errors import ClauseDeskError

FRONT = "mcp"
_DOCUMENT = "clause-desk://documents/{document_id}"
_CLAUSE = "clause-desk://clauses/{document_id}/{path}"
#: characters of a clause times those of a quote: comparing takes longer than in proportion
_COMPARED = 2000 * 2000
_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_INSTRUCTIONS = (
    "Answers questions on the regulations in this corpus with the clause itself, word for word, "
    "with its number and status. Quote citations as they are given; where `answered` is false, "
    "say that the corpus does not cover the question and do not answer it yourself."
)

AsOf = Annotated[
    Day | None, Field(description="The day on which the rules must apply; today if left out")
]
ClauseId = Annotated[str, Field(description="As in an answer: gacc-2016-67#4.2", max_length=300)]
Words = Annotated[
    str, Field(description="The question, in English or Chinese", max_length=LONGEST_QUESTION)
]


class SearchResults(Frozen):
    """``retrieved``: best first."""

    retrieved: tuple[Retrieved, ...]
    corpus_fingerprint: str


class CitationProof(Frozen):
    """``standing``: `verbatim`, the clause has these words to the letter, at ``start`` to
    ``end`` of the document; `elsewhere`, another clause of the document has them, ``clause_id``;
    `different`, nothing has: ``difference`` shows what the quote takes out of the clause's
    words [-…-] and puts into them {+…+}, where the two are not too long to be compared."""

    standing: Literal["verbatim", "elsewhere", "different"]
    clause_id: str
    start: int | None
    end: int | None
    difference: str | None
    status: StatusAnswer


class McpDesk(MCPServer[None]):
    """``reader_of``: who asks, by a request's context."""

    def __init__(self, service: Service, reader_of: Callable[["Context[None]"], Principal]) -> None:
        super().__init__(
            "clause-desk",
            title="Clause Desk",
            version=version("clause-desk"),
            instructions=_INSTRUCTIONS,
            log_level="WARNING",
        )
        self._service = service
        self._reader_of = reader_of
        for tool in (
            self.ask, self.search, self.read_clause, self.status_on_day, self.compare,
            self.verify_citation, self.check_text,
        ):  # fmt: skip
            self.add_tool(tool, annotations=_READS, structured_output=True)
        self.resource(_DOCUMENT, name="document", mime_type="text/plain")(self._document)
        self.resource(_CLAUSE, name="clause", mime_type="application/json")(self._clause)

    async def list_resources(self) -> list[Resource]:
        """The documents; their clauses are reached by the template."""
        documents = self._service.desk.library().documents
        return [
            Resource(
                uri=_DOCUMENT.format(document_id=id_),
                name=id_,
                title=document.entry.title,
                mime_type="text/plain",
            )
            for id_, document in documents.items()
        ]

    def ask(
        self,
        ctx: Context[None],
        question: Words,
        history: Annotated[
            list[Words], Field(description="Earlier questions, oldest first", max_length=50)
        ] = [],  # noqa: B006 - a schema's default, never changed
        as_of: AsOf = None,
        language: Annotated[
            Language | None, Field(description="Of the answer's own words; the question's")
        ] = None,
        documents: Annotated[
            list[str],
            Field(description="Ids of those that may answer; all", max_length=MOST_DOCUMENTS),
        ] = [],  # noqa: B006 - as above
    ) -> Answer:
        """Answer a question with the clauses that say so, quoted word for word, or refuse it."""
        asked = Question(
            text=question,
            history=tuple(history),
            as_of=as_of,
            language=language,
            documents=tuple(documents),
        )
        with _told():
            return self._service.ask(self._reader(ctx), FRONT, asked)

    def search(
        self,
        ctx: Context[None],
        question: Words,
        as_of: AsOf = None,
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
    ) -> SearchResults:
        """Find the clauses nearest to a question, best first, without an answer."""
        with _told():
            asked = Question(text=question, as_of=as_of)
            found = self._service.search(self._reader(ctx), FRONT, asked, limit)
        return SearchResults(retrieved=found, corpus_fingerprint=self._service.desk.fingerprint)

    def read_clause(
        self, ctx: Context[None], clause_id: ClauseId, as_of: AsOf = None
    ) -> ClauseAnswer:
        """Read one clause word for word, with its status on a day."""
        self._reader(ctx)
        with _told():
            return clause_answer(
                self._service.desk.library(), clause_id, as_of or date.today(), "en"
            )

    def status_on_day(self, ctx: Context[None], clause_id: ClauseId, day: Day) -> StatusAnswer:
        """Tell whether a clause is in force on a day, and which clause proves it."""
        self._reader(ctx)
        library = self._service.desk.library()
        with _told():
            return status_answer(library, library.clause(clause_id), day, "en")

    def compare(
        self,
        ctx: Context[None],
        work: Annotated[
            str, Field(description="The id of a Work or of a document", max_length=300)
        ],
    ) -> ChangesAnswer:
        """Compare the texts of one Work clause by clause: what was removed, what was added."""
        self._reader(ctx)
        with _told():
            return changes_answer(self._service.desk.library(), work)

    def verify_citation(
        self,
        ctx: Context[None],
        clause_id: ClauseId,
        quote: Annotated[str, Field(min_length=1, max_length=100_000)],
        as_of: AsOf = None,
    ) -> CitationProof:
        """Prove that a clause says a quote to the letter, and tell its status on a day."""
        self._reader(ctx)
        library = self._service.desk.library()
        with _told():
            clause = library.clause(clause_id)
        whole = library.quote(clause)
        status = status_answer(library, clause, as_of or date.today(), "en")
        text = library.document_text(clause.document_id)
        start = text.find(quote, clause.start, clause.start + len(whole))
        if start >= 0:
            return CitationProof(
                standing="verbatim", clause_id=clause_id, start=start, end=start + len(quote),
                difference=None, status=status,
            )  # fmt: skip
        for other in library.documents[clause.document_id].parsed.clauses:
            at = text.find(quote, other.start, other.start + len(library.quote(other)))
            if at >= 0:
                return CitationProof(
                    standing="elsewhere", clause_id=other.id, start=at, end=at + len(quote),
                    difference=None,
                    status=status_answer(library, other, as_of or date.today(), "en"),
                )  # fmt: skip
        is_short = len(whole) * len(quote) <= _COMPARED
        return CitationProof(
            standing="different", clause_id=clause_id, start=None, end=None,
            difference=marked(compare(whole, quote)) if is_short else None, status=status,
        )  # fmt: skip

    def check_text(
        self,
        ctx: Context[None],
        text: Annotated[
            str,
            Field(description="With its citations", min_length=1, max_length=LONGEST_CHECKED),
        ],
        as_of: AsOf = None,
        language: Annotated[
            Language | None, Field(description="Of the reasons; the text's own if left out")
        ] = None,
    ) -> TextCheck:
        """Find the citations of a text and the sentences that state a rule, and tell of each
        whether a clause proves it, contradicts it, or neither, and why."""
        with _told():
            return self._service.check(self._reader(ctx), FRONT, text, as_of, language)

    def _document(self, document_id: str, ctx: Context[None]) -> str:
        """The text of a document, as decoded from its file."""
        self._reader(ctx)
        library = self._service.desk.library()
        if document_id not in library.documents:
            raise ResourceError(f"no document {document_id} in the corpus")
        return library.document_text(document_id)

    def _clause(self, document_id: str, path: str, ctx: Context[None]) -> str:
        """A clause word for word, with its place and its status today."""
        self._reader(ctx)
        try:
            found = clause_answer(
                self._service.desk.library(), f"{document_id}#{path}", date.today(), "en"
            )
        except ClauseDeskError as error:
            raise ResourceError(str(error)) from error
        return found.model_dump_json()

    def _reader(self, ctx: Context[None]) -> Principal:
        reader = self._reader_of(ctx)
        with _told():
            reader.require(Permission.ASK)
        return reader

    def http(self) -> Starlette:
        """The protocol over HTTP; who asks, from which host and page, the guard has seen to."""
        return self.streamable_http_app(
            stateless_http=True,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )


class _told:  # noqa: N801 - reads as a word of the sentence it stands in
    """An error that a user can cause becomes a tool's error, in its one line."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ClauseDeskError):
            raise ToolError(str(error)) from error


def reader_of_request(ctx: "Context[None]") -> Principal:
    """Who sent a request over HTTP, as the guard has told."""
    request = ctx.request_context.request
    found: Principal = request.scope["state"]["reader"]  # type: ignore[union-attr]
    return found
