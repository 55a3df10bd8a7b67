"""Tables of the knowledge base; `metadata` is what migrations compare with."""

from sqlalchemy import JSON, BigInteger, Column, Date, Engine, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

documents = Table(
    "kb_documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("uri", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("account", String(64)),
    Column("teams", JSON, nullable=False),
    Column("audience", String(16), nullable=False),
    Column("owner", Text),
    Column("author", Text),
    Column("date", Date),
    Column("verified", Date),
    Column("verifier", Text),
    Column("interval_days", Integer, nullable=False),
    Column("status", String(16)),
    Column("supersedes", Text),
    Column("partition", String(16), nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("recipe", String(64), nullable=False),
    Index("kb_documents_partition_account", "partition", "account"),
)

chunks = Table(
    "kb_chunks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document_id", String(32), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("location", Text, nullable=False),
    Column("context", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("partition", String(16), nullable=False),
    Column("door", Text, nullable=False),
    # staged: in the registry, perhaps not yet in the index; live; dead: perhaps still in the index
    Column("state", String(8), nullable=False),
    Index("kb_chunks_document_state", "document_id", "state"),
    Index("kb_chunks_state_partition", "state", "partition"),
)

sources = Table(
    "kb_sources",
    metadata,
    Column("root", Text, primary_key=True),
    Column("overrides", JSON, nullable=False),
)

gaps = Table(
    "kb_gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("asker", Text),
    Column("at", String(40), nullable=False),
    Column("account", String(64)),
    Column("nearest", JSON, nullable=False),
)


def create_all(engine: Engine) -> None:
    """Create the tables that are not there; with migrations, leave it to them."""
    metadata.create_all(engine)
