"""Accounts that became part of others: their notes, open questions and ingested folders follow."""

from collections.abc import Callable, Mapping

from sqlalchemy import Engine, select, update

from knowledge.library import Library
from knowledge.registry.found import batches
from knowledge.registry.session import connected
from knowledge.registry.tables import documents, gaps, sources


def follow(engine: Engine, accounts: Mapping[str, str], open_library: Callable[[], Library]) -> int:
    """Key what belongs to these accounts by those that they became part of; gives the number of pages moved.

    The library is opened only where there is a page to move. Raises KnowledgeLocked where another process has it.
    """
    _rename(engine, accounts)
    pages = _pages_of(engine, accounts)
    library = open_library() if pages else None
    for page, account in pages.items():
        if library is not None:
            library.decide(page, {"account": account})
    return len(pages)


def _pages_of(engine: Engine, accounts: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    with connected(engine) as connection:
        for some in batches(sorted(accounts)):
            query = select(documents.c.id, documents.c.account).where(documents.c.account.in_(some))
            found |= {row.id: accounts[row.account] for row in connection.execute(query)}
    return found


def _rename(engine: Engine, accounts: Mapping[str, str]) -> None:
    with connected(engine) as connection:
        for old, new in accounts.items():
            connection.execute(update(gaps).where(gaps.c.account == old).values(account=new))
        for root, said in connection.execute(select(sources.c.root, sources.c.overrides)).all():
            if said.get("account") in accounts:
                renamed = {**said, "account": accounts[said["account"]]}
                connection.execute(update(sources).where(sources.c.root == root).values(overrides=renamed))
