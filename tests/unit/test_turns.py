"""Writers of one process come one after the other."""

import threading

from bot.store.turns import Turns


def queued(turns: Turns, order: list[str], names: list[tuple[str, bool]]) -> list[threading.Thread]:
    """Let some wait for a turn that is taken, one after the other."""

    def wait(name: str, urgent: bool) -> None:
        assert turns.acquire(10, urgent=urgent)
        order.append(name)
        turns.release()

    threads = []
    for name, urgent in names:
        before = len(turns._waiting)
        threads.append(threading.Thread(target=wait, args=(name, urgent)))
        threads[-1].start()
        while len(turns._waiting) == before:
            threads[-1].join(0.001)
    return threads


def test_turns_come_in_the_order_of_asking_and_urgent_ones_first() -> None:
    turns, order = Turns(), list[str]()
    assert turns.acquire(1)
    threads = queued(turns, order, [("a", False), ("b", False), ("urgent", True), ("c", False)])
    turns.release()
    for thread in threads:
        thread.join()
    assert order == ["urgent", "a", "b", "c"]
    assert turns.acquire(0)


def test_who_waited_in_vain_is_not_given_a_turn_later() -> None:
    turns = Turns()
    assert turns.acquire(1)
    assert not turns.acquire(0.01)
    turns.release()
    assert turns.acquire(0)
