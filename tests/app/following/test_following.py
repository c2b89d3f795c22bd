"""Following an answer, a pack and a clause of an indexed corpus; the commands; what is sent."""

import json
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from amended_corpus import AmendedCorpus
from commands import Invoke, one_line
from pydantic import SecretStr

from app.contract import Question
from app.following.checking import Follower, asked_again, check, look, now, then
from app.following.delivery import NotDelivered
from app.following.followed import Followed, UnknownFollowed
from app.packs.export.files import ExportFormat
from app.packs.file import write_pack
from app.packs.pack import AnswerToPack, EvidencePack, make_pack
from ingest.errors import ConfigError
from ingest.settings import AlertSettings, Settings

TODAY = date.today()
WAITING = "How long may a driver wait in front of a gate?"


def _follower(corpus: AmendedCorpus) -> Follower:
    return Follower(corpus.store, corpus.desk.library(), TODAY)


def _follow(corpus: AmendedCorpus, question: Question, turn: str = "t") -> Followed:
    answer = corpus.desk.ask(question)
    return corpus.store.get(_follower(corpus).answer(turn, question, answer, TODAY, "en"))


def _rewrite(corpus: AmendedCorpus, document_id: str, old: str, new: str) -> None:
    document = corpus.desk.library().documents[document_id]
    text = corpus.raw(document)
    assert old in text
    corpus.rewrite(document, text.replace(old, new))


def _told(corpus: AmendedCorpus, id_: str) -> list[str]:
    check(corpus.store, corpus.desk, TODAY, 30)
    return [found.kind for warned in corpus.store.warnings(id_) for found in warned.findings]


@pytest.mark.usefixtures("kept_in")
def test_an_answer_is_replayed_to_the_byte_and_as_it_is_now(corpus: AmendedCorpus) -> None:
    asked = Question(text=WAITING)
    answer = corpus.desk.ask(asked)
    id_ = _follower(corpus).answer("t", asked, answer, TODAY, "en")
    _rewrite(corpus, "gacc-2020-44", "thirty", "forty")
    assert _told(corpus, id_) == ["words"]
    followed = corpus.store.get(id_)
    assert followed.kept == answer.model_dump_json()
    [was] = then(followed)
    [is_now] = now(followed, corpus.desk.library(), asked_again(followed, corpus.desk, iter))
    assert was.text == answer.answer and "thirty minutes" in was.quotes[0][1]
    assert "forty minutes" in is_now.quotes[0][1]


def test_what_is_followed_twice_is_followed_once(corpus: AmendedCorpus) -> None:
    first = _follow(corpus, Question(text=WAITING))
    assert _follow(corpus, Question(text=WAITING)).id == first.id
    assert len(corpus.store.all()) == 1


def test_an_answer_for_a_day_is_not_warned_of_later_ones(corpus: AmendedCorpus) -> None:
    pinned = _follow(corpus, Question(text=WAITING, as_of=date(2021, 1, 1)), "a")
    open_ = _follow(corpus, Question(text=WAITING), "b")
    corpus.add(
        "GACC Announcement No. 7 of 2022 on Yards\n\n1. A yard is lit.\n\n2. This Announcement shall enter "
        "into force as from 1 May 2022 along with the simultaneous repeal of GACC Announcement No. 44 of 2020.\n"
    )
    assert (_told(corpus, pinned.id), _told(corpus, open_.id)) == ([], ["status"])


def test_a_refusal_is_warned_when_a_clause_comes_that_answers(corpus: AmendedCorpus) -> None:
    followed = _follow(corpus, Question(text="How much is the fee for a lift pass?"))
    assert followed.rests == ()
    new = corpus.add("Notice on Lifts\n\n1. The fee for a lift pass is 35 yuan.\n")
    assert _told(corpus, followed.id) == ["first"]
    [warned] = corpus.store.warnings(followed.id)
    assert warned.findings[0].clause_id in new


def test_a_pack_is_followed_with_all_its_answers(corpus: AmendedCorpus) -> None:
    pack = _pack(corpus, WAITING, "Which colour shall a gate have?")
    id_ = _follower(corpus).pack(pack, "en")
    _rewrite(corpus, "gacc-2020-44", "at night", "by day")
    assert _told(corpus, id_) == ["words"]
    assert [one.question for one in then(corpus.store.get(id_))] == [
        WAITING,
        "Which colour shall a gate have?",
    ]


def _pack(corpus: AmendedCorpus, *questions: str) -> EvidencePack:
    at = datetime.now(UTC)
    answers = [AnswerToPack(corpus.desk.ask(Question(text=text)), at) for text in questions]
    return make_pack(answers, corpus.desk.library(), "en", at, "Gates")


