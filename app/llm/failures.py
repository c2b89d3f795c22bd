"""Why a language model gave no answer; the reader gets the reason as one line."""

from enum import StrEnum


class Why(StrEnum):
    TIME_OUT = "time_out"
    KEY_REFUSED = "key_refused"
    RATE_LIMIT = "rate_limit"
    NOT_FOUND = "not_found"  # no such model or address
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    REJECTED = "rejected"  # the request itself; for example a prompt that is too long
    BROKEN_OFF = "broken_off"  # the connection ended, or the reply did
    UNREADABLE = "unreadable"  # neither the JSON that was asked for nor sentences with marks
    LOOPS = "loops"
    NOT_STARTED = "not_started"  # the local model


class ModelFailed(Exception):
    """A model gave no usable reply. ``status``: the HTTP status, if there was one.

    Never holds what the server said: some repeat the key.
    """

    def __init__(self, why: Why, status: int | None = None) -> None:
        super().__init__(why if status is None else f"{why} ({status})")
        self.why = why
        self.status = status

    @property
    def is_passing(self) -> bool:
        """Whether asking once more may help."""
        return self.why in (Why.RATE_LIMIT, Why.UNREACHABLE, Why.SERVER_ERROR)


_BY_STATUS = {
    401: Why.KEY_REFUSED,
    403: Why.KEY_REFUSED,
    404: Why.NOT_FOUND,
    408: Why.TIME_OUT,
    429: Why.RATE_LIMIT,
}


def failure_of(error: BaseException) -> ModelFailed:
    """What an exception of any provider's client means.

    Clients have no exception in common; they share the status code as an attribute,
    and the httpx exception that they were raised from.
    """
    if isinstance(error, ModelFailed):
        return error
    for link in _chain(error):
        status = getattr(link, "status_code", None) or getattr(
            getattr(link, "response", None), "status_code", None
        )
        if isinstance(status, int) and status >= 400:
            why = _BY_STATUS.get(status, Why.SERVER_ERROR if status >= 500 else Why.REJECTED)
            return ModelFailed(why, status)
    for link in _chain(error):
        name = type(link).__name__
        if "Timeout" in name:
            return ModelFailed(Why.TIME_OUT)
        if name in _BROKEN_OFF:
            return ModelFailed(Why.BROKEN_OFF)
        if isinstance(link, ConnectionError) or "Connect" in name:
            return ModelFailed(Why.UNREACHABLE)
    return ModelFailed(Why.BROKEN_OFF)


#: by name: httpx comes with a provider's package, which may be missing
_BROKEN_OFF = {"RemoteProtocolError", "ReadError", "IncompleteRead", "LengthFinishReasonError"}


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    # the innermost says most
    return links[::-1]
