"""The account that `--account` names, and a word where it is another one than was written."""

from bot.app import App
from bot.crm.match import options
from bot.terminal import err


def meant(app: App, name: str) -> str:
    """Give the account's id, and say which it is where the name is a few letters off."""
    key = app.account(name).id
    say_if_another(app, name)
    return key


def say_if_another(app: App, name: str) -> None:
    """Say on standard error which account is taken for a name that none has."""
    fits = options(name, app.reader.account_names())
    if [fit.why for fit in fits] == ["typo"]:
        err.print(f"No account is called “{name}”; {fits[0].name} is taken.", markup=False)
