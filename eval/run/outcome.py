"""What came out of one topic: plain values that a report or a baseline can store."""

from pydantic import BaseModel, ConfigDict

from eval.run.topics import Kind, Language, Split


class TopicOutcome(BaseModel):
    """``why_wrong`` is empty exactly when ``right``; ``values`` by measure, None: not applicable.

    ``found`` and ``cited`` are clause ids, best first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    digest: str  # of the topic
    kind: Kind
    language: Language
    split: Split
    must: bool
    answerable: bool
    answered: bool
    refusal_reason: str | None
    confidence: float
    right: bool
    why_wrong: tuple[str, ...]
    values: dict[str, float | None]
    found: tuple[str, ...]
    cited: tuple[str, ...]

    @property
    def family(self) -> str:
        return self.topic.partition("/")[0]
