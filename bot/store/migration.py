"""Schema changes, run in-process; imported only where the tables are not at the newest revision.

`python -m bot.store.migration NUMBER MESSAGE [store|crm|knowledge]` writes a new revision from what the tables
have become.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine
from sqlalchemy.types import TypeDecorator

from bot.crm.local import metadata as crm
from bot.errors import StorageError
from bot.store.before import keep_old
from bot.store.database import exclusive
from bot.store.tables import metadata as store
from knowledge.registry import metadata as knowledge

METADATA: Mapping[str, MetaData] = {"store": store, "crm": crm, "knowledge": knowledge}
KEY = 7_305_118
"""advisory lock under which PostgreSQL migrates"""


def upgrade(engine: Engine) -> None:
    """Migrate to the newest revision in one transaction; a second process waits and finds it done.

    A SQLite file of an older revision is copied before; a kill leaves the old state, as all of it is one transaction.
    StorageError for tables of a newer version of this program.
    """
    with engine.connect() as connection, _alone(connection):
        config = _config(connection, list(METADATA.values()))
        present = _present(connection, config)
        if present is not None and present != head() and connection.dialect.name == "sqlite":
            keep_old(Path(str(engine.url.database)), str(head()))
        command.upgrade(config, "head")


def _present(connection: Connection, config: Config) -> str | None:
    """The revision of the tables, which this program must know."""
    present = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        name = connection.engine.url.render_as_string(hide_password=True)
        raise StorageError(
            f"The database {name} was written by a newer version of this program (tables {present}); install that one, "
            "or restore a backup of this one."
        )
    return present


def head() -> str | None:
    """Return the newest revision among the scripts."""
    return ScriptDirectory.from_config(_config(None, [])).get_current_head()


def options(metadata: list[MetaData]) -> dict[str, Any]:
    """Return what Alembic is configured with, for running and for comparing alike."""
    return {
        "target_metadata": metadata,
        "render_item": _render,
        "compare_type": True,
        "include_object": _ours(metadata),
    }


def revise(number: str, message: str, rooms: list[str]) -> None:
    """Write a revision with what `rooms` have and the migrations have not."""
    engine = create_engine("sqlite://", connect_args={"isolation_level": None})
    with engine.connect() as connection:
        command.upgrade(_config(connection, []), "head")
        config = _config(connection, [METADATA[room] for room in rooms])
        command.revision(config, message, autogenerate=True, rev_id=number)


def _ours(metadata: list[MetaData]) -> Callable[..., bool]:
    """Keep a revision to the tables of its rooms."""
    names = {table for one in metadata for table in one.tables}

    def wanted(item: Any, name: str | None, kind: str, *_others: Any) -> bool:
        return kind != "table" or name in names

    return wanted


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    exclusive(connection, KEY)
    yield
    connection.commit()


def _config(connection: Connection | None, metadata: list[MetaData]) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    """Write a type of ours as the plain one beneath it: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


if __name__ == "__main__":
    revise(sys.argv[1], sys.argv[2], sys.argv[3:] or list(METADATA))
