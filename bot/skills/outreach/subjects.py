"""The subject of an e-mail and two alternatives (pure)."""

from collections.abc import Iterable

from bot.skills.outreach.lint_words import FALSE_REPLY
from bot.skills.outreach.material import Material
from bot.skills.outreach.occasion import Occasion
from bot.skills.outreach.spec import Spec

LONGEST_SUBJECT = 49


def subjects(
    material: Material, spec: Spec, found: Occasion | None, topic: str, problem: str, after: bool
) -> tuple[str, ...]:
    """One subject and two alternatives, each below fifty characters and none a false reply."""
    keys = _keys(spec, found, topic, problem, after)
    day = material.words.date(found.day) if found else ""
    given = {"day": day, "account": material.to.account.name, "topic": topic, "Topic": topic[:1].upper() + topic[1:],
             "problem": problem, "Problem": problem[:1].upper() + problem[1:]}  # fmt: skip
    wanted = [pattern.format(**given) for key in keys for pattern in material.words.subjects[key]]
    turned = wanted[spec.angle % 3 :] + wanted[: spec.angle % 3] if spec.angle else wanted
    return _three([spec.wished_subject, *turned] if spec.wished_subject else turned)


def _keys(spec: Spec, found: Occasion | None, topic: str, problem: str, after: bool) -> list[str]:
    keys = ["renewal"] if found and found.kind == "renewal" else []
    keys += ["event"] if spec.purpose == "event" and topic else []
    keys += ["topic"] if topic and not {"renewal", "event"} & set(keys) else []
    keys += [found.kind] if found and after else []
    keys += [spec.purpose] if spec.purpose in ("re_engage", "follow_up") and found and not after else []
    return [*keys, *(["problem"] if problem else []), ""]


def _three(wanted: Iterable[str]) -> tuple[str, ...]:
    fit = {
        t.casefold(): t
        for t in reversed(list(wanted))
        if len(t) <= LONGEST_SUBJECT and not FALSE_REPLY.match(t) and "[" not in t
    }
    return tuple(reversed(fit.values()))[:3]
