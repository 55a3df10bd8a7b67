"""Associations v4 of the stand-in: typed both ways, labelled, with a primary company."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from standins import hubspot_defaults as defaults

Live = Callable[[str, str], Any]


class Links:
    """Links between live records."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self.types = {pair: list(rows) for pair, rows in defaults.LINK_TYPES.items()}
        self.user_defined: dict[int, int] = {}
        """the type id of each label → that of the way back"""
        self._held: dict[tuple[str, str], dict[tuple[str, str], set[int]]] = {}
        self._ids = itertools.count(11)

    def label(self, kind: str, to: str, label: str) -> int:
        """Define a label, as an admin does in the settings; its type id."""
        there, back = next(self._ids), next(self._ids)
        self.types[kind, to].append((there, label))
        self.types[to, kind].append((back, label))
        self.user_defined |= {there: back, back: there}
        return there

    def check(self, kind: str, link: Mapping[str, Any]) -> None:
        """Refuse a link of a type that does not exist or to a record that does not."""
        from standins.hubspot_portal import Refusal

        ids = [one["associationTypeId"] for one in link["types"]]
        to = next((to for (own, to), rows in self.types.items() if own == kind and ids[0] in dict(rows)), None)
        if to is None:
            message = f"No association type id {ids[0]} exists from {kind}"
            raise Refusal(400, {"message": message, "category": "VALIDATION_ERROR"})
        if self._live(to, link["to"]["id"]) is None:
            message = f"{to} {link['to']['id']} does not exist"
            raise Refusal(404, {"message": message, "category": "OBJECT_NOT_FOUND"})
        link["kind"] = to  # type: ignore[index]

    def add(self, kind: str, record_id: str, to: str, to_id: str, type_ids: list[int]) -> None:
        """Link two records both ways; every link has the type without a label too."""
        for own, other, ids in (((kind, record_id), (to, to_id), type_ids), ((to, to_id), (kind, record_id), None)):
            pair = (own[0], other[0])
            given = ids if ids is not None else [self._back(pair, one) for one in type_ids]
            kept = self._held.setdefault(own, {}).setdefault(other, set())
            kept |= {self.types[pair][0][0], *given}

    def drop(self, kind: str, record_id: str, to: str, to_id: str, type_ids: list[int] | None = None) -> None:
        """Remove labels, or the whole link."""
        for own, other, back in (((kind, record_id), (to, to_id), False), ((to, to_id), (kind, record_id), True)):
            held = self._held.get(own, {})
            if type_ids is None:
                held.pop(other, None)
            elif other in held:
                pair = (own[0], other[0])
                held[other] -= {self._back(pair, one) if back else one for one in type_ids}

    def of(self, kind: str, record_id: str, to: str) -> list[dict[str, Any]]:
        """The links of one record, as associations v4 shows them."""
        held = self._held.get((kind, record_id), {})
        return [
            {"toObjectId": _id(other[1]), "associationTypes": self._shown((kind, to), ids)}
            for other, ids in held.items()
            if other[0] == to and ids and self._live(*other) is not None
        ]

    def company(self, kind: str, record_id: str) -> str | None:
        """The primary company."""
        primary = {"contacts": 1, "deals": 5}[kind]
        held = self._held.get((kind, record_id), {})
        return next(
            (other[1] for other, ids in held.items() if primary in ids and self._live(*other) is not None), None
        )

    def move(self, kind: str, old: str, new: str) -> None:
        """Hang a merged record's links on the one that is left."""
        for (to, to_id), ids in list(self._held.get((kind, old), {}).items()):
            self.drop(kind, old, to, to_id)
            self.add(kind, new, to, to_id, sorted(ids))

    def labels(self, kind: str, to: str) -> list[dict[str, Any]]:
        """The link types from one type to another."""
        return [{**self._type(type_id), "label": label} for type_id, label in self.types.get((kind, to), [])]

    def _shown(self, pair: tuple[str, str], ids: set[int]) -> list[dict[str, Any]]:
        return [{**self._type(one), "label": label} for one, label in self.types[pair] if one in ids]

    def _type(self, type_id: int) -> dict[str, Any]:
        own = type_id in self.user_defined
        return {"category": "USER_DEFINED" if own else "HUBSPOT_DEFINED", "typeId": type_id}

    def _back(self, pair: tuple[str, str], type_id: int) -> int:
        """The type of the way back: the label's, else the one at the same place of the list."""
        if type_id in self.user_defined:
            return self.user_defined[type_id]
        there = [one for one, _ in self.types[pair[1], pair[0]]]
        return self.types[pair][there.index(type_id)][0] if type_id in there else self.types[pair][0][0]


def _id(record_id: str) -> int | str:
    """A number, as HubSpot writes it here; ids that a test chose may be words."""
    return int(record_id) if record_id.isdigit() else record_id
