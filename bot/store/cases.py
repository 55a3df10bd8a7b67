"""What people judged, kept as cases that `seller eval --cases` asks again."""

import json
import threading
from pathlib import Path
from typing import Any

from bot.errors import StorageError
from bot.proposals import Draft
from bot.store.answers import Answer
from bot.store.feedback import Judgement

NOT_KNOWN = "Not in the knowledge base."
SAID = 3
"""sentences of a wrong answer that must not come back"""

Case = dict[str, Any]


class Cases:
    """A file of JSON lines in the home, a line a person and answer."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()

    def keep(self, answer: Answer, judged: Judgement) -> None:
        """Store what a judgement asks of a later answer, in the place of the same person's earlier one."""
        case = case_of(answer, judged)
        with self._lock:
            try:
                kept = [line for line in self._lines() if json.loads(line).get("id") != case["id"]]
                self._write([*kept, json.dumps(case, ensure_ascii=False)])
            except (OSError, ValueError) as error:
                raise StorageError(
                    f"What you said counts, but {self.file} cannot be written ({error}); your admin should look at it."
                ) from error

    def _lines(self) -> list[str]:
        if not self.file.exists():
            return []
        return [line for line in self.file.read_text(encoding="utf-8").split("\n") if line.strip()]

    def _write(self, lines: list[str]) -> None:
        self.file.parent.mkdir(mode=0o700, exist_ok=True)
        part = self.file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        part.replace(self.file)


def case_of(answer: Answer, judged: Judgement) -> Case:
    """Return the case: its question, as whom it is asked, and what a good answer does (see evals/suite.py)."""
    asked = {
        "id": f"{answer.id}:{judged.user_id}",
        "question": answer.question,
        "asker": answer.user_id,
        "skill": answer.draft.skill,
        "account": answer.draft.account_id,
    }
    told = {"verdict": judged.verdict, "reason": judged.reason, "comment": judged.comment}
    return asked | _wanted(answer.draft, judged) | told | {"at": judged.at.isoformat()}


def _wanted(draft: Draft, judged: Judgement) -> Case:
    said = [line.text for section in draft.sections for line in section.lines]
    pages = list(dict.fromkeys(citation.source for citation in draft.citations if citation.page))
    if judged.verdict == "up":
        known = NOT_KNOWN not in said
        return {"answerable": known, "source": pages if known else []}
    if judged.reason in ("wrong", "outdated"):
        return {"must_not": [text for text in said if text != NOT_KNOWN][:SAID]}
    return {"avoid": pages} if judged.reason == "not what I asked" else {}
