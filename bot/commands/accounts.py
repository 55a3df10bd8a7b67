"""The account that `--account` names, and a word where it is another one than was written."""

from bot.app import App
from bot.crm.match import Match, options
from bot.crm.port import CrmReader
from bot.terminal import err


def meant(app: App, name: str, seen: CrmReader) -> str:
    """Give the id of an account among those that a person sees, and say which it is where the name is a few letters off."""
    match = app.account(name, seen)
    _say_if_another(name, [match])
    return match.id


def say_if_another(name: str, seen: CrmReader) -> None:
    """Say on standard error which account is taken for a name that none has."""
    _say_if_another(name, options(name, seen.account_names(name)))


def _say_if_another(name: str, fits: list[Match]) -> None:
    if [fit.why for fit in fits] == ["typo"]:
        err.print(f"No account is called “{name}”; {fits[0].name} is taken.", markup=False)
