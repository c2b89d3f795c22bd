"""Add a topic to a file, proved against the corpus before it is written."""

from pathlib import Path

from eval.errors import TopicError
from eval.run.corpus_view import CorpusView
from eval.run.hits import locate_gold
from eval.run.topics import Topic, load_topics


def append_topic(topic: Topic, path: Path, corpus: CorpusView) -> None:
    """Write the topic as the file's last line; a missing file is made.

    Raises TopicError when its id is taken or the file can't be read or written, and
    StaleGold when its evidence does not stand in its clause.
    """
    locate_gold(topic, corpus)
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
