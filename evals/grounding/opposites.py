"""Write the words of opposite meaning anew from WordNet 3.0: python -m evals.grounding.opposites FOLDER_OF_ITS_DICT_FILES.

A line holds two sides: adjectives with those like them, or two nouns, verbs or adverbs. A word counts where the sense is among
its commonest, as rare senses make opposites of words that nobody takes for such, and where the embedder knows it whole.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer

from bot.grounding.opposites import FILE
from knowledge.embedders.minilm import TOKENIZER

SENSES = 3
"""how many of a word's senses count, the commonest first"""
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
WORD = re.compile(r"[a-z]{3,}$")
Key = tuple[str, str]
"""part of speech, place in the file"""


class Words:
    """What is needed of WordNet: the words of a meaning, their opposites, the meanings alike."""

    def __init__(self, folder: Path) -> None:
        known = Tokenizer.from_file(str(TOKENIZER)).get_vocab()
        self.common = {(word, sense) for word, sense in _common(folder / "index.sense") if word in known}
        self.words: dict[Key, list[str]] = {}
        self.alike: dict[Key, list[Key]] = defaultdict(list)
        self.opposite: list[tuple[Key, int, Key, int]] = []
        for name, part in PARTS.items():
            for line in (folder / f"data.{name}").read_text(encoding="utf-8").splitlines():
                if not line.startswith("  "):
                    self._take(part, line.partition("|")[0].split())

    def _take(self, part: str, cells: list[str]) -> None:
        key, count = (part, cells[0]), int(cells[3], 16)
        self.words[key] = [re.sub(r"\(.*\)", "", cells[4 + 2 * i]).lower() for i in range(count)]
        links = cells[5 + 2 * count :]
        for at in range(0, 4 * int(cells[4 + 2 * count]), 4):
            kind, place, other, ends = links[at : at + 4]
            to = ("a" if other == "s" else other, place)
            if kind == "&":
                self.alike[key].append(to)
            if kind == "!":
                self.opposite.append((key, int(ends[:2], 16), to, int(ends[2:], 16)))

    def side(self, key: Key, word: int) -> list[str]:
        """The word of a meaning that has an opposite; of an adjective with the words for what is like it."""
        found = [(key, self.words[key][word - 1])]
        if key[0] == "a":
            found += [(like, one) for like in self.alike[key] for one in self.words[like]]
        return list(dict.fromkeys(one for meant, one in found if (one, meant) in self.common and WORD.match(one)))


def _common(file: Path) -> Iterator[tuple[str, Key]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        sense, place, nth, _ = line.split()
        word, _, rest = sense.partition("%")
        if int(nth) <= SENSES:
            yield word, ("nvara"[int(rest[0]) - 1], place)


def main(folder: Path) -> None:
    """Write each pair of sides once."""
    words = Words(folder)
    lines = set()
    for mine, at, theirs, there in words.opposite:
        sides = sorted((" ".join(words.side(mine, at)), " ".join(words.side(theirs, there))))
        if all(sides):
            lines.add(" | ".join(sides))
    FILE.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(lines)} pairs of sides\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
