"""Who is linked to whom: associations v4, many at a time, or one by one where a server has no batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.crm.hubspot import failures, wire
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.wire import Wire

AT_ONCE = 1000
"""records whose links one call may ask for"""
PAGE = 500


@dataclass(frozen=True)
class Link:
    """One linked record, with the ids and labels of the link's types."""

    id: str
    type_ids: frozenset[int]
    labels: frozenset[str]

    @property
    def primary(self) -> bool:
        """Whether it is a record's primary company."""
        return bool(self.type_ids & {1, 2, 5, 6}) or "Primary" in self.labels


Found = Mapping[str, Sequence[Link]]


class Links:
    """Reads links; remembers what the server cannot do."""

    def __init__(self, note: Callable[[str, Refused], None]) -> None:
        self._note = note
        self._one_by_one = False

    def of(self, connection: Wire, kind: str, to: str, ids: Sequence[str]) -> Found:
        """The links of each record; records without any are left out."""
        if not ids:
            return {}
        if not self._one_by_one:
            try:
                return self._batches(connection, kind, to, ids)
            except Refused as error:
                if not error.absent:
                    raise
                self._one_by_one = True
        return self._singly(connection, kind, to, ids)

    def _batches(self, connection: Wire, kind: str, to: str, ids: Sequence[str]) -> Found:
        found: dict[str, list[Link]] = {}
        waiting: list[tuple[str, str | None]] = [(key, None) for key in dict.fromkeys(ids)]
        while waiting:
            part, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            for row in _ask(connection, kind, to, part):
                origin = str((row.get("from") or {}).get("id"))
                found.setdefault(origin, []).extend(map(_link, row.get("to") or []))
                after = _after(row)
                waiting += [(origin, after)] if after else []
        return found

    def _singly(self, connection: Wire, kind: str, to: str, ids: Sequence[str]) -> Found:
        read: dict[str, Sequence[Link]] = {}
        for key in dict.fromkeys(ids):
            try:
                read[key] = self._pages(connection, kind, to, key)
            except Refused as error:
                if not error.absent and error.status != 400:
                    raise
                self._note(f"links from {kind} to {to}", error)
        return {key: links for key, links in read.items() if links}

    def _pages(self, connection: Wire, kind: str, to: str, record_id: str) -> list[Link]:
        links: list[Link] = []
        query: dict[str, Any] = {"limit": PAGE}
        while True:
            told = connection.read(
                wire.LINKS, "get_page", kind, record_id, to, what=f"reading the {to} of {kind}", **query
            )
            links += map(_link, told.get("results") or [])
            after = _after(told)
            if after is None:
                return links
            query["after"] = after


def _ask(connection: Wire, kind: str, to: str, part: Sequence[tuple[str, str | None]]) -> Sequence[Mapping[str, Any]]:
    from hubspot.crm.associations import v4

    inputs = [v4.PublicFetchAssociationsBatchRequest(id=key, after=after) for key, after in part]
    body = v4.BatchInputPublicFetchAssociationsBatchRequest(inputs=inputs)
    told = connection.read(wire.LINK_BATCH, "get_page", kind, to, body, what=f"reading the {to} of {kind}")
    failures.demand_all(told or {}, what=f"the {to} of {kind}")
    results: Sequence[Mapping[str, Any]] = (told or {}).get("results") or []
    return results


def _link(row: Mapping[str, Any]) -> Link:
    kinds = row.get("associationTypes") or []
    return Link(
        id=str(row["toObjectId"]),
        type_ids=frozenset(int(kind["typeId"]) for kind in kinds if kind.get("typeId") is not None),
        labels=frozenset(str(kind["label"]) for kind in kinds if kind.get("label")),
    )


def _after(row: Mapping[str, Any]) -> str | None:
    after = ((row.get("paging") or {}).get("next") or {}).get("after")
    return None if after is None else str(after)
