"""A Chroma server on loopback, for the benchmarks and the tests."""

import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

STARTS = 60
"""seconds that the server gets to be up"""


class ChromaServer:
    """A Chroma server on a free port that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it on its folder, and wait until it takes connections."""
        words = ["run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        program = shutil.which("chroma", path=str(Path(sys.executable).parent)) or "chroma"
        self.process = subprocess.Popen(
            [program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder
        )
        ends = monotonic() + STARTS
        while not self._reachable():
            if monotonic() > ends:
                raise RuntimeError("the Chroma server did not come up")
            # Refused at once: wait on the process, which also tells where it ended instead of coming up.
            with suppress(subprocess.TimeoutExpired):
                raise RuntimeError(f"the Chroma server ended with {self.process.wait(0.05)}")

    def _reachable(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """End it at once, as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
