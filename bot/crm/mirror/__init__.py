"""The mirror of a connected CRM in the tables of the embedded one."""

from bot.crm.mirror.engine import Lock, Mirror, Progress, Standing
from bot.crm.mirror.reader import MirrorReader
from bot.crm.mirror.report import Report
from bot.crm.mirror.snapshot import take_snapshot
from bot.crm.mirror.stamps import refuse_mirror
from bot.crm.mirror.writer import MirrorWriter

__all__ = [
    "Lock",
    "Mirror",
    "MirrorReader",
    "MirrorWriter",
    "Progress",
    "Report",
    "Standing",
    "refuse_mirror",
    "take_snapshot",
]
