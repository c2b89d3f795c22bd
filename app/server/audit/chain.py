"""The chain of an audit log: each line is hashed with the line before it.

What names a person is not hashed itself but a commitment to it: the HMAC-SHA-256 of the words
under a salt of the line's own. Words and salt can be blanked, and the chain still holds; that
they were blanked is a line of its own, so nothing can be blanked unseen.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.contract import Frozen
from ingest.errors import ClauseDeskError

#: the hash before the first line
GENESIS = "0" * 64
#: the action of lines that tell which personal words were blanked
BLANKED = "audit.blank"
_ANCHOR = "clause-desk-audit-anchor"


class BadAuditFile(ClauseDeskError):
    """A file that holds no audit log, or no anchors."""


class AuditLine(Frozen):
    """``details``: what was done, without a name; ``personal``: who, and their words; None
    after blanking."""

    seq: int
    at: str
    action: str
    front: str
    details: dict[str, Any]
    commitment: str
    previous: str
    hash: str
    personal: dict[str, Any] | None
    salt: str | None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """``base_seq``, ``base_hash``: of the last line that was dropped, 0 and GENESIS without one;
    ``seal``: over the other four, with a secret that is not in the file of the log."""

    base_seq: int
    base_hash: str
    seq: int
    hash: str
    seal: str

    def expected_seal(self, secret: bytes) -> str:
        told = f"{self.base_seq}|{self.base_hash}|{self.seq}|{self.hash}"
        return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the chain stood at a moment; kept elsewhere it proves that the log is the same one."""

    seq: int
    hash: str
    at: str

    def __str__(self) -> str:
        return f"{_ANCHOR} {self.seq} {self.hash} {self.at}"

    @classmethod
    def read(cls, text: str) -> "tuple[Anchor, ...]":
        """The anchors of a file, one a line; raises BadAuditFile."""
        found = []
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            match line.split():
                case [name, seq, digest, at] if name == _ANCHOR and seq.isdecimal():
                    found.append(cls(int(seq), digest, at))
                case _:
                    raise BadAuditFile(f"line {number} of the anchors is none: {line[:60]!r}")
        if not found:
            raise BadAuditFile("the file holds no anchors")
        return tuple(found)


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def commitment_to(personal: Mapping[str, Any], salt: str) -> str:
    return hmac.new(bytes.fromhex(salt), canonical(personal).encode(), hashlib.sha256).hexdigest()


def hash_of(line: AuditLine) -> str:
    told = line.model_dump(include={"seq", "at", "action", "front", "details", "commitment"})
    return hashlib.sha256(f"{line.previous}\n{canonical(told)}".encode()).hexdigest()


def faults_of(
    lines: Iterable[AuditLine],
    head: ChainHead | None,
    secret: bytes | None = None,
    anchors: Sequence[Anchor] = (),
) -> list[str]:
    """What is wrong with a log, a line each; [] for one that is as it was written.

    ``head``, ``secret``: of the log's own file; without them (an export) a cut-off tail shows
    by an anchor only.
    """
    faults: list[str] = []
    seq, digest = (head.base_seq, head.base_hash) if head else (0, GENESIS)
    begins_at: int | None = None if head is None else seq
    by_seq = {seq: digest}
    bare: set[int] = set()
    blanked: set[int] = set()
    for line in lines:
        if begins_at is None:  # an export of a log whose oldest lines were dropped
            begins_at, seq, digest = line.seq - 1, line.seq - 1, line.previous
            by_seq = {seq: digest}
        if line.seq != seq + 1:
            faults.append(_out_of_order(seq, line.seq))
        elif line.previous != digest:
            faults.append(f"line {line.seq} does not follow line {seq}: one of them is not genuine")
        if hash_of(line) != line.hash:
            faults.append(f"line {line.seq} was edited after it was written")
        elif line.action == BLANKED:
            blanked |= set(line.details["lines"])
        if line.personal is None or line.salt is None:
            bare.add(line.seq)
        elif commitment_to(line.personal, line.salt) != line.commitment:
            faults.append(f"the personal words of line {line.seq} were edited")
        seq, digest = line.seq, line.hash
        by_seq[seq] = digest
    faults += [
        f"the personal words of line {at} are gone and no line tells of their blanking"
        for at in sorted(bare - blanked)
    ]
    if head is not None:
        faults += _against_head(head, secret, seq, digest)
    return faults + _against_anchors(anchors, begins_at or 0, seq, by_seq)


def _out_of_order(seq: int, found: int) -> str:
    if found <= seq:
        return f"line {found} stands after line {seq}: the lines were put in another order"
    missing = f"line {seq + 1}" if found == seq + 2 else f"lines {seq + 1} to {found - 1}"
    return f"{missing} missing: deleted after being written"


def _against_head(head: ChainHead, secret: bytes | None, seq: int, digest: str) -> list[str]:
    faults = []
    if secret is not None and not hmac.compare_digest(head.expected_seal(secret), head.seal):
        faults.append("the seal of the log is not this server's: its beginning or end was changed")
    if seq < head.seq:
        faults.append(f"the log was cut off after line {seq}: it had {head.seq}")
    elif (seq, digest) != (head.seq, head.hash):
        faults.append("the last line is not the one that was written last")
    return faults


def _against_anchors(
    anchors: Sequence[Anchor], begins_at: int, seq: int, by_seq: Mapping[int, str]
) -> list[str]:
    faults = []
    for anchor in anchors:
        if anchor.seq < begins_at:
            faults.append(
                f"the anchor of {anchor.at} is of line {anchor.seq}, which is no longer kept: "
                "use a later anchor"
            )
        elif anchor.seq > seq:
            faults.append(f"the log was cut off: the anchor of {anchor.at} tells of {anchor.seq}")
        elif by_seq.get(anchor.seq) != anchor.hash:
            faults.append(f"the log is another one than the anchor of {anchor.at} was taken from")
    return faults
