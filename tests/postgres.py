"""A PostgreSQL for tests: an empty database on the server that SELLER_TEST_POSTGRES names."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import make_url, text

from bot.store.database import open_engine

SERVER = os.environ.get("SELLER_TEST_POSTGRES")
REASON = "SELLER_TEST_POSTGRES names no server, such as postgresql://me@127.0.0.1/postgres"
needed = pytest.mark.skipif(not SERVER, reason=REASON)
reachable = pytest.mark.block_network(allowed_hosts=[r"127\.0\.0\.1", "localhost", r".*\.s\.PGSQL\..*"])


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a database of its own, which is dropped at the end; skips the test where there is no server."""
    if not SERVER:
        pytest.skip(REASON)
    name = f"seller_test_{uuid.uuid4().hex[:8]}"
    server = open_engine(SERVER)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
