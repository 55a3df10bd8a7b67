"""The log takes what went wrong, also in libraries, and never a secret; a terminal shows none of it."""

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import log


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A log file; afterwards logging is as it was."""
    ours, libraries = log.LOGGER.handlers[:], logging.getLogger().handlers[:]
    log.configure(file=tmp_path / "seller.log")
    yield tmp_path / "seller.log"
    for handler in log.LOGGER.handlers[:]:
        handler.close()
    logging.captureWarnings(False)
    log.LOGGER.handlers, logging.getLogger().handlers = ours, libraries
    log.LOGGER.propagate = True


def test_complaints_of_libraries_go_to_the_log_alone(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").warning("an old option")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(False)  # pytest has put its own hook over one that an earlier test set
        logging.captureWarnings(True)
        warnings.warn("an old call", UserWarning, stacklevel=1)
    assert capfd.readouterr() == ("", "")
    assert [words in file.read_text() for words in ("an old option", "an old call")] == [True, True]


def test_a_second_file_takes_the_place_of_the_first(file: Path, tmp_path: Path) -> None:
    log.configure(file=tmp_path / "other.log")
    log.event("answered", skill="brief")
    logging.getLogger("some.library").warning("an old option")
    assert (file.exists(), len((tmp_path / "other.log").read_text().splitlines())) == (False, 2)


def test_a_log_that_is_replaced_goes_on_in_the_new_file(file: Path) -> None:
    log.event("first")
    log.let_go()
    file.rename(file.with_suffix(".old"))
    log.event("second")
    assert [line.split(" ")[-1] for line in file.read_text(encoding="utf-8").splitlines()] == ["second"]


@pytest.mark.usefixtures("file")
def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log.configure(file=tmp_path)
    log.event("answered", skill="brief")
    said = capfd.readouterr().err
    assert said.startswith(f"The log {tmp_path} cannot be written (")
    assert said.count("\n") == 1


@pytest.mark.parametrize("style", ["human", "json"])
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Incorrect API key provided: sk-proj-abc123def456", "Incorrect API key provided: (secret)"),
        ("token xoxb-12345-67890-abcDEF refused", "token (secret) refused"),
        ("xapp-1-A0-1-ff00ff", "(secret)"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: (secret)"),
        ("postgresql://seller:hunter2@db/sales", "postgresql://(secret)@db/sales"),
        ("a task-force at https://example.com/a:b", "a task-force at https://example.com/a:b"),
    ],
)
def test_a_trace_holds_no_secret(tmp_path: Path, style: str, written: str, kept: str) -> None:
    formatter = log.CanonicalFormatter(style)
    error = RuntimeError(written)
    record = logging.LogRecord("seller", logging.ERROR, "", 0, "incident", (), (RuntimeError, error, None))
    assert f"RuntimeError: {kept}" in formatter.format(record)
    assert (written in formatter.format(record)) == (written == kept)
