"""Each conversation has an owner; a turn may be asked anew."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = None


def upgrade() -> None:
    owner = sa.Column("owner", sa.String, nullable=False, server_default="")
    op.add_column("conversation", owner)
    op.create_index("ix_conversation_owner", "conversation", ["owner"])
    anew = sa.Column("anew", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("turn", anew)
    # what answers of schema 1 hold that a statement has no more
    op.get_bind().exec_driver_sql(
        """UPDATE turn SET answer = replace(replace(answer, ',"translated":false', ''),
        ',"translated":true', '')"""
    )
