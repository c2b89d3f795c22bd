"""The first tables of conversations: what stands before every other revision."""

revision = "1"
down_revision = None


def upgrade() -> None:
    """New tables are made as the newest revision has them."""
