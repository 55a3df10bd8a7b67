"""audit: each line is sealed to the one before it, and lines can only be added."""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

FIXED = ("id", "at", "actor", "verb", "proposal", "revision", "change", "detail_hash", "seal", "hash")
WORDS = "the audit trail is append-only"

audit = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.String) for name in ("actor", "verb", "proposal", "change", "salt", "detail_hash", "hash")),
    sa.column("revision", sa.Integer),
    sa.column("detail", sa.JSON),
)
head = sa.table("audit_head", sa.column("one"), sa.column("last"), sa.column("hash"))


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("audit", sa.Column("salt", sa.String(length=32), nullable=True))
    op.add_column("audit", sa.Column("detail_hash", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("seal", sa.String(length=16), nullable=True))
    op.add_column("audit", sa.Column("hash", sa.String(length=64), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_head")),
    )
    last, sealed = _chain(op.get_bind())
    op.get_bind().execute(head.insert().values(one=1, last=last, hash=sealed))
    _guard_postgresql() if op.get_bind().dialect.name == "postgresql" else _guard_sqlite()


def _chain(connection: sa.Connection) -> tuple[int, str]:
    """Seal what an older home holds, and say so in a line of its own; gives the last line and its hash."""
    last, before, count = 0, "0" * 64, 0
    # All at once: the rows are changed while they are read.
    for row in connection.execute(sa.select(audit).order_by(audit.c.id)).all():
        salt, at = secrets.token_hex(16), row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
        detail_hash, sealed = _seal(before, salt, {**row._mapping, "at": at})
        values = {"salt": salt, "detail_hash": detail_hash, "hash": sealed}
        connection.execute(audit.update().where(audit.c.id == row.id).values(**values))
        last, before, count = row.id, sealed, count + 1
    return _say(connection, last, before, count) if count else (last, before)


def _say(connection: sa.Connection, last: int, before: str, count: int) -> tuple[int, str]:
    told = f"The {count} lines up to here were written before the trail was chained, and chained as they were found."
    line: dict[str, Any] = {
        "id": last + 1, "at": datetime.now(UTC), "actor": "assistant", "verb": "chained", "proposal": None, "revision": None,
        "change": None, "detail": {"lines": count, "says": told},
    }  # fmt: skip
    salt = secrets.token_hex(16)
    detail_hash, sealed = _seal(before, salt, line)
    connection.execute(audit.insert().values(**line, salt=salt, detail_hash=detail_hash, hash=sealed))
    return last + 1, sealed


def _seal(before: str, salt: str, line: dict[str, Any]) -> tuple[str, str]:
    """The two hashes of a line, as bot/store/sealing.py works them out."""
    detail_hash = hashlib.sha256(f"{salt}{_canonical(line['detail'])}".encode()).hexdigest()
    when = line["at"].astimezone(UTC).isoformat(timespec="microseconds")
    held = [line[name] for name in ("actor", "verb", "proposal", "revision", "change")]
    parts = [before, line["id"], when, *held, detail_hash, None]
    return detail_hash, hashlib.sha256(_canonical(parts).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _guard_sqlite() -> None:
    """Refuse what is no addition; a redaction brings a new salt with the new detail."""
    stop = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    op.execute(f"CREATE TRIGGER audit_keep BEFORE DELETE ON audit {stop}")
    op.execute(f"CREATE TRIGGER audit_head_keep BEFORE DELETE ON audit_head {stop}")
    named = ", ".join(f'"{name}"' for name in FIXED)
    op.execute(f"CREATE TRIGGER audit_fixed BEFORE UPDATE OF {named} ON audit {stop}")
    op.execute(f"CREATE TRIGGER audit_detail BEFORE UPDATE OF detail ON audit WHEN NEW.salt IS OLD.salt {stop}")


def _guard_postgresql() -> None:
    fixed = " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in FIXED)
    op.execute(
        "CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF NOT ({fixed} OR NEW.salt IS NOT DISTINCT FROM OLD.salt) THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{WORDS}'; END $$"
    )
    op.execute("CREATE TRIGGER audit_keep BEFORE DELETE OR UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_keep()")
    for table in ("audit", "audit_head"):
        op.execute(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_keep()"
        )
    op.execute("CREATE TRIGGER audit_head_keep BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_keep()")
