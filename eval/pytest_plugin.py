"""pytest's fixture ``clause_desk`` and marker of that name: questions held as tests.

    @pytest.mark.clause_desk("questions.jsonl")
    def test_our_questions(clause_desk, topic):
        clause_desk.hold(topic)

Loaded by pytest itself (entry point ``pytest11``), so nothing heavy is imported before it is used.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from app.contract import Answer
    from app.teaching.topics import Topic
    from eval.run.system import Answerer, System

_NAME, _TOPIC = "clause_desk", "topic"
_ENDPOINT = "clause_desk_endpoint"


class HeldDesk:
    """Clause Desk on the corpus of the settings, or the assistant of --clause-desk-endpoint."""

    def __init__(self, system: "System", answerer: "Answerer") -> None:
        from eval.run.system import CorpusView

        self._answerer = answerer
        self._corpus = CorpusView.of(system)

    def ask(
        self, question: str, *, history: Sequence[str] = (), as_of: date | None = None
    ) -> "Answer":
        """The answer; ``history``: earlier questions, oldest first; ``as_of``: None is today."""
        from app.contract import Question

        return self._answerer.ask(Question(text=question, history=tuple(history), as_of=as_of))

    def why_wrong(self, topic: "Topic") -> tuple[str, ...]:
        """A line for each thing that is wrong with the answer to a topic; () when it is right.

        Raises StaleGold when the corpus has not what the topic wants.
        """
        from eval.run.hits import locate_gold
        from eval.run.runner import ask
        from eval.run.scoring import score
        from eval.run.topics import question_of

        question = question_of(topic, None)
        gold = locate_gold(topic, self._corpus)
        day = question.as_of or date.today()
        answer = ask(self._answerer, question, self._corpus.fingerprint, day)
        return score(topic, gold, answer, self._corpus).why_wrong

    def hold(self, topic: "Topic") -> None:
        """Fail the test, with what is wrong, unless a topic is answered as it should be."""
        wrong = self.why_wrong(topic)
        if wrong:
            pytest.fail("\n".join([topic.question, *wrong]), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "address of another assistant to ask (docs/evaluation.md)"
    parser.getgroup(_NAME).addoption("--clause-desk-endpoint", metavar="URL", help=told)
    parser.addini(_ENDPOINT, told)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", f"{_NAME}(file): run once for each topic of a file beside the test"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker(_NAME)
    if marker is None or _TOPIC not in metafunc.fixturenames:
        return
    from app.teaching.topics import load_topics
    from ingest.errors import ClauseDeskError

    if len(marker.args) != 1:
        raise pytest.UsageError('name the file of the topics: @pytest.mark.clause_desk("…")')
    try:
        topics = load_topics(metafunc.definition.path.parent / marker.args[0])
    except ClauseDeskError as error:
        raise pytest.UsageError(str(error)) from error
    metafunc.parametrize(_TOPIC, topics, ids=[topic.id for topic in topics])


@pytest.fixture(scope="session")
def clause_desk(request: pytest.FixtureRequest) -> HeldDesk:
    """What answers; a setting or an index that is wrong fails the tests that use it."""
    from eval.endpoint.client import open_assistant
    from eval.run.system import open_clause_desk
    from ingest.errors import ClauseDeskError

    url = request.config.getoption("--clause-desk-endpoint") or request.config.getini(_ENDPOINT)
    try:
        desk = open_clause_desk()
        return HeldDesk(desk, open_assistant(url, desk.searcher()) if url else desk)
    except ClauseDeskError as error:
        pytest.fail(str(error), pytrace=False)