@pytest.mark.usefixtures("kept_in")
def test_readers_follow_apart_and_unfollowing_forgets(corpus: AmendedCorpus) -> None:
    rita, ravi = corpus.store.of("rita"), corpus.store.of("ravi")
    id_ = Follower(rita, corpus.desk.library(), TODAY).clause("gacc-2020-44#2", "en")
    Follower(ravi, corpus.desk.library(), TODAY).clause("gacc-2020-44#4", "en")
    _rewrite(corpus, "gacc-2020-44", "thirty", "forty")
    check(corpus.store, corpus.desk, TODAY, 30)
    assert (rita.unseen(), ravi.unseen()) == (1, 0)
    with pytest.raises(UnknownFollowed):
        ravi.see(id_)
    rita.see(id_)
    assert rita.unseen() == 0
    rita.remove(id_)
    assert rita.all() == [] and len(ravi.all()) == 1
    with pytest.raises(UnknownFollowed):
        rita.get(id_)


def test_the_commands_follow_and_tell_once(
    corpus: AmendedCorpus, app: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _use(corpus.settings, monkeypatch)
    file = tmp_path / "gates.md"
    file.write_bytes(write_pack(_pack(corpus, WAITING), ExportFormat.MARKDOWN))
    for what in ("gacc-2020-44#2", WAITING, file):
        assert app("follow", what).code == 0
    assert app("alerts") == (0, "", "")
    _rewrite(corpus, "gacc-2020-44", "thirty", "forty")
    told = app("alerts")
    assert told.code == 1 and told.err == ""
    assert told.out.count("[-thirty-]{+forty+} minutes") == 3
    assert app("alerts") == (0, "", "")
    _rewrite(corpus, "gacc-2020-44", "forty", "fifty")
    rows = [json.loads(line) for line in app("alerts", "--json").out.splitlines()]
    assert {row["kind"] for row in rows} == {"clause", "answer", "pack"}
    assert all(row["findings"][0]["kind"] == "words" for row in rows)
    wrong = app("follow", "gacc-2020-44#99")
    assert wrong.code == 2 and "no clause gacc-2020-44#99" in one_line(wrong.err)


def _use(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(settings.corpus))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(settings.var))


# -- what is sent, to sinks on loopback --


@contextmanager
def _mail_sink() -> Iterator[tuple[int, list[str]]]:
    mails: list[str] = []

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                if not line.upper().startswith(b"DATA"):
                    bye = line.upper().startswith(b"QUIT")
                    self.wfile.write(b"221 bye\r\n" if bye else b"250 ok\r\n")
                    if bye:
                        return
                    continue
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line.decode())
                mails.append("".join(lines))
                self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], mails
        server.shutdown()


@contextmanager
def _hook_sink(answers: list[int]) -> Iterator[tuple[int, list[str]]]:
    bodies: list[str] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = answers.pop(0) if answers else 200
            if status == 200:
                bodies.append(body)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], bodies
        server.shutdown()


def _sending(settings: Settings, *addresses: str) -> Settings:
    alerts = AlertSettings(to=tuple(map(SecretStr, addresses)))
    return settings.model_copy(update={"alerts": alerts})


def test_a_warning_is_mailed_and_hooked_once_to_each(corpus: AmendedCorpus) -> None:
    pytest.importorskip("apprise")
    _follow(corpus, Question(text=WAITING))
    _rewrite(corpus, "gacc-2020-44", "thirty", "forty")
    with _mail_sink() as (mail, mails), _hook_sink([500]) as (hook, bodies):
        settings = _sending(
            corpus.settings,
            f"mailto://127.0.0.1:{mail}?from=desk@example.com&to=rita@example.com&mode=insecure",
            f"json://127.0.0.1:{hook}/warnings",
        )
        with pytest.raises(NotDelivered, match="1 of 1 warnings"):
            look(corpus.store, corpus.desk, settings, "http://desk.example.com")
        assert (len(mails), len(bodies)) == (1, 0)
        look(corpus.store, corpus.desk, settings, "http://desk.example.com")
        look(corpus.store, corpus.desk, settings, "http://desk.example.com")
        assert (len(mails), len(bodies)) == (1, 1)
        told = json.loads(bodies[0])
        assert told["title"] == f"Clause Desk: {WAITING}"
        assert "[-thirty-]{+forty+} minutes" in told["message"]
        assert "http://desk.example.com" in told["message"]
        assert "rita@example.com" in mails[0]


def test_without_an_address_nothing_is_sent_then_or_later(corpus: AmendedCorpus) -> None:
    _follow(corpus, Question(text=WAITING))
    _rewrite(corpus, "gacc-2020-44", "thirty", "forty")
    look(corpus.store, corpus.desk, corpus.settings, "")
    assert corpus.store.to_send() == []


def test_an_address_that_is_none_and_a_missing_package_are_told(
    corpus: AmendedCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    _follow(corpus, Question(text=WAITING))
    _rewrite(corpus, "gacc-2020-44", "thirty", "forty")
    settings = _sending(corpus.settings, "nowhere://secret")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "apprise", None)
        with pytest.raises(ConfigError, match=r"clause-desk\[alerts\]"):
            look(corpus.store, corpus.desk, settings, "")
    pytest.importorskip("apprise")
    with pytest.raises(ConfigError, match="address 1 is none") as told:
        look(corpus.store, corpus.desk, settings, "")
    assert "secret" not in str(told.value)
