"""Kills a process at any moment of its writes, again and again; what it had told of must be there.

`python tests/kill_server_state.py FOLDER KILLS` prints how many were kept, or ends with a fault.
"""

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from app.conversations.store import ConversationStore
from app.readers import LOCAL, Permission
from app.server.access.keys import KeyRing
from app.server.audit.log import AuditLog
from app.server.tables import open_server_tables


def write_on(var: Path, told: int) -> None:
    """Conversations, keys and audit lines without end; each is told of once it is kept."""
    database = open_server_tables(var)
    audit, keys, store = AuditLog(database, var), KeyRing(database), ConversationStore(var)
    while True:
        turn = uuid4().hex
        store.of("user:1").add_turn(turn, turn, "When does the hall open?", None, datetime.now(UTC))
        os.write(told, f"turn {turn}\n".encode())
        store.of("user:1").settle(turn, None, "an error", False)
        os.write(told, f"settled {turn}\n".encode())
        card, key = keys.make("machine", [Permission.ASK], None, LOCAL)
        os.write(told, f"key {key}\n".encode())
        audit.write("key.make", LOCAL, "test", {"key": card.id}, question=turn)
        os.write(told, f"line {card.id}\n".encode())


def kept(var: Path, told: list[tuple[str, str]]) -> None:
    database = open_server_tables(var)
    audit, keys, store = AuditLog(database, var), KeyRing(database), ConversationStore(var)
    assert audit.faults() == [], audit.faults()
    lines = {str(line.details["key"]) for line in audit.lines()}
    mine = store.of("user:1")
    for what, value in told:
        match what:
            case "turn":
                assert len(mine.turns(value)) == 1, f"turn {value} was lost"
            case "settled":
                assert mine.turns(value)[0].error == "an error", f"{value} was not settled"
            case "key":
                assert keys.reader_of(value) is not None, f"key {value} was lost"
            case "line":
                assert value in lines, f"line {value} was lost"
    assert store.notice is None, store.notice
    database.close()


def main(var: Path, kills: int) -> None:
    chance = random.Random(7)
    count = 0
    for _ in range(kills):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            write_on(var, write)
        os.close(write)
        # some while the files are being opened, most in the midst of writes
        time.sleep(chance.uniform(0.0, 0.4))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(read, "rb") as pipe:
            rows = [line.decode().split() for line in pipe if line.endswith(b"\n")]
        told = [(what, value) for what, value in rows]
        kept(var, told)
        count += len(told)
    print(f"{kills} kills, {count} writes told of, all there")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
