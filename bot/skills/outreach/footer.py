"""The end of an e-mail: who writes, from where, how to object, and where the address comes from (pure)."""

from bot.skills.outreach.material import Material
from bot.skills.outreach.occasion import data_source
from bot.skills.outreach.phrases.book import pick
from bot.skills.outreach.spec import Spec, Voice


def footer(material: Material, spec: Spec, voice: Voice) -> tuple[str, ...]:
    """Closing, sender, postal address, opt-out and, at the first contact, the source of the address."""
    words, policy = material.words, material.policy
    address = ", ".join(
        " ".join(line.split()).rstrip(",") for line in policy.postal_address.splitlines() if line.strip()
    )
    lines = [voice.closing or pick(words.closing, spec.tone), material.asker.name]
    lines += [" ".join(policy.company.split()) or words.fill_company, address or words.fill_address]
    lines += [material.asker.email] if material.asker.email else []
    lines.append(words.opt_out)
    if not material.to.known:
        source = data_source(material.to, words)
        lines.append(words.source.format(source=source) if source else words.fill_source)
    return tuple(lines)
