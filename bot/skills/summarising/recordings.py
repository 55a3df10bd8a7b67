"""A recorded call that somebody asks a question of: the rules are those of its summary."""

from collections.abc import Sequence
from pathlib import Path

from bot.errors import BotError
from bot.learnt import Meaning
from bot.skills import Ask, Context
from bot.skills.summarising.attendees import attendees
from bot.skills.summarising.clearing import RELEASE, clear, fingerprint, touching
from bot.skills.summarising.finding import clues_of, is_typed
from bot.skills.summarising.reading import read_call
from bot.skills.summarising.sensing import touches_of
from bot.skills.summarising.transcript import Transcript, read
from bot.skills.summarising.whose import day_said, whose
from bot.skills.view import gather
from bot.store.memory import Memory
from knowledge.errors import NotReadable


def check_recording(context: Context, ask: Ask, file: Path, chosen: Sequence[str]) -> None:
    """Ambiguous where nobody said whether all agreed, BotError where a recorded call may not be read from yet."""
    transcript = _recording(ask, file)
    if transcript is None:
        return
    clues = clues_of(transcript)
    account = context.reader.account(ask.account_id or "") or whose(context.reader, clues).one
    view = gather(context, account) if account else None
    users = [user for user in context.reader.users() if user.active]
    people = attendees(transcript, account, view.contacts if view else (), users, context.asker)
    day = day_said("", clues, context.today)
    call = read_call(transcript, people, day, framework=context.policy.framework, rivals=(), ours=())
    cleared = clear(context, call, view, chosen)
    if cleared.held:
        host = cleared.host or context.asker
        raise BotError(
            f"{file.name} {touching(cleared.touches)} and waits for {host.name}, who held the call; it is read from once it is "
            f"summarised and released with “{RELEASE}”."
        )


def check_kept(memory: Memory | None, meaning: Meaning | None, file: Path) -> None:
    """BotError where a call that waits for its host would be kept for others to read."""
    transcript = _recording(Ask(""), file)
    touches = touches_of(transcript.said, [], meaning) if transcript else []
    if transcript is None or not touches:
        return
    word = memory.calls.get(fingerprint(transcript)) if memory else None
    if not (word and word.released_by):
        raise BotError(
            f"{file.name} {touching(touches)} and is not kept; have it summarised, and once "
            f"its host released it with “{RELEASE}”, it can be kept."
        )


def _recording(ask: Ask, file: Path) -> Transcript | None:
    """The file as a recorded call; None for any other file, and for notes that somebody typed."""
    try:
        transcript = read(file.name, file)
    except NotReadable:
        return None  # a document; what is wrong with a broken file is said by whoever reads it next
    return None if is_typed(ask.text, transcript) else transcript
