"""New topics: by hand or from readers' feedback, proved against the corpus before they are written.

A helpful answer on the chat page is a whole topic: its clauses are the gold. What was not helpful
only has a question and a reason; a person must say what the right answer is.
"""

from pathlib import Path

from app.conversations.feedback import Feedback
from app.teaching.topics import Topic, TopicError, load_topics, require_gold, topic_of
from eval.run.system import CorpusView


def proposed_topic(feedback: Feedback) -> Topic | None:
    """The topic that helpful feedback makes; None where a person must complete it."""
    if not feedback.helpful:
        return None
    gold = zip(feedback.clause_ids, feedback.quotes, strict=True) if feedback.answered else ()
    return topic_of(feedback, tuple(gold))


def append_topic(topic: Topic, path: Path, corpus: CorpusView) -> None:
    """Write the topic as the file's last line; a missing file is made.

    Raises TopicError when its id is taken or the file can't be read or written, and
    StaleGold when its evidence does not stand in its clause.
    """
    require_gold(topic, corpus.clause)
    existing = load_topics(path) if path.exists() and path.stat().st_size else ()
    if any(other.id == topic.id for other in existing):
        raise TopicError(f"{path} has a topic {topic.id} already; choose another id")
    try:
        text = path.read_text(encoding="utf-8") if existing else ""
        if text and not text.endswith("\n"):
            text += "\n"
        path.write_text(f"{text}{topic.model_dump_json()}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise TopicError(f"can't write the topic to {path}: {error.strerror}") from error
