"""An assistant asked over HTTP: our own REST, or a chat that speaks OpenAI's protocol.

Which of them an address speaks is told by what answers the first question there.
"""

import json
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2

from app.contract import Answer, Question
from app.search.searcher import Searcher
from eval.endpoint.reading import ReplyReader
from eval.endpoint.shapes import ChatText, is_filtered, read_answer, read_chat
from eval.errors import CannotRun, NoReply
from ingest.errors import BadQuestion
from ingest.settings import EndpointSettings, load_settings

#: bytes of the longest reply that is read
_LONGEST_REPLY = 5_000_000
#: seconds before the first further try, doubled before each other, and the longest wait that an
#: assistant may ask for
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_NOT_THERE = frozenset({404, 405})
#: our REST's, for words that are no question
_NO_QUESTION = 422
_KEY = "CLAUSEDESK_ENDPOINT__API_KEY"
_COMPLETIONS = "/chat/completions"
#: characters of an error's own words
_LONGEST_TOLD = 150


class Interface(StrEnum):
    """What an assistant speaks."""

    REST = "our own REST"
    CHAT = "a chat as OpenAI's"


class _Sent(NamedTuple):
    """``data``: the JSON that came, None for anything else; ``wait``: seconds that it asks for."""

    status: int
    data: Any
    wait: float | None
    location: str


