"""How likely a turn holds a pain, a promise, a day and so on, by its words; learnt from marked calls (`evals/extraction/train.py`)."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.learnt import Regression
from bot.skills.summarising.transcript import Sentence, Transcript

FILE = Path(__file__).with_name("likely.npz")
KINDS = (
    "C", "D", "S", "Q", "O", "P", "B", "T", "L", "E", "R", "N", "m:metrics", "m:economic_buyer", "m:decision_criteria",
    "m:decision_process", "m:competition", "m:champion",
)  # fmt: skip
"""as `evals/extraction` marks them"""
OURS, THEIRS = "_ours", "_theirs"
LONGEST = 300
"""characters of a turn that is weighed as a whole; of a longer one a sentence with its neighbours"""
DOUBTED = {
    "C": 0.35, "C+": 0.1, "D": 0.1, "S": 0.6, "S+": 0.5, "Q": 0.2, "O": 0.3, "P": 0.5, "B": 0.65, "T": 0.5, "L": 0.3, "E": 0.3, "R": 0.15,
    "N": 0.25, "m:metrics": 0.35, "m:impact": 0.85, "m:economic_buyer": 0.05, "m:decision_criteria": 0.4, "m:decision_process": 0.2,
    "m:champion": 0.4,
}  # fmt: skip
"""below this what a rule finds is no claim; chosen by hand beside the table of `python -m evals.extraction.first_runs`"""
SURE = {
    "O": 0.85, "P": 0.65, "B": 0.7, "T": 0.65, "L": 0.6, "m:metrics": 0.75, "m:impact": 0.85, "m:decision_process": 0.6, "m:identify_pain": 0.7,
}  # fmt: skip
"""from here on it is a claim where no rule finds it"""
DEMOTED = 0.4
"""from here on a person may want to look at what a rule found and is no claim, as a share of what it would need"""
MONEY = ("B", "m:budget")
PERHAPS = {"P": 0.25, "O": 0.3, "T": 0.2, "B": 0.2, "L": 0.25, "R": 0.25, "S": 0.2}
"""from here on a person may want to look at the line"""
NAMES = {"S+": "S", "C+": "C", "m:identify_pain": "P", "m:paper_process": "L", "m:need": "P", "m:pain": "P", "m:impact": "m:metrics", "m:budget": "B",
    "m:authority": "m:economic_buyer", "m:timeline": "T", "m:decision": "m:decision_process"}  # fmt: skip
"""what is another kind by another name: parts of methods; plain suggestions and dated promises need less to be claimed"""


class Likely:
    """Weighs the sentences of one call, each with what is said around it."""

    def __init__(self, transcript: Transcript, is_theirs: Callable[[Sentence], bool]) -> None:
        self._transcript, self._is_theirs = transcript, is_theirs
        self._known: dict[str, dict[str, float]] = {}

    def of(self, sentence: Sentence, kind: str) -> float:
        """How likely a sentence, with the rest of its turn, holds something of a kind."""
        return self._chance(sentence, self._around(sentence), kind)

    def alone(self, sentence: Sentence, kind: str) -> float:
        """The same of the sentence by itself."""
        return self._chance(sentence, sentence.text, kind)

    def certainty(self, said: Sequence[Sentence], kind: str) -> float:
        """How likely it is what a rule finds in it, as a share of what a claim needs."""
        least = _least(DOUBTED, kind)
        return max(self.of(one, kind) for one in said) / least if least else 1.0

    def is_sure(self, sentence: Sentence, kind: str) -> bool:
        """Whether it is a claim without a rule: the likeliest sentence of what is said around it."""
        least = _least(SURE, kind)
        if least is None or self.of(sentence, kind) < least:
            return False
        # A sum of money is spoken of alike, be it lost or laid aside.
        if kind in MONEY and self.of(sentence, kind) < self.of(sentence, "m:metrics"):
            return False
        return self.is_first(sentence, kind)

    def is_first(self, sentence: Sentence, kind: str, among: Sequence[Sentence] = ()) -> bool:
        """Whether it is the likeliest sentence of some, or of its turn."""
        return max(among or self._transcript.of(sentence.turn), key=lambda one: self.alone(one, kind)) is sentence

    def best(self, sentence: Sentence) -> tuple[float, str]:
        """(how far the likeliest kind is beyond what is worth a look, the kind)."""
        around = self._around(sentence)
        return max((self._chance(sentence, around, kind) / least, kind) for kind, least in PERHAPS.items())

    def _around(self, sentence: Sentence) -> str:
        if len(sentence.turn.words) <= LONGEST:
            return sentence.turn.words
        own = self._transcript.of(sentence.turn)
        at = next(n for n, one in enumerate(own) if one is sentence)
        return " ".join(one.text for one in own[max(0, at - 1) : at + 2])

    def _chance(self, sentence: Sentence, words: str, kind: str) -> float:
        text = f"{THEIRS if self._is_theirs(sentence) else OURS} {words}"
        if text not in self._known:
            self._known[text] = Regression(FILE).chances(text)
        return self._known[text][NAMES.get(kind, kind)]


def _least(by: Mapping[str, float], kind: str) -> float | None:
    return by.get(kind, by.get(NAMES.get(kind, kind)))
