"""The lint as letters are held against it: with the names that the records know, and as sentences for the seller."""

from collections.abc import Sequence

from bot.crm.match import fold, mentions
from bot.skills import Context
from bot.skills.outreach.gate import Recipient, Verdict
from bot.skills.outreach.lint import Fault, lint
from bot.skills.outreach.spec import Language


def faults(
    context: Context, to: Recipient, body: str, subjects: Sequence[str], verdict: Verdict, language: Language,
    cleared: Sequence[str] = (),
) -> tuple[Fault, ...]:  # fmt: skip
    """All that is wrong with a message to this person, what the law asks for first."""
    found = lint(
        body, subjects, verdict=verdict, language=language, sender=context.asker, policy=context.policy,
        first_touch=to.wrote is None, known_names=strangers(context, to, "\n".join([*subjects, body])), cleared=cleared,
    )  # fmt: skip
    return tuple(sorted(found, key=lambda fault: not fault.blocks))


def strangers(context: Context, to: Recipient, said: str) -> list[str]:
    """The other companies of the CRM, and colleagues of the recipient, that a text names."""
    found = mentions(said, context.reader.account_names(said))
    # What may mean the recipient's own company is no other one: several begin alike.
    companies = [one.text for one in found if to.account.id not in one.ids and fold(one.text) not in _own(context, to)]
    people = [one.name for one in context.reader.contacts(to.account.id) if fold(one.name) != fold(to.contact.name)]
    return [*companies, *(name for name in people if " " in name.strip())]


def _own(context: Context, to: Recipient) -> set[str]:
    return {fold(name) for name in (to.account.name, context.policy.company, context.asker.name, to.contact.name)}


def sentence(fault: Fault) -> str:
    """A fault as the seller reads it; they decide, and know which rule it is."""
    words = f" (“{fault.words}”)" if fault.words else ""
    text = f"{fault.text}{words}, rule {fault.rule}."
    return f"To put right before you send: {text}" if fault.blocks else f"{text[0].upper()}{text[1:]}"