class Endpoint:
    """An assistant behind an address, as an answerer.

    ``read``: what a chat's reply amounts to. The key goes to this address only and stands in no
    message; redirects are told, not followed.
    """

    def __init__(
        self, url: str, settings: EndpointSettings, read: Callable[[ChatText, Question], Answer]
    ) -> None:
        """Raises CannotRun for what is no address."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CannotRun(f"--endpoint {url[:100]} is no address: write http://… or https://…")
        if parts.username or parts.password or parts.query:
            raise CannotRun(f"--endpoint takes no user, password or query: give the key as {_KEY}")
        self.url = url.rstrip("/")
        self._settings = settings
        self._read = read
        self._found: tuple[Interface, str] | None = None
        self._model = settings.model
        self._replies: dict[tuple[str, ...], str] = {}
        # no proxy stands between this machine and itself
        is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        headers = {"Accept": "application/json"}
        if settings.api_key is not None:
            key = settings.api_key.get_secret_value()
            if not (key.isascii() and key.isprintable()):
                raise CannotRun(f"{_KEY} has characters that no key has: copy it anew")
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx2.Client(
            headers=headers,
            timeout=settings.timeout,
            follow_redirects=False,
            trust_env=not is_here,
        )

    def ask(self, question: Question) -> Answer:
        """Raises NoReply for one that stays away, BadQuestion for one that is refused as none, and
        CannotRun where no other question would fare better."""
        kind, url = self._found or self._find(question)
        if kind is Interface.REST:
            return read_answer(self._rest(url, question))
        return self._read(self._chat(url, question), question)

    def _find(self, question: Question) -> tuple[Interface, str]:
        """The first of the addresses behind which something answers as it should."""
        telling: _Sent | None = None
        for kind, url in _addresses(self.url):
            body = self._body(kind, url, question.text)
            try:
                sent = self._send("POST", url, body)
            except NoReply as error:
                raise CannotRun(f"{self.url} does not answer ({error}): is it running?") from error
            key = "answered" if kind is Interface.REST else "choices"
            if isinstance(sent.data, dict) and (
                key in sent.data or (sent.status == _NO_QUESTION and kind is Interface.REST)
            ):
                self._found = kind, url
                return self._found
            if telling is None or telling.status in _NOT_THERE:
                telling = sent
        assert telling is not None
        try:
            self._require(telling)
        except NoReply as error:
            raise CannotRun(f"{self.url} does not answer as an assistant: {error}") from error
        raise CannotRun(
            f"{self.url} answers, but neither as our REST (/api/v1/ask) nor as OpenAI's chat "
            "(/v1/chat/completions): give the address that ends in /chat/completions"
        )

    def _body(self, kind: Interface, url: str, words: str) -> dict[str, Any]:
        if kind is Interface.REST:
            return {"question": words}
        return self._chat_body(url, [{"role": "user", "content": words}])

    def _rest(self, url: str, question: Question) -> Any:
        body = question.model_dump(mode="json", exclude={"text"}, exclude_defaults=True)
        sent = self._send("POST", url, {"question": question.text, **body})
        if sent.status == _NO_QUESTION:
            raise BadQuestion(self._told(sent) or "the assistant takes it for no question")
        return self._require(sent)

    def _chat(self, url: str, question: Question) -> ChatText:
        """The reply to the last message of a conversation that is played from its first one."""
        messages: list[dict[str, str]] = []
        if question.as_of is not None:  # an assistant that knows no days lets it pass
            day = f"Answer as of {question.as_of.isoformat()}."
            messages.append({"role": "system", "content": day})
        for earlier in question.history:
            messages.append({"role": "user", "content": earlier})
            said = tuple(message["content"] for message in messages)
            if said not in self._replies:
                self._replies[said] = self._completed(url, messages).text
            messages.append({"role": "assistant", "content": self._replies[said]})
        return self._completed(url, [*messages, {"role": "user", "content": question.text}])

    def _completed(self, url: str, messages: list[dict[str, str]]) -> ChatText:
        sent = self._send("POST", url, self._chat_body(url, messages))
        if is_filtered(sent.data):
            return ChatText(text="", model=self._model, is_refusal=True)
        return read_chat(self._require(sent))

    def _chat_body(self, url: str, messages: list[dict[str, str]]) -> dict[str, Any]:
        if self._model is None:
            sent = self._send("GET", f"{url.removesuffix(_COMPLETIONS)}/models")
            match sent.data:
                case {"data": [{"id": str(first)}, *_]}:
                    self._model = first
                case _:
                    self._model = "default"
        return {"model": self._model, "messages": messages, "stream": False}

    def _send(self, method: str, url: str, body: dict[str, Any] | None = None) -> _Sent:
        """Tried again a few times where that may help; raises NoReply when nothing comes."""
        sent, wait, failed = None, 0.0, ""
        for further in range(self._settings.retries + 1):
            time.sleep(wait)
            wait = _PAUSE * 2**further
            try:
                sent = self._once(method, url, body)
            except httpx2.TimeoutException:
                sent, failed = None, f"no answer within {self._settings.timeout:g} seconds"
            except httpx2.HTTPError as error:
                # the type alone: a message may hold what was sent
                sent, failed = None, f"the connection failed, {type(error).__name__}"
            if sent is not None:
                if sent.status not in _PASSING:
                    break
                wait = min(sent.wait or wait, _LONGEST_PAUSE)
        if sent is None:
            raise NoReply(failed)
        return sent

    def _once(self, method: str, url: str, body: dict[str, Any] | None) -> _Sent:
        """One request, within the time of one answer however slowly it trickles in."""
        deadline = time.monotonic() + self._settings.timeout
        received = bytearray()
        with self._http.stream(method, url, json=body) as response:
            for piece in response.iter_bytes():
                received += piece
                if len(received) > _LONGEST_REPLY:
                    raise NoReply(f"the reply is longer than {_LONGEST_REPLY:,} bytes")
                if time.monotonic() > deadline:
                    raise httpx2.ReadTimeout("the whole reply takes too long")
        try:
            data = json.loads(received)
        except ValueError:
            data = None
        asked = response.headers.get("retry-after", "")
        where = urlsplit(response.headers.get("location", ""))
        location = f"{where.scheme}://{where.netloc}{where.path}" if where.netloc else where.path
        wait = float(asked) if asked.isdecimal() else None
        return _Sent(response.status_code, data, wait, location)

    def _require(self, sent: _Sent) -> Any:
        """The JSON of a success; raises NoReply or CannotRun for everything else."""
        if sent.status in (401, 403):
            raise CannotRun(
                f"{self.url} refuses the key ({sent.status}): set {_KEY} to one it knows"
            )
        if 300 <= sent.status < 400:
            raise CannotRun(f"{self.url} sends elsewhere ({sent.location}): give that address")
        if sent.status in _NOT_THERE:
            raise CannotRun(
                f"{self.url} has no assistant ({sent.status}{self._told(sent)}): give the address "
                "that ends in /chat/completions, and the model as CLAUSEDESK_ENDPOINT__MODEL"
            )
        if sent.status >= 400:
            raise NoReply(f"the assistant answers {sent.status}{self._told(sent)}")
        if sent.data is None:
            raise NoReply("what came is no JSON")
        return sent.data

    def _told(self, sent: _Sent) -> str:
        """What an error says of itself, short and without the key."""
        match sent.data:
            case {"error": {"message": str(message)}} | {"detail": str(message)}:
                pass
            case _:
                return ""
        if self._settings.api_key is not None:
            message = message.replace(self._settings.api_key.get_secret_value(), "…")
        return f": {' '.join(message.split())[:_LONGEST_TOLD]}"


def _addresses(url: str) -> list[tuple[Interface, str]]:
    """Where an assistant may be that is said to be at ``url``, in the order of trying."""
    rest, chat = Interface.REST, Interface.CHAT
    if url.endswith(_COMPLETIONS):
        return [(chat, url)]
    if url.endswith("/ask"):
        return [(rest, url)]
    if url.endswith("/api/v1"):
        return [(rest, f"{url}/ask"), (chat, f"{url}{_COMPLETIONS}")]
    if url.endswith("/v1"):
        return [(chat, f"{url}{_COMPLETIONS}")]
    return [
        (rest, f"{url}/api/v1/ask"),
        (chat, f"{url}/v1{_COMPLETIONS}"),
        (chat, f"{url}{_COMPLETIONS}"),
    ]


def open_assistant(url: str, searcher: Searcher) -> Endpoint:
    """The assistant behind an address, its replies read against the corpus of ``searcher``.

    Raises CannotRun for what is no address, and ConfigError.
    """
    return Endpoint(url, load_settings().endpoint, ReplyReader(searcher).read)
