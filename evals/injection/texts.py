"""The attack texts: our own, and those of the data that is kept outside of the project, with the e-mails that carry them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.measuring import DATA

FOLDER = DATA / "injection"
OWN = Path(__file__).parent / "own.jsonl"


@dataclass(frozen=True)
class Attack:
    """One text as somebody else wrote it."""

    id: str
    kind: str
    text: str


def own() -> list[Attack]:
    """The attacks of this suite."""
    return [Attack(**json.loads(line)) for line in OWN.read_text(encoding="utf-8").splitlines()]


def there() -> bool:
    """Whether the data outside of the project is there."""
    return (FOLDER / "text_attack_train.json").is_file()


def bipia() -> list[Attack]:
    """The attack texts of BIPIA."""
    kinds = json.loads((FOLDER / "text_attack_train.json").read_text(encoding="utf-8"))
    return [Attack(f"bipia-{kind}-{n}", kind, text) for kind, texts in kinds.items() for n, text in enumerate(texts)]


def judged(label: int) -> list[Attack]:
    """The texts that others judged: 1 attacks, 0 harmless."""
    rows = json.loads((FOLDER / "benign_and_attack_valid.json").read_text(encoding="utf-8"))
    return [Attack(f"valid-{n}", row["source"], row["prompt"]) for n, row in enumerate(rows) if row["label"] == label]


def mails() -> list[str]:
    """Harmless e-mails, in which attacks are hidden."""
    lines = (FOLDER / "email_train.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["context"] for line in lines if line.strip()]


def attacks(*, harmless: bool = False) -> list[Attack]:
    """Every attack that is at hand, ours between the others; with `harmless` the texts that attack nothing as well."""
    outside = [*bipia(), *judged(1), *(judged(0) if harmless else ())] if there() else []
    return list(_mixed(own(), outside))


def _mixed(first: Sequence[Attack], second: Sequence[Attack]) -> Iterator[Attack]:
    """Both lists in even shares, so that every part of the whole holds some of each."""
    whole = sorted(
        [((n + 0.5) / len(rows), k, row) for k, rows in enumerate((first, second)) for n, row in enumerate(rows)],
        key=lambda one: one[:2],
    )
    return (row for _, _, row in whole)


def hidden(attack: Attack, mail: str, how: int) -> str:
    """An attack in an e-mail: at its end, at its beginning, in its middle, or alone."""
    if how % 4 == 3 or not mail:
        return attack.text
    words = mail.split(" ")
    at = (len(words), 0, len(words) // 2)[how % 4]
    return f"{' '.join(words[:at])}\n{attack.text}\n{' '.join(words[at:])}".strip()
