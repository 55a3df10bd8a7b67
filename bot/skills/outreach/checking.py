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
    companies = [(key, name) for key, name in context.reader.account_names(said) if key != to.account.id]
    people = [one.name for one in context.reader.contacts(to.account.id) if fold(one.name) != fold(to.contact.name)]
    return [*(found.text for found in mentions(said, companies)), *(name for name in people if " " in name.strip())]


def sentence(fault: Fault) -> str:
    """A fault as the seller reads it; they decide, and know which rule it is."""
    words = f" (“{fault.words}”)" if fault.words else ""
    text = f"{fault.text}{words}, rule {fault.rule}."
    return f"To put right before you send: {text}" if fault.blocks else f"{text[0].upper()}{text[1:]}"
