"""Who asks, and whose pages they read."""

from pathlib import Path

import pytest

from bot.crm.local import LocalReader
from bot.crm.records import User
from bot.errors import Ambiguous, BotError, NotFound
from bot.people import LOCAL_ADMIN, asker, by_email, teams_of
from bot.store.database import open_engine, prepare
from tests.small_crm import SELLER, reader


@pytest.fixture
def crm(tmp_path: Path) -> LocalReader:
    return reader(tmp_path, User(id="u3", name="Sam Stone"))


@pytest.mark.parametrize("words", ["u1", "SAM@ours.example", "Sam Seller", "sam seller", "Seller"])
def test_a_user_is_named_by_id_mail_or_name(crm: LocalReader, words: str) -> None:
    assert asker(crm, words, None) == SELLER


def test_the_one_named_goes_before_the_default(crm: LocalReader) -> None:
    assert asker(crm, "u2", "u1").name == "Eve Enabler"
    assert asker(crm, None, "u1") == SELLER


def test_two_of_one_name_are_asked_about(crm: LocalReader) -> None:
    with pytest.raises(Ambiguous) as asked:
        asker(crm, "Sam", None)
    assert asked.value.candidates == ("Sam Seller", "Sam Stone")


def test_unknown_and_unnamed_people_get_the_names(crm: LocalReader) -> None:
    with pytest.raises(NotFound, match="There is no user called “Zed”"):
        asker(crm, "Zed", None)
    with pytest.raises(BotError) as refused:
        asker(crm, None, None)
    assert str(refused.value) == (
        "Who is asking? Say it with --as or the setting SELLER_USER, one of: Eve Enabler, sam@ours.example, Sam Stone."
    )


def test_a_home_without_users_has_a_local_admin(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    prepare(engine)
    empty = LocalReader(engine)
    assert asker(empty, None, None) == LOCAL_ADMIN
    with pytest.raises(NotFound, match="The CRM has no users yet"):
        asker(empty, "Sam", None)


def test_slack_profiles_are_matched_by_mail_alone(crm: LocalReader) -> None:
    assert by_email(crm, "Sam@Ours.Example") == SELLER
    assert by_email(crm, "eve@ours.example") is None
    assert by_email(crm, "") is None


def test_teams() -> None:
    west, east = SELLER, User(id="9", name="x", team="East")
    admin, nobody = User(id="8", name="y", role="admin"), User(id="7", name="z")
    everyone = [west, east, admin, nobody]
    assert [teams_of(user, everyone) for user in everyone] == [
        {"West"}, {"East"}, {"West", "East"}, frozenset(),
    ]  # fmt: skip
