"""How far a job is, and whether it is to stop, is told to every process that serves."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    op.add_column("job", sa.Column("fraction", sa.Float, nullable=False, server_default="0"))
    is_cancelled = sa.Column("is_cancelled", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("job", is_cancelled)
