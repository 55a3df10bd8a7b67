"""Tables of the assistant's own state: proposals, their changes, the audit trail, threads and deliveries."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC: SQLite would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone; bring others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


proposals = Table(
    "proposals",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("requester", String(255), nullable=False, index=True),
    Column("account_id", String(255)),
    Column("thread", String(255)),
    Column("skill", String(64), nullable=False),
    Column("prompt_version", String(64)),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("proposal_id", String(8), ForeignKey("proposals.id"), nullable=False),
    Column("k", Integer, nullable=False),
    Column("write", JSON, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("receipt", JSON(none_as_null=True)),
    Column("error", Text),
    Column("decided_by", String(255)),
    Column("decided_at", UtcTime),
    Column("applied_at", UtcTime),
    Column("undo_by", String(255), index=True),
    Column("tries", Integer, nullable=False),
    Column("doubtful", Boolean, nullable=False, server_default=false()),
    Column("queued_at", UtcTime),
    Column("retry_at", UtcTime),
    UniqueConstraint("proposal_id", "k"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("verb", String(32), nullable=False),
    Column("proposal", String(8), index=True),
    Column("revision", Integer),
    Column("change", String(36), index=True),
    Column("detail", JSON, nullable=False),
    Column("salt", String(32)),
    Column("detail_hash", String(64), nullable=False, server_default=""),
    Column("seal", String(16)),
    Column("hash", String(64), nullable=False, server_default=""),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(16)),
)

threads = Table(
    "threads",
    metadata,
    Column("id", String(255), primary_key=True),
    Column("skill", String(64)),
    Column("account_id", String(255)),
    Column("opportunity_id", String(255)),
    Column("proposal_id", String(8)),
    Column("pending", JSON(none_as_null=True)),
    Column("updated_at", UtcTime, nullable=False),
)

thread_turns = Table(
    "thread_turns",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("thread", String(255), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("role", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("account_id", String(255)),
    Index("ix_thread_turns_thread", "thread", "id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("seen_at", UtcTime, nullable=False, index=True),
    Column("state", String(16), nullable=False, server_default="done"),
    Column("owner", String(64)),
    Column("alive_at", UtcTime),
    Column("task", JSON(none_as_null=True)),
    Index("ix_deliveries_state", "state"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("slack_id", String(32)),
    Column("digest_at", String(5)),
    Column("briefs", Boolean, nullable=False, server_default=false()),
    Column("tone", String(16)),
    Column("language", String(8)),
    Column("weekly_at", String(5)),
    Column("weekly_to", String(32)),
    Column("daily_at", String(5)),
    Column("daily_to", String(32)),
    Column("updated_at", UtcTime, nullable=False),
)

slack_cards = Table(
    "slack_cards",
    metadata,
    Column("proposal_id", String(8), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("response_url", Text),
    Column("slack_id", String(32), nullable=False),
    Column("mark", String(16), nullable=False),
    Column("shown", JSON, nullable=False),
    Column("at", UtcTime, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("user_id", String(255), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("thread_ts", String(32)),
    Column("question_ts", String(32)),
    Column("shown", JSON, nullable=False),
    Column("question", Text, nullable=False),
    Column("draft", JSON, nullable=False),
    Column("account_id", String(255)),
    Column("proposal_id", String(8)),
    Index("ix_answers_place", "channel", "question_ts"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("answer_id", String(12), nullable=False),
    Column("user_id", String(255), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("reason", String(32)),
    Column("comment", Text),
    UniqueConstraint("answer_id", "user_id"),
)

letters = Table(
    "letters",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("thread", String(255), nullable=False),
    Column("user_id", String(255), nullable=False),
    Column("account_id", String(255), nullable=False),
    Column("contact_id", String(255), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("spec", JSON, nullable=False),
    Column("written", Text, nullable=False),
    Column("edited", Text),
    Index("ix_letters_thread", "thread", "at"),
)

samples = Table(
    "samples",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("user_id", String(255), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("account_id", String(255), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("written", Text, nullable=False),
    Column("edited", Text, nullable=False),
    Index("ix_samples_user", "user_id", "at"),
)

looks = Table(
    "looks",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("account_id", String(255), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("before", UtcTime),
    Column("state", JSON, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("user_id", String(255), nullable=False),
    Column("consent", String(16)),
    Column("released_by", String(255)),
    Column("released_at", UtcTime),
)

optouts = Table(
    "optouts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("contact_id", String(255), index=True),
    Column("address", String(64), index=True),
    Column("channel", String(8), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),
)

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("user_id", String(255), nullable=False),
    Column("request", String(32), nullable=False, index=True),
    Column("thread", String(255), nullable=False),
    Column("account_id", String(255)),
    Column("skill", String(64), nullable=False),
    Column("prompt", String(64), nullable=False),
    Column("prompt_version", String(64), nullable=False),
    Column("model", String(255), nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("cost", Float),
    Column("ms", Float),
    Column("outcome", String(16), nullable=False),
    Column("why", Text),
    Column("sent", JSON(none_as_null=True)),
    Column("received", JSON(none_as_null=True)),
    Column("warned", String(64)),
    Index("ix_model_calls_user", "user_id", "at"),
)
