"""What a conversation keeps of what was said, and what of it counts as the asker's own words."""

from dataclasses import dataclass

from bot.llm.outside import Discretion
from bot.proposals import Draft, Line, Proposal
from bot.request import Request
from bot.store.threads import Role, Thread, Threads, Turn

PASTED = 400
"""characters of a question in several lines from which on it holds pasted text"""
REMEMBERED, ANSWERED = 4_000, 2_000
"""characters of what was asked and answered that a conversation keeps"""
BACK = 12
"""turns in which the asker's own words are looked for"""


@dataclass(frozen=True)
class Memories:
    """Conversations, as far as a model may be shown them."""

    threads: Threads
    discretion: Discretion
    company: tuple[str, ...]
    """what its settings say of the company and of the services that it uses"""

    def said(self, request: Request, thread: str, skill: str = "") -> list[str]:
        """What the asker and their company wrote: addresses in it may stand in an answer.

        Below the first line stands what was pasted, which others wrote, unless it is the text of a letter.
        """
        turns = [turn.text for turn in self.threads.turns(thread, BACK) if turn.role == "seller"]
        own = [text if skill == "draft" else text.strip().partition("\n")[0] for text in (request.text, *turns)]
        return [*own, *self.company]

    def keep(self, request: Request, thread: Thread, draft: Draft, proposal: Proposal | None) -> None:
        """Keep what the conversation is about now, and what was said."""
        # After a decision the conversation is about what it was about before; after a question to the pages
        # it is about the proposal, so that a bare yes means that again.
        decided = draft.skill == "decision"
        update: dict[str, object] = {
            "skill": thread.skill if decided and thread.skill != "ask" else draft.skill,
            "account_id": draft.account_id or thread.account_id,
            "proposal_id": proposal.id if proposal else thread.proposal_id,
            "updated_at": request.now,
        }
        now = thread.model_copy(update=update)
        self.threads.save(now)
        if not decided:
            self._add_turns(request, now, draft)

    def _add_turns(self, request: Request, now: Thread, draft: Draft) -> None:
        said = " ".join(line.text for line in self._repeatable(request, draft))
        asked = request.text.partition("\n")[0] if self.is_pasted(request) else request.text
        turns: list[tuple[Role, str]] = [("seller", asked[:REMEMBERED]), ("assistant", said[:ANSWERED])]
        for role, text in turns:
            self.threads.add_turn(now.id, Turn(at=request.now, role=role, text=text, account_id=now.account_id))

    def is_pasted(self, request: Request) -> bool:
        """Whether a question holds pasted text such as the model may not be shown."""
        return len(request.text) > PASTED and "\n" in request.text and self.discretion.hides("transcript")

    def _repeatable(self, request: Request, draft: Draft) -> list[Line]:
        """The lines of an answer that a later prompt of this conversation may hold."""
        if request.file and self.discretion.hides("file", str(request.file)):
            return []
        hidden = {cited.n for cited in draft.citations if self.discretion.hides_source(cited)}
        lines = [line for section in draft.sections for line in section.lines]
        # What cites nothing, such as a mail, may hold words of any of the sources.
        return [line for line in lines if line.cites and not hidden & set(line.cites)] if hidden else lines
