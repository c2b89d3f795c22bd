"""Warnings by mail, webhook or chat, to the addresses of the settings, through Apprise."""

import hashlib
from collections.abc import Callable

from app.following.followed import Followed, Warned
from app.following.lines import finding_view
from app.following.store import FollowingStore
from app.texts import texts
from ingest.errors import ClauseDeskError, ConfigError
from ingest.settings import AlertSettings

#: findings told in one message; the page tells all
_TOLD = 20


class NotDelivered(ClauseDeskError):
    """Warnings that an address did not take; they are sent again the next time."""


def deliver(store: FollowingStore, settings: AlertSettings, link: str) -> None:
    """Send what was not sent yet, each warning once to each address.

    ``link``: the address of the page. Without an address in the settings nothing is sent, then or
    later. Raises ConfigError for an address that is none, or where Apprise is not installed, and
    NotDelivered.
    """
    waiting = store.to_send()
    senders = _senders(settings) if waiting else {}
    missed = 0
    for followed, warned in waiting:
        title, body = message(followed, warned, link)
        for digest, send in senders.items():
            if digest not in warned.sent_to and send(title, body):
                warned = store.has(warned, digest)
        if warned.sent_to >= senders.keys():
            store.sent([warned.id])
        else:
            missed += 1
    if missed:
        raise NotDelivered(
            f"{missed} of {len(waiting)} warnings were not taken by every address of alerts.to; "
            "they are sent again the next time"
        )


def _senders(settings: AlertSettings) -> dict[str, Callable[[str, str], bool]]:
    """By the digest of its address, what sends a subject and a text there."""
    if not settings.to:
        return {}
    try:
        import apprise
    except ImportError as error:
        raise ConfigError(
            "alerts.to needs the package apprise: pip install 'clause-desk[alerts]'"
        ) from error
    found: dict[str, Callable[[str, str], bool]] = {}
    for number, secret in enumerate(settings.to, start=1):
        address = secret.get_secret_value()
        sender = apprise.Apprise()
        if not sender.add(address):
            raise ConfigError(f"alerts.to: address {number} is none that Apprise knows")

        def send(title: str, body: str, sender: apprise.Apprise = sender) -> bool:
            return bool(sender.notify(title=title, body=body))

        found[hashlib.sha256(address.encode()).hexdigest()[:16]] = send
    return found


def message(followed: Followed, warned: Warned, link: str) -> tuple[str, str]:
    """Subject and text."""
    say = texts(followed.language).text
    lines = warning_lines(followed, warned)
    told, rest = lines[:_TOLD], len(lines) - _TOLD
    told.append(say("following.mail_more", count=rest, link=link) if rest > 0 else link)
    return say("following.mail_subject", title=followed.title), "\n\n".join(told)


def warning_lines(followed: Followed, warned: Warned) -> list[str]:
    """A finding each, in the language in which it is followed."""
    day = warned.at.astimezone().date()
    return [finding_view(finding, day, followed.language).text for finding in warned.findings]
