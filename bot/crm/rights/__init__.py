"""Reading and writing rights of people: `PeopleRights` is the door."""

from bot.crm.rights.org import with_roles
from bot.crm.rights.rights import PeopleRights

__all__ = ["PeopleRights", "with_roles"]
