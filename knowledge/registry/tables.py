"""Tables of the knowledge base; `metadata` is what migrations compare with."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)

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
    Column("product", Text),
    Column("region", Text),
    # golden questions: what the page must be found by
    Column("questions", JSON, nullable=False, server_default="[]"),
    # where a page that is no file comes from, such as a Slack message
    Column("origin", Text),
    # whether a model outside of the company may not be shown it
    Column("inside", Boolean, nullable=False, server_default=false()),
    # What people decided here, apart from what the file says; a review holds for the content with this hash.
    Column("reviewed", Date),
    Column("reviewer", Text),
    Column("reviewed_sha256", String(64)),
    Column("decided", String(16)),
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
    # open → asked (its owner) → answered or dismissed; gaps alike in meaning have one topic
    Column("status", String(16), nullable=False, server_default="open"),
    Column("topic", Integer),
    Column("answer", String(32)),
    Column("told_at", String(40)),
)

inquiries = Table(
    "kb_inquiries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", Integer, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("place", Text),
    Column("asked_at", String(40), nullable=False),
    Column("draft", String(32)),
    # asked → drafted → published or declined
    Column("status", String(16), nullable=False),
)

uses = Table(
    "kb_uses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", String(32), nullable=False),
    # cited, up, down, failed
    Column("kind", String(8), nullable=False),
    Column("who", Text),
    Column("question", Text),
    Column("at", String(40), nullable=False),
    Index("kb_uses_document", "document_id", "kind"),
)

dismissed = Table(
    "kb_dismissed",
    metadata,
    # duplicate, contradiction
    Column("kind", String(16), primary_key=True),
    # the two chunk texts' hashes, in order: a changed text is looked at again
    Column("pair", String(130), primary_key=True),
    Column("by", Text, nullable=False),
    Column("at", String(40), nullable=False),
)

state = Table(
    "kb_state",
    metadata,
    Column("id", Integer, primary_key=True),
    # drawn once a database, so that another database's word index is not taken for this one's
    Column("born", String(32), nullable=False),
    # raised whenever the set of live chunks changes
    Column("version", BigInteger, nullable=False),
)


def create_all(engine: Engine) -> None:
    """Create the tables that are not there; with migrations, leave it to them."""
    metadata.create_all(engine)
