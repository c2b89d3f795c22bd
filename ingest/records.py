"""What every record that is read from outside has in common."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A record that is never changed; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
