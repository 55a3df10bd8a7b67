"""Salesforce: reads for the mirror, writes in the seller's name, asks for rights."""

from bot.crm.salesforce.remote import connect

__all__ = ["connect"]
