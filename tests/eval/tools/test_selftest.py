"""The selftest catches every mutation, and would tell if it did not."""

from collections.abc import Callable

import pytest
from fake_system import FakeSystem, fake_topics, topic

from app.contract import Answer, Question
from eval.choices import THRESHOLDS_FILE
from eval.errors import CannotRun
from eval.run.system import Answerer, CorpusView
from eval.run.thresholds import load_thresholds
from eval.tools import selftest as module
from eval.tools.mutations import MUTATIONS, ChineseOff, Mutation, changed_number, never_refuses
from eval.tools.selftest import selftest

BOUNDS = load_thresholds(THRESHOLDS_FILE)
SYSTEM = FakeSystem()
CORPUS = CorpusView.of(SYSTEM)


@pytest.mark.parametrize("short", [False, True])
def test_every_mutation_is_caught(short: bool) -> None:
    control, *trials = selftest(FakeSystem(), fake_topics(), BOUNDS, short=short)
    assert control.passed, control
    assert [trial.name for trial in trials if not trial.passed] == []
    assert len(trials) == len(MUTATIONS) == 6


def test_a_change_that_does_nothing_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    def unchanged(answerer: Answerer, _corpus: CorpusView) -> Answerer:
        return answerer

    harmless = Mutation("harmless", "quote_exactness", unchanged)
    monkeypatch.setattr(module, "MUTATIONS", (harmless,))
    _, trial = selftest(FakeSystem(), fake_topics(), BOUNDS)
    assert not trial.passed
    assert trial.seen == "quote_exactness 1.000 → 1.000"


def test_topics_that_cannot_see_a_mutation_do_not_pass_it() -> None:
    plain = [t for t in fake_topics() if t.status is None]
    trials = {trial.name: trial for trial in selftest(FakeSystem(), plain, BOUNDS)}
    status = trials["repealed served as current"]
    assert not status.passed
    assert status.seen == "no topic measures status_accuracy"


def test_a_system_that_wavers_fails_the_control() -> None:
    class Wavering(FakeSystem):
        asked = 0

        def ask(self, question: Question) -> Answer:
            self.asked += 1
            answer = super().ask(question)
            return answer.model_copy(update={"confidence": 0.5}) if self.asked == 3 else answer

    control = selftest(Wavering(), fake_topics(), BOUNDS)[0]
    assert not control.passed
    assert control.seen == "differs on mark/en1"


def test_topics_of_another_corpus_cannot_be_tried() -> None:
    with pytest.raises(CannotRun, match="holds the gold of no topic"):
        selftest(FakeSystem(), [topic("gone/en1", "?", {"no-such#1": "x"})], BOUNDS)


def mutated(
    wrap: Callable[[Answerer, CorpusView], Answerer], question: str
) -> tuple[Answer, Answer]:
    asked = Question(text=question)
    return SYSTEM.ask(asked), wrap(SYSTEM, CORPUS).ask(asked)


def test_changed_number_leaves_marks_and_quotes() -> None:
    sound, changed = mutated(
        changed_number, "Which code for finished products into & out of areas?"
    )
    assert "code 5100" in sound.answer
    assert "code 6211" in changed.answer
    assert changed.answer.endswith("[1]")
    assert changed.citations == sound.citations


def test_refusal_switched_off_answers_with_the_nearest_clause() -> None:
    sound, changed = mutated(never_refuses, "Best pizza topping recipe?")
    assert not sound.answered
    assert changed.answered
    (citation,) = changed.citations
    assert CORPUS.texts[citation.document_id][citation.start : citation.end] == citation.quote


def test_chinese_off_reads_what_is_not_chinese() -> None:
    sound, changed = mutated(ChineseOff, "半角标记?")
    assert sound.answered
    assert changed.retrieved == ()
    _, latin = mutated(ChineseOff, "代码 finished products into out of areas 5100?")
    assert latin.retrieved[0].clause_id == "gacc-2016-68#7.p2"
    same, english = mutated(ChineseOff, "Solid wastes")
    assert same == english
