"""What is followed may have a note and lie in a folder."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    op.add_column("followed", sa.Column("folder", sa.String, nullable=False, server_default=""))
    op.add_column("followed", sa.Column("note", sa.Text, nullable=False, server_default=""))
