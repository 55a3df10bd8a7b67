"""The write gate: propose, decide, apply once; the only room that holds a CrmWriter."""

from bot.approvals.gate import Approvals
from bot.approvals.ports import Job, Notifier, Outcome, Runner

__all__ = ["Approvals", "Job", "Notifier", "Outcome", "Runner"]
