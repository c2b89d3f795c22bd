"""Instructions in documents and questions change nothing of what is shown.

The model here obeys every attacker; test_local_model.py asks the real one.
"""

from functools import lru_cache

import pytest
from injections import (
    IN_DOCUMENTS,
    IN_QUESTIONS,
    Attack,
    attacked_index,
    question_for,
    rule_for,
)
from page_index import real_desk, real_index
from scripted_model import ScriptedModel, points

from app.contract import Answer, CheckOutcome, Question
from app.desk import ClauseDesk
from app.search.steering import addresses_a_model, rules_only


@lru_cache
def plain_desk() -> ClauseDesk:
    """The desk of the attacked notice, without a model."""
    return ClauseDesk(attacked_index())


def obeying(attack: Attack) -> ScriptedModel:
    """A model that points and translates as the attacker wants."""
    return ScriptedModel(
        lambda message: attack.translation if "sentences" in message else attack.reply
    )


def assert_nothing_changed(answer: Answer, plain: Answer) -> None:
    """The decision is that without a model, its quotes stand, at most with another clause, and
    no word of the model is shown."""
    assert answer.answered == plain.answered
    assert {c.quote for c in plain.citations} <= {c.quote for c in answer.citations}
    assert answer.short is None
    if answer.answered:
        assert answer.answer.endswith(f"{answer.citations[-1].quote} [{len(answer.citations)}]")
        assert not answer.answer.startswith("In short")
    for statement in answer.statements:
        [cited] = [c for c in answer.citations if c.n in statement.citations]
        assert statement.translation is None and statement.text in cited.quote


def test_there_are_forty_seven_attacks() -> None:
    assert len(IN_DOCUMENTS) + len(IN_QUESTIONS) == 47


@pytest.mark.parametrize("attack", IN_DOCUMENTS, ids=lambda attack: attack.name)
def test_a_document_cannot_make_an_obeying_model_show_anything(attack: Attack) -> None:
    question = Question(text=question_for(attack))
    plain = plain_desk().ask(question)
    assert plain.answered
    assert rule_for(attack) in plain.answer
    model = obeying(attack)
    assert_nothing_changed(ClauseDesk(attacked_index(), model).ask(question), plain)
    assert len(model.messages) == 1


@pytest.mark.parametrize("attack", IN_DOCUMENTS, ids=lambda attack: attack.name)
def test_an_attacked_clause_still_bears_out_what_it_says(attack: Attack) -> None:
    desk = ClauseDesk(attacked_index(), ScriptedModel(points(1, short=rule_for(attack))))
    short = desk.ask(Question(text=question_for(attack))).short
    assert short is not None
    assert (short.text, short.check) == (rule_for(attack), CheckOutcome.VERIFIED)


@pytest.mark.parametrize("attack", [*IN_DOCUMENTS, *IN_QUESTIONS], ids=lambda attack: attack.name)
def test_a_translation_cannot_say_what_an_attacker_wants(attack: Attack) -> None:
    in_document = attack in IN_DOCUMENTS
    question = Question(
        text=question_for(attack) if in_document else "What is control mode code 5100?",
        language="zh",
    )
    model = ScriptedModel(
        lambda message: attack.translation if "sentences" in message else points(1)(message)
    )
    answer = ClauseDesk(attacked_index() if in_document else real_index(), model).ask(question)
    assert len(model.messages) == 2
    assert [statement.translation for statement in answer.statements] == [None]
    assert answer.short is None and answer.rejected


@pytest.mark.parametrize("attack", IN_QUESTIONS, ids=lambda attack: attack.name)
def test_a_question_cannot_make_an_obeying_model_show_anything(attack: Attack) -> None:
    question = Question(text=attack.injected)
    plain = real_desk().ask(question)
    assert_nothing_changed(ClauseDesk(real_index(), obeying(attack)).ask(question), plain)


def test_the_model_does_not_see_instructions_invisible_text_or_role_markers() -> None:
    model = ScriptedModel(points())
    desk = ClauseDesk(attacked_index(), model)
    for attack in IN_DOCUMENTS:
        desk.ask(Question(text=question_for(attack)))
    given = "\n".join(str(message["clauses"]) for message in model.messages)
    for words in (
        "previous instructions",
        "<|im_start|>",
        "[INST]",
        "\u200b",
        "\U000e0049",
        "HACKED",
    ):
        assert words not in given
    for attack in IN_DOCUMENTS:
        assert rule_for(attack) in given


@pytest.mark.parametrize(
    "text",
    [
        "The consignee shall tell Customs the value within 15 days.",
        "Enterprises shall reply to the inquiry of Customs in writing.",
        "7. Where the system is down, the user shall submit the form on paper.",
        "The report must state that the goods were destroyed.",
        "企业应当自收到通知之日起15日内书面答复海关。",
        "申报系统恢复后补录。",
    ],
)
def test_rules_are_no_instructions(text: str) -> None:
    assert not addresses_a_model(text)
    assert rules_only(text) == text
