"""Topics proposed by readers' feedback on the chat page.

A helpful answer is a whole topic: its clauses are the gold. What was not helpful
only has a question and a reason; a person must say what the right answer is.
"""

import re
from hashlib import sha256

from app.conversations.feedback import Feedback
from eval.run.topics import Kind, Topic, split_of

_CJK = re.compile(r"[\u3400-\u9fff]")


def proposed_topic(feedback: Feedback) -> Topic | None:
    """The topic that helpful feedback makes; None where a person must complete it."""
    if not feedback.helpful:
        return None
    topic_id = f"reader-{sha256(feedback.question.encode()).hexdigest()[:10]}/1"
    if not feedback.answered:
        kind = Kind.NOT_COVERED
    else:
        kind = Kind.FOLLOW_UP if feedback.history else Kind.SINGLE
    return Topic(
        id=topic_id,
        kind=kind,
        language="zh" if _CJK.search(feedback.question) else "en",
        split=split_of(topic_id),
        question=feedback.question,
        history=feedback.history,
        as_of=feedback.as_of,
        answerable=feedback.answered,
        gold=feedback.clause_ids if feedback.answered else (),
        evidence=feedback.quotes if feedback.answered else (),
    )
