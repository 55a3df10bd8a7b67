"""A copy of a SQLite file from before an upgrade, so that the older version can still be gone back to."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.errors import StorageError


def keep_old(database: Path, revision: str) -> None:
    """Copy the file as `seller.db.before-REVISION`, in place of the copy of an earlier upgrade."""
    copy, part = database.with_name(f"{database.name}.before-{revision}"), database.with_name(f"{database.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        part.chmod(0o600)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(
            f"The database {database} cannot be copied before it is upgraded ({error}), so it was left as it is; free some space."
        ) from error
    drop_old(database.parent, database.name)
    part.replace(copy)


def drop_old(home: Path, name: str = "seller.db") -> int:
    """Remove such copies; gives how many there were."""
    found = list(_copies(home, name))
    for path in found:
        path.unlink()
    return len(found)


def _copies(home: Path, name: str) -> Iterator[Path]:
    return home.glob(f"{name}.before-*")
