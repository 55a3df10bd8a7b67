"""The embedded CRM, which is also the mirror of a remote one: SQLAlchemy tables, a reader and a writer."""

from bot.crm.local.bulk import replace_all, replace_quotas, upsert_all
from bot.crm.local.reader import LocalReader
from bot.crm.local.tables import metadata
from bot.crm.local.writer import LocalWriter

__all__ = ["LocalReader", "LocalWriter", "metadata", "replace_all", "replace_quotas", "upsert_all"]
