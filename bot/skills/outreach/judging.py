"""The gate as a skill asks it: what the seller's words tell of an opt-out is kept, and the verdict goes to the audit trail."""

from collections.abc import Sequence
from dataclasses import replace

from bot.crm.records import Contact
from bot.skills import Context
from bot.skills.outreach.gate import TABLE, Recipient, Refusal, Verdict, decide, inputs
from bot.skills.outreach.optout import Out, answered
from bot.skills.outreach.spec import Channel, Purpose

WANTED: dict[Out, str] = {"email": "e-mails", "call": "calls", "all": "e-mails and calls"}


def judged(context: Context, to: Recipient, channel: Channel = "email", purpose: Purpose = "first") -> Verdict:
    """Decide, and add a line to the audit trail: the verdict, its rows, and a hash of what it rests on."""
    out = answered(to.said)
    if out:
        keep(context, [to.contact], out)
        to = replace(to, refusals=(*to.refusals, Refusal(out, to.today, "the answer that you repeat")))
    verdict = decide(to, channel, purpose)
    if context.memory:
        told = {"decision": verdict.decision, "rule": verdict.rule, "rules": list(verdict.rules), "table": TABLE}
        detail = {**told, "channel": channel, "purpose": purpose}
        context.memory.audit("gate", context.asker.id, context.now, detail, inputs(to, channel, purpose))
    return verdict


def keep(context: Context, people: Sequence[Contact], out: Out) -> str:
    """Keep that people opted out by what a seller told or pasted; the sentence that says so, or asks who it was."""
    if not people:
        return f"Who wants no more {WANTED[out]} is not clear: name them, so that none are drafted."
    if context.memory is None:
        return ""
    for contact in people:
        context.memory.optouts.add(contact, out, context.now, f"an answer that {context.asker.name} passed on")
    names = " and ".join(contact.name for contact in people)
    wants = "wants" if len(people) == 1 else "want"
    return f"{names} {wants} no more {WANTED[out]}: that is kept here and none are drafted any more; set the opt-out in the CRM too."
