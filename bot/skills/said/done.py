"""Tasks that a seller says are done, told by their own words; never a guess between two (pure)."""

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.crm.match import fold
from bot.crm.records import Task
from bot.crm.writes import CompleteTask
from bot.proposals import ProposedWrite

_DONE = r"(?:as )?(?:done|complete|completed|finished|kept|fulfilled)"
SAID = (
    rf"(?:please |can you |could you )*(?:mark|set|log|note) (?:that )?(?P<what>.+?) (?:is |was |to )?{_DONE}(?: please)?[.! ]*$",
    r"(?:please |can you |could you )*(?:complete|finish|close|tick off|check off|tick|done with) (?P<what>.+?)(?: please| off)?[.! ]*$",
    r"(?:done|completed|finished)\s*[:,–-]\s*(?P<what>.+?)[.! ]*$",
    rf"(?:(?:the|my|our) )?(?P<what>.+?) (?:is|are|was) (?:now )?{_DONE}[.! ]*$",
)
FRAME = re.compile(
    r"^(?:the |my |our )?(?:open )?(?:task|to-?do|promise|reminder|action item)s?\b[\s:]*", re.IGNORECASE
)
ALIKE = 88
"""of 100: how near the words must come to a task's subject; the next one must stay behind that"""


def done(tasks: Sequence[Task], words: str) -> ProposedWrite | None:
    """Read which open task the words say is done; None where they name none, or come as near to two."""
    said = " ".join(words.split())
    match = next((found for pattern in SAID if (found := re.match(pattern, said, re.IGNORECASE))), None)
    if match is None:
        return None
    what = fold(FRAME.sub("", match["what"].strip(" “”\"'„")))
    near = [task for task in tasks if task.status == "open" and _near(what, fold(task.subject))]
    exact = [task for task in near if fold(task.subject) == what]
    meant = exact or near
    if len(meant) != 1 or not what:
        return None
    task = meant[0]
    write = CompleteTask(task_id=task.id, account_id=task.account_id, opportunity_id=task.opportunity_id)
    return ProposedWrite(write=write, evidence=f"“{said}”")


def _near(what: str, subject: str) -> bool:
    """Whether the words are those of a subject, or at least two of them and no others."""
    asked = what.split()
    return fuzz.ratio(what, subject) >= ALIKE or (
        len(asked) > 1
        and len(what) >= 6
        and fuzz.token_set_ratio(what, subject) == 100
        and set(asked) <= set(subject.split())
    )
