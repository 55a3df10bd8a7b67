"""The end of an e-mail: who writes, from where, how to object, and where the address comes from (pure)."""

from bot.crm.records import User
from bot.skills import Policy
from bot.skills.outreach.material import Material
from bot.skills.outreach.occasion import data_source
from bot.skills.outreach.phrases.book import Phrases, pick
from bot.skills.outreach.spec import Spec, Voice


def footer(material: Material, spec: Spec, voice: Voice) -> tuple[str, ...]:
    """Closing, sender, postal address, opt-out and, at the first contact, the source of the address."""
    words = material.words
    lines = [voice.closing or pick(words.closing, spec.tone), *signed(words, material.policy, material.asker)]
    if not material.to.known:
        lines.append(source(material, words.source))
    return tuple(lines)


def note_end(material: Material) -> tuple[str, ...]:
    """The end of a message in a network, as short as what it must carry lets it be."""
    words, must = material.words, material.must
    ends = [words.linkedin[key] for key, what in (("out", "opt_out"), ("source", "source")) if what in must]
    return (*ends, material.asker.name, *(_company(material.words, material.policy) if "address" in must else ()))


def source(material: Material, pattern: str) -> str:
    """Where the address or number comes from, or the place to fill that in."""
    found = data_source(material.to, material.words)
    return pattern.format(source=found) if found else material.words.fill_source


def signed(words: Phrases, policy: Policy, asker: User) -> tuple[str, ...]:
    """Sender, postal address and how to object: what each e-mail ends in."""
    mail = [asker.email] if asker.email else []
    return (asker.name, *_company(words, policy), *mail, words.opt_out)


def _company(words: Phrases, policy: Policy) -> tuple[str, str]:
    lines = [" ".join(line.split()).rstrip(",") for line in policy.postal_address.splitlines() if line.strip()]
    return " ".join(policy.company.split()) or words.fill_company, ", ".join(lines) or words.fill_address
