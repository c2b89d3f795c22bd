"""Any chat model, from the settings, through LangChain's init_chat_model.

Nothing of LangChain is imported before a model is configured.
"""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.llm import local_server
from app.llm.failures import ModelFailed, Why, failure_of
from app.llm.prompts import PromptTask
from app.llm.reply import read_reply
from ingest.errors import ConfigError
from ingest.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable

LOCAL = "local"
#: the file that `make local-llm` puts together
LOCAL_FILE = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
#: tokens of one reply: thinking models think within it
_MOST_TOKENS = 1500
#: of the local model, whose tokens take time
_MOST_LOCAL_TOKENS = 220

#: packages that pyproject.toml lists, by their extra
_EXTRAS = {
    "langchain-openai": "openai",
    "langchain-anthropic": "anthropic",
    "langchain-ollama": "ollama",
}
#: how LangChain names the one that it misses
_PACKAGE = re.compile(r"requires the ([\w-]+) package")


class LanguageModel(Protocol):
    """What words an answer; the real one is :class:`ChatModel`."""

    @property
    def name(self) -> str: ...

    @property
    def timeout(self) -> float:
        """Seconds for one answer."""
        ...

    def reply(self, task: PromptTask, message: str, seconds: float) -> Iterator[str]:
        """The reply in pieces; raises ModelFailed, at the latest after ``seconds``."""
        ...


def language_model(settings: Settings) -> LanguageModel | None:
    """The configured model, None if there is none.

    Raises ConfigError, saying what to do, for one that can't be had: a provider that is
    unknown, its package or the local file missing.
    """
    if settings.llm is None:
        return None
    if settings.llm == LOCAL:
        local_server.require(local_file(settings))
        _require_package("langchain-openai")
    return ChatModel(settings, settings.llm)


def local_file(settings: Settings) -> Path:
    return settings.llm_file or settings.models / LOCAL_FILE


class ChatModel:
    """A model of any provider; safe in several threads."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self.name = f"{LOCAL}:{local_file(settings).stem}" if name == LOCAL else name
        self.timeout = settings.llm_timeout
        # what is wrong with the name or the packages is told when the desk opens; the local
        # server is started by the first question
        if name != LOCAL:
            _build(name, settings, {})

    def reply(self, task: PromptTask, message: str, seconds: float) -> Iterator[str]:
        from langchain_core.messages import HumanMessage, SystemMessage

        messages = [SystemMessage(task.system), HumanMessage(message)]
        return read_reply(lambda: self._stream(task, messages), seconds)

    def _stream(self, task: PromptTask, messages: "list[BaseMessage]") -> Iterator[str]:
        if self._settings.llm == LOCAL:
            yield from _texts(self._local(task), messages)
            return
        name = self._settings.llm or ""
        model = _build(name, self._settings, {"temperature": 0})
        began = False
        try:
            for text in _texts(_constrained(model, task), messages):
                began = True
                yield text
        except Exception as error:  # of any provider's client
            # a server may know neither the schema nor the temperature: the reply is repaired
            if began or failure_of(error).why is not Why.REJECTED:
                raise
            yield from _texts(_build(name, self._settings, {}), messages)

    def _local(self, task: PromptTask) -> "Runnable[Any, BaseMessage]":
        import httpx

        address = local_server.serve(local_file(self._settings))
        model = _init(
            f"openai:{LOCAL}",
            base_url=address.url,
            api_key=address.key,
            timeout=self.timeout,
            max_retries=0,
            max_tokens=_MOST_LOCAL_TOKENS,
            temperature=0,
            # no proxy stands between this process and itself
            http_client=httpx.Client(trust_env=False, timeout=self.timeout),
        )
        return model.bind(extra_body={"grammar": task.grammar, "cache_prompt": True})


def _texts(model: "Runnable[Any, BaseMessage]", messages: "list[BaseMessage]") -> Iterator[str]:
    """The text of the chunks; a tool call's arguments count as text."""
    ended = True
    for chunk in model.stream(messages):
        for part in getattr(chunk, "tool_call_chunks", ()):
            yield part.get("args") or ""
        yield chunk.text
        reason = chunk.response_metadata.get("finish_reason")
        ended = reason != "length"
    if not ended:
        raise ModelFailed(Why.BROKEN_OFF)


def _constrained(model: "BaseChatModel", task: PromptTask) -> "Runnable[Any, BaseMessage]":
    """The model held to the schema, where its provider can do that; else as it is."""
    from langchain_core.runnables import RunnableBinding, RunnableSequence

    try:
        structured = model.with_structured_output(task.schema, method="json_schema")
    except (NotImplementedError, ValueError, TypeError):
        return model
    # its first step is the model with the schema bound; the parser behind it waits for the end
    bound = structured.first if isinstance(structured, RunnableSequence) else model
    if isinstance(bound, RunnableBinding) and "response_format" in bound.kwargs:
        # OpenAI's client would read the reply against the schema itself, and fail on a part of it
        return model.bind(extra_body={"response_format": bound.kwargs["response_format"]})
    return bound


def _build(name: str, settings: Settings, further: dict[str, Any]) -> "BaseChatModel":
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    options: dict[str, Any] = {**further, "max_tokens": _MOST_TOKENS, "max_retries": 0}
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if name.startswith("ollama:"):
        options.pop("max_tokens")
        options |= {"num_predict": _MOST_TOKENS, "client_kwargs": {"timeout": settings.llm_timeout}}
        if key:
            options["client_kwargs"]["headers"] = {"Authorization": f"Bearer {key}"}
    else:
        options |= {"timeout": settings.llm_timeout} | ({"api_key": key} if key else {})
    return _init(name, **options)


def _init(name: str, **options: Any) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(name, **options)
    except ImportError as error:
        package = _PACKAGE.search(str(error))
        raise _missing(package[1] if package else str(error)) from error
    except Exception as error:  # each provider has its own for a missing key, model or option
        # only the type: a message may repeat the key
        raise ConfigError(
            f'CLAUSEDESK_LLM={name} gives no model ({type(error).__name__}); write "openai:…", '
            '"anthropic:…", "ollama:…" or "local", and see that CLAUSEDESK_LLM_API_KEY is set'
        ) from None
    return model


def _require_package(package: str) -> None:
    if find_spec(package.replace("-", "_")) is None:
        raise _missing(package)


def _missing(package: str) -> ConfigError:
    extra = _EXTRAS.get(package)
    wanted = f'--constraint constraints.txt --editable ".[{extra}]"' if extra else package
    return ConfigError(
        f"CLAUSEDESK_LLM needs the package {package}: .venv/bin/python -m pip install {wanted}"
    )
