"""CSV import and export of the CRM."""

from bot.crm.files.export import export_folder
from bot.crm.files.folder import import_folder, read_folder
from bot.crm.files.report import Failed, Imported, Report

__all__ = ["Failed", "Imported", "Report", "export_folder", "import_folder", "read_folder"]
