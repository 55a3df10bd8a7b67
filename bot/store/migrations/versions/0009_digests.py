"""digests."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Go to this revision."""
    for name, size in (("weekly_at", 5), ("weekly_to", 32), ("daily_at", 5), ("daily_to", 32)):
        op.add_column("preferences", sa.Column(name, sa.String(length=size), nullable=True))
