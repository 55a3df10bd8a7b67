"""What a contact is to a deal: a label on the link between the two."""

from collections.abc import Mapping
from typing import Any

from bot.crm import checks
from bot.crm.hubspot import failures, wire
from bot.crm.hubspot.builder import Builder, role_id
from bot.crm.hubspot.catalog import Label
from bot.crm.hubspot.held import Held
from bot.crm.hubspot.wire import Wire
from bot.crm.records import Contact, ContactRole, Opportunity
from bot.crm.writes import Approval, Receipt, SetContactRole
from bot.errors import CrmRejected

Values = Mapping[str, Any]


class Roles:
    """Sets and takes back labels."""

    def __init__(self, connection: Wire, builder: Builder) -> None:
        self._wire = connection
        self._builder = builder
        self._held = Held(connection, builder)

    def set(self, approval: Approval, write: SetContactRole) -> tuple[str, Values, Values]:
        """The role's id, what holds now and what held before."""
        deal = self._held.existing(Opportunity, write.opportunity_id)
        contact = self._held.existing(Contact, write.contact_id)
        label = self._label(write.role)
        present = self._present(deal.id, contact.id)
        linked = self._linked(deal.id, contact.id)
        if not (approval.doubtful and write.role in present):
            meant = write.old if write.old in present else next(iter(present), None)
            checks.unchanged(f"{contact.name} in {deal.name}", "role", write.old, meant)
        self._add(deal.id, contact.id, label)
        with failures.after_write():
            if write.old is not None and write.old != write.role:
                self._remove(deal.id, contact.id, self._label(write.old))
            self._kept(deal.id, contact.id, write)
        key = role_id(deal.id, contact.id, write.role)
        if write.old is not None:
            return key, {"role": write.role}, {"role": write.old}
        values = {"opportunity_id": deal.id, "contact_id": contact.id, "role": write.role}
        return key, {**values, **({} if linked else {"newly_linked": True})}, {}

    def take_back(self, receipt: Receipt) -> None:
        """Restore the former label, or remove the new one with the link that was made for it."""
        deal, contact, role = receipt.record_id.split(":")
        present = self._present(deal, contact)
        former: ContactRole | None = receipt.previous.get("role")
        if role not in present:
            if former is None or former in present:
                return
            said = next(iter(present), "nothing")
            raise CrmRejected(f"The role was changed from {role} to {said} since: change it in HubSpot instead.")
        if former is not None:
            self._add(deal, contact, self._label(former))
        if receipt.values.get("newly_linked") and present == [role]:
            self._unlink(deal, contact)
        else:
            self._remove(deal, contact, self._label(receipt.values["role"]))

    def _present(self, deal: str, contact: str) -> list[str]:
        return [row.role for row in self._builder.roles(self._wire, [deal]) if row.contact_id == contact]

    def _linked(self, deal: str, contact: str) -> bool:
        found = self._builder.links.of(self._wire, "deals", "contacts", [deal])
        return any(link.id == contact for link in found.get(deal, ()))

    def _label(self, role: ContactRole) -> Label:
        catalog = self._builder.catalog
        for label in catalog.labels():
            if catalog.fields.role(label.label) == role:
                return label
        catalog.forget("labels")
        named = ", ".join(label.label for label in catalog.labels() if label.label) or "none"
        raise CrmRejected(
            f"HubSpot has no association label “{catalog.fields.label(role)}” between deals and contacts "
            f"(it has {named}): create it, or name another as role.{role} in SELLER_CRM_FIELDS."
        )

    def _add(self, deal: str, contact: str, label: Label) -> None:
        from hubspot.crm.associations import v4

        spec = v4.AssociationSpec(association_category=label.category, association_type_id=label.type_id)
        self._wire.write(wire.LINKS, "create", "deals", deal, "contacts", contact, [spec], what="the new role")

    def _remove(self, deal: str, contact: str, label: Label) -> None:
        from hubspot.crm.associations import v4

        spec = v4.AssociationSpec(association_category=label.category, association_type_id=label.type_id)
        one = v4.PublicAssociationMultiPost(
            _from=v4.PublicObjectId(id=deal), to=v4.PublicObjectId(id=contact), types=[spec]
        )
        body = v4.BatchInputPublicAssociationMultiPost(inputs=[one])
        self._wire.write(wire.LINK_BATCH, "archive_labels", "deals", "contacts", body, what="the former role")

    def _unlink(self, deal: str, contact: str) -> None:
        self._wire.write(wire.LINKS, "archive", "deals", deal, "contacts", contact, what="taking the role back")

    def _kept(self, deal: str, contact: str, write: SetContactRole) -> None:
        present = self._present(deal, contact)
        if write.role not in present or (write.old not in (None, write.role) and write.old in present):
            said = " and ".join(present) or "nothing"
            raise CrmRejected(
                f"HubSpot kept {said} as role instead of {write.role}, without a word: ask your HubSpot admin."
            )
