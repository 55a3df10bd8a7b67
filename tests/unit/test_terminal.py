"""What a note holds is shown as text, whatever signs it holds."""

import pytest
from rich.text import Text

from bot.terminal import escape


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[red]50 %[/red] off", "[red]50 %[/red] off"),
        ("a\x1b[2Jb\x1b]52;c;eA==\x07", "a[2Jb]52;c;eA=="),
        ("paid\r\u202etnuoma", "paidtnuoma"),
        ("Müller & Søn\n\tnext line – “quoted” 日本", "Müller & Søn\n\tnext line – “quoted” 日本"),
    ],
)
def test_signs_that_steer_a_terminal_are_left_out(written: str, shown: str) -> None:
    assert Text.from_markup(escape(written)).plain == shown
