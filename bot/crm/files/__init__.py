"""CSV import and export of the CRM."""

from bot.crm.files.export import export_folder
from bot.crm.files.folder import import_folder, only_quotas, read_folder
from bot.crm.files.mapping import ByHand
from bot.crm.files.mapping import read as read_mapping
from bot.crm.files.report import BadCell, Differences, Failed, Imported, Mapped, Report

__all__ = [
    "BadCell",
    "ByHand",
    "Differences",
    "Failed",
    "Imported",
    "Mapped",
    "Report",
    "export_folder",
    "import_folder",
    "only_quotas",
    "read_folder",
    "read_mapping",
]
