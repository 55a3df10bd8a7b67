"""A sync whose process is killed at random pages: the next one goes on, and the result is that of an undisturbed one."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from random import Random

import mirror_child
import pytest

from bot.crm.records import Opportunity
from tests.integration.mirror_source import MemorySource, add_deal, change_deal, filled
from tests.integration.mirror_world import MirrorWorld, truth

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["mirror_child"])

pytestmark = pytest.mark.block_network(allowed_hosts=[r".*/pymp-.*", "127.0.0.1"])
"""but for the Unix socket through which children are forked"""


@pytest.fixture(autouse=True)
def quick_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server that forks the children find what it shall have imported."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


def killed(path: Path, source: MemorySource, full: bool, draw: Random) -> None:
    """Sync in another process, and kill it at one of its first pages."""
    words = (path, source, full, draw.randint(1, 5), draw.choice(["within", "after"]))
    child = PROCESSES.Process(target=mirror_child.main, args=words)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_first_sync_killed_three_times(tmp_path: Path, seed: int) -> None:
    source, draw = filled(seed, accounts=8), Random(seed)
    world = MirrorWorld(tmp_path / "mirror.db", source)
    for _ in range(3):
        killed(tmp_path / "mirror.db", source, False, draw)
    report = world.mirror.sync()
    undisturbed = MirrorWorld(tmp_path / "undisturbed.db", source)
    undisturbed.mirror.sync()
    assert world.content() == undisturbed.content() == truth(source)
    assert report.as_of == world.clock.now
    for made in (world, undisturbed):
        made.engine.dispose()


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_full_sync_killed_three_times(tmp_path: Path, seed: int) -> None:
    source, draw = filled(seed, accounts=8), Random(seed)
    world = MirrorWorld(tmp_path / "mirror.db", source)
    world.mirror.sync()
    deals = sorted(source.all(Opportunity))
    source.delete("deals", deals[0], told=False)
    source.delete("accounts", "A1", told=False)
    source.merge("accounts", "A2", "A3")
    for _ in range(3):
        killed(tmp_path / "mirror.db", source, True, draw)
        change_deal(source, deals[-1], draw)
        add_deal(source, "A3", draw)
    world.mirror.sync(full=True)
    undisturbed = MirrorWorld(tmp_path / "undisturbed.db", source)
    undisturbed.mirror.sync()
    assert world.content() == undisturbed.content() == truth(source)
    assert world.left_over() == 0
    for made in (world, undisturbed):
        made.engine.dispose()
