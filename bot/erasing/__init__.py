"""Erase a person: every trace in the home goes, a keyed hash stays, and a search of every file proves it."""

from bot.erasing.erasure import Erasure
from bot.erasing.person import Person, find
from bot.erasing.report import Report

__all__ = ["Erasure", "Person", "Report", "find"]
