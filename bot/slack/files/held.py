"""A file on disk while it is needed: fetched from Slack, or out of what was kept of a pasted text."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from slack_sdk import WebClient

from bot.conversation import chosen
from bot.errors import BotError
from bot.skills.summary import PASTED
from bot.slack.files.fetching import about, fetched
from bot.slack.showing.file_views import Dropped
from bot.store.asked import Asked
from bot.store.threads import Thread, Threads

KEPT = "dropped"
"""where a conversation keeps the file that its open question is about"""


@contextmanager
def opened(client: WebClient, asked: Asked, dropped: Dropped) -> Iterator[tuple[Path, str]]:
    """(the file on disk, where people open it); gone afterwards."""
    if not dropped.pasted:
        held = about(client, dropped.file, dropped.name)
        with fetched(client, held) as path:
            yield path, held.link
        return
    text = asked.text(dropped.file)
    if text is None:
        raise BotError("What you pasted is not kept any more; paste it again.")
    with TemporaryDirectory(prefix="seller-file-") as folder:
        path = Path(folder) / PASTED
        path.write_text(text, "utf-8")
        yield path, ""


def keep(threads: Threads, thread_id: str, path: Path, dropped: Dropped) -> bool:
    """Keep which file the conversation goes on with, so that an answer in it finds the file again."""
    thread = threads.get(thread_id)
    pending = thread.pending if thread else None
    if thread is None or not pending or pending.get("file") != str(path.absolute()):
        return False
    threads.save(thread.model_copy(update={"pending": pending | {KEPT: dropped.plain}}))
    return True


def meant(thread: Thread | None, words: str) -> Dropped | None:
    """The file that words go on with: they answer the question about it, or ask for another view of it."""
    pending = (thread.pending if thread else None) or {}
    plain = pending.get(KEPT)
    return Dropped.of(plain) if plain and chosen(words, pending) is not None else None
