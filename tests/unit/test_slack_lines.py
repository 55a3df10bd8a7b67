"""What one person asks is done in order, and nobody waits for somebody else."""

import threading
from concurrent.futures import ThreadPoolExecutor

from bot.slack.arrivals.lines import Lines
from bot.slack.sending.outbox import Place


def opening(user: str, ts: str) -> Place:
    """Where a message outside of a thread is answered."""
    return Place(f"D{user}", user, True, f"D{user}:{ts}", ts, ts)


def reply(user: str, root: str, ts: str) -> Place:
    """Where a message in a thread is answered."""
    return Place(f"D{user}", user, True, f"D{user}:{root}", root, ts)


class Line:
    """Lines with jobs that write down when they are done; the first of a name waits for `go`."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.go, self.reached = threading.Event(), threading.Semaphore(0)
        self.changed, self.added = threading.Condition(), 0
        self.lines = Lines(ThreadPoolExecutor(4))

    def add(self, name: str, place: Place, *, waits: bool = False) -> None:
        def job() -> None:
            if waits:
                self.reached.release()
                assert self.go.wait(10)
            with self.changed:
                self.done.append(name)
                self.changed.notify_all()
            self.reached.release()

        self.added += 1
        self.lines.submit(place, job)

    def end(self) -> list[str]:
        self.go.set()
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.done) == self.added, 10)
        return self.done


def test_one_persons_messages_are_done_in_order_and_others_meanwhile() -> None:
    line = Line()
    line.add("mia 1", opening("MIA", "1"), waits=True)
    line.add("mia 2", opening("MIA", "2"))
    line.add("omar", opening("OMAR", "3"))
    line.add("mia 3", opening("MIA", "4"))
    assert line.reached.acquire(timeout=10) and line.reached.acquire(timeout=10)
    assert line.done == ["omar"]
    assert line.end() == ["omar", "mia 1", "mia 2", "mia 3"]


def test_threads_of_one_person_go_side_by_side_and_a_new_message_waits_for_both() -> None:
    line = Line()
    line.add("a 1", reply("MIA", "a", "1"), waits=True)
    line.add("a 2", reply("MIA", "a", "2"))
    line.add("b", reply("MIA", "b", "3"))
    line.add("new", opening("MIA", "4"))
    assert line.reached.acquire(timeout=10) and line.reached.acquire(timeout=10)
    assert line.done == ["b"]
    assert line.end() == ["b", "a 1", "a 2", "new"]


def test_a_job_that_breaks_holds_up_nobody() -> None:
    line = Line()
    line.lines.submit(opening("MIA", "1"), lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    line.add("next", opening("MIA", "2"))
    assert line.end() == ["next"]
