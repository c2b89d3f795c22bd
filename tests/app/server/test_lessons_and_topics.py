"""An editor writes lessons and topics over the interface; they are proved, kept and told of."""

from collections.abc import Iterator
from typing import Any

import pytest
from company import Served, company, copied, free_port, served

from app.desk import ClauseDesk
from app.teaching.lessons import load_lessons
from app.teaching.topics import load_topics
from ingest.settings import Settings

LESSON: dict[str, Any] = {
    "title": {"en": "Opening hours", "zh": "开放时间"},
    "summary": {"en": "When the hall opens."},
    "step": [
        {
            "question": {"en": "When does the hall open?"},
            "notice": {"en": "Nobody says “about nine”."},
            "clause": "hours#1",
            "right": {"en": "At nine"},
            "wrong": [{"en": "At ten"}],
        }
    ],
}
TOPIC: dict[str, Any] = {
    "kind": "single",
    "language": "en",
    "question": "When may I enter the hall?",
    "gold": [{"clause_id": "hours#1", "evidence": "opens at nine"}],
}
LESSONS, TOPICS = "/api/v1/lessons", "/api/v1/topics"


@pytest.fixture(scope="module")
def own(small: Settings, issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("own")
    corpus = copied(small, folder / "own")
    port = free_port()
    settings = company(corpus, folder / "company", port, issuer)
    with served(settings, ClauseDesk.open(settings), port) as found:
        yield found


def test_a_lesson_that_an_editor_writes_is_given_to_readers(own: Served) -> None:
    with own.signed_in("edda") as edda, own.signed_in("rita") as rita:
        kept = edda.put(f"{LESSONS}/opening-hours", json=LESSON)
        assert kept.status_code == 200, kept.text
        read = rita.get(f"{LESSONS}/opening-hours", params={"language": "zh"}).json()
        assert read["title"] == "开放时间"
        (step,) = read["steps"]
        assert step["quote"] == "1. The hall opens at nine."
        assert step["answers"] == ["At nine", "At ten"]
        assert step["clause_id"] == "hours#1" and step["status"]
        listed = rita.get(LESSONS).json()
        assert [one["id"] for one in listed["lessons"]] == ["opening-hours"]
        # what was read can be written again
        written = read["written"] | {"title": {"en": "When it opens"}}
        assert edda.put(f"{LESSONS}/opening-hours", json=written).json()["title"] == "When it opens"
        shelf = load_lessons(own.service.settings.corpus, own.service.desk.library())
        assert [lesson.title.en for lesson in shelf.lessons] == ["When it opens"]
        assert edda.delete(f"{LESSONS}/opening-hours").status_code == 204
        assert edda.delete(f"{LESSONS}/opening-hours").status_code == 404
        assert rita.get(f"{LESSONS}/opening-hours").status_code == 404
    told = [line for line in own.service.audit.lines() if line.action.startswith("lesson.")]
    assert [line.action for line in told] == ["lesson.keep", "lesson.keep", "lesson.remove"]
    assert told[0].details == {"lesson": "opening-hours", "clauses": ["hours#1"]}


@pytest.mark.parametrize(
    ("lesson_id", "changes", "said"),
    [
        ("unknown-clause", {"step": [LESSON["step"][0] | {"clause": "none#1"}]}, "step 1, clause"),
        ("no-step", {"step": []}, "step"),
        ("no-words", {"title": {}}, "write it in en"),
        ("one-answer", {"step": [LESSON["step"][0] | {"wrong": []}]}, "belong together"),
        ("..%2f..%2fcatalog", {}, ""),
        ("%2e%2e", {}, ""),
        ("Big", {}, "lesson_id"),
    ],
)
def test_what_is_no_lesson_is_refused_and_leaves_nothing(
    own: Served, lesson_id: str, changes: dict[str, Any], said: str
) -> None:
    before = sorted(own.service.settings.corpus.rglob("*"))
    with own.signed_in("edda") as edda:
        told = edda.put(f"{LESSONS}/{lesson_id}", json=LESSON | changes)
    assert told.status_code in (404, 405, 422)
    assert said in told.json()["detail"]
    assert sorted(own.service.settings.corpus.rglob("*")) == before


def test_a_topic_that_an_editor_writes_can_be_run(own: Served) -> None:
    with own.signed_in("edda") as edda, own.signed_in("rita") as rita:
        kept = edda.put(f"{TOPICS}/opening/en1", json=TOPIC)
        assert kept.status_code == 200, kept.text
        refused = TOPIC | {"kind": "not_covered", "question": "Who owns the hall?", "gold": []}
        assert edda.put(f"{TOPICS}/owner/en1", json=refused).json()["answerable"] is False
        file = own.service.settings.corpus / "topics.jsonl"
        assert [topic.id for topic in load_topics(file)] == ["opening/en1", "owner/en1"]
        assert rita.get(TOPICS).json()["topics"] == [topic.model_dump(mode="json") for topic in load_topics(file)]  # fmt: skip
        again = TOPIC | {"question": "From when on may I enter the hall?"}
        edda.put(f"{TOPICS}/opening/en1", json=again)
        assert rita.get(f"{TOPICS}/opening/en1").json()["question"] == again["question"]
        assert edda.delete(f"{TOPICS}/owner/en1").status_code == 204
        assert edda.delete(f"{TOPICS}/owner/en1").status_code == 404
        assert [topic.id for topic in load_topics(file)] == ["opening/en1"]
        edda.delete(f"{TOPICS}/opening/en1")
        assert rita.get(TOPICS).json() == {"topics": []}
    told = [line.action for line in own.service.audit.lines() if line.action.startswith("topic.")]
    assert told == ["topic.keep", "topic.keep", "topic.keep", "topic.remove", "topic.remove"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gold": [{"clause_id": "hours#1", "evidence": "opens at ten"}]}, "does not stand in"),
        ({"gold": [{"clause_id": "none#1", "evidence": "x"}]}, "none"),
        ({"needed": ["closes at six"]}, "needed span"),
        ({"kind": "riddle"}, "kind"),
    ],
)
def test_a_topic_without_its_evidence_is_refused(
    own: Served, changes: dict[str, Any], said: str
) -> None:
    with own.signed_in("edda") as edda:
        told = edda.put(f"{TOPICS}/wrong/en1", json=TOPIC | changes)
        assert told.status_code == 422 and said in told.json()["detail"], told.text
        assert edda.get(TOPICS).json() == {"topics": []}
