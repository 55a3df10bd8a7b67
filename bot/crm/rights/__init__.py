"""Reading and writing rights of people: `PeopleRights` is the door."""

from bot.crm.rights.org import with_roles
from bot.crm.rights.rights import PeopleRights
from bot.crm.rights.seen import none_seen

__all__ = ["PeopleRights", "none_seen", "with_roles"]
