"""Who asks, and whose pages they read."""

import logging
from pathlib import Path

import pytest

from bot.crm.local import LocalReader, upsert_all
from bot.crm.records import User, _is_zone
from bot.errors import Ambiguous, BotError, NotAllowed, NotFound, UsageError
from bot.people import LOCAL_ADMIN, asker, by_email, teams_of
from bot.store.database import open_engine, prepare
from tests.small_crm import NOW, SELLER, reader


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


@pytest.mark.parametrize("words", ["", "  "])
def test_an_empty_name_is_nobody_and_never_the_default(crm: LocalReader, words: str) -> None:
    with pytest.raises(UsageError, match="--as is empty; name a user by e-mail or name, or leave it out."):
        asker(crm, words, "u1")


def test_nobody_is_asked_for_by_a_name_a_letter_away(crm: LocalReader) -> None:
    with pytest.raises(NotFound) as refused:
        asker(crm, "Sam Sellr", None)
    assert str(refused.value) == "There is no user called “Sam Sellr”; if Sam Seller is meant, write that."


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


GONE = "Tom Left is no longer active in the CRM, so nothing can be asked in their name; ask your admin to activate them there."


@pytest.mark.parametrize("words", ["u9", "Tom@ours.example", "Tom Left", "tom left", "TLEFT@login.example"])
def test_nobody_asks_in_the_name_of_somebody_who_left(tmp_path: Path, words: str) -> None:
    left = User(id="u9", name="Tom Left", email="tom@ours.example", username="tleft@login.example", active=False)
    crm = reader(tmp_path, left)
    with pytest.raises(NotAllowed) as refused:
        asker(crm, words, None)
    assert str(refused.value) == GONE
    with pytest.raises(NotAllowed) as unknown:
        by_email(crm, "Tom@ours.example")
    assert str(unknown.value) == GONE


def test_the_active_one_of_two_with_an_address_or_a_name_is_meant(tmp_path: Path) -> None:
    crm = reader(tmp_path, User(id="u9", name="Sam Seller", email="SAM@ours.example ", active=False))
    assert asker(crm, "sam@ours.example", None) == SELLER
    assert asker(crm, "Sam Seller", None) == SELLER
    assert by_email(crm, " Sam@ours.example") == SELLER
    with pytest.raises(BotError, match=r"one of: Eve Enabler, sam@ours.example\.$"):
        asker(crm, None, None)


def test_two_active_users_of_one_address_are_told_apart_by_nobody(tmp_path: Path) -> None:
    crm = reader(tmp_path, User(id="u9", name="Sam Twin", email="SAM@ours.example"))
    for ask in (lambda: asker(crm, "sam@ours.example", None), lambda: by_email(crm, "sam@ours.example")):
        with pytest.raises(Ambiguous) as asked:
            ask()
        assert str(asked.value) == (
            "Several users of the CRM have “sam@ours.example”: Sam Seller (u1), Sam Twin (u9); "
            "ask your admin to give each an address of their own."
        )


def test_a_login_names_a_person_in_the_terminal_but_not_in_slack(tmp_path: Path) -> None:
    crm = reader(tmp_path, User(id="u9", name="Zoe", username="zoe@login.example"))
    assert asker(crm, "Zoe@login.example", None).id == "u9"
    assert by_email(crm, "zoe@login.example") is None


def test_where_everybody_left_nobody_asks(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    prepare(engine)
    upsert_all(engine, [User(id="u9", name="Tom Left", active=False)], as_of=NOW)
    with pytest.raises(NotAllowed, match="No user of the CRM is active"):
        asker(LocalReader(engine), None, None)


@pytest.mark.parametrize(
    ("zone", "taken"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("Mars/Base", "UTC"),
        ("", "UTC"),
        ("../etc/passwd", "UTC"),
        ("America", "UTC"),
    ],
)
def test_an_unknown_time_zone_is_utc(zone: str, taken: str, caplog: pytest.LogCaptureFixture) -> None:
    _is_zone.cache_clear()
    with caplog.at_level(logging.INFO, logger="seller"):
        users = [User(id=key, name="x", time_zone=zone) for key in ("1", "2")]
    assert [user.time_zone for user in users] == [taken, taken]
    assert [record.getMessage() for record in caplog.records] == ([] if taken == zone else ["time_zone_unknown"])


def test_teams() -> None:
    west, east = SELLER, User(id="9", name="x", team="East")
    admin, nobody = User(id="8", name="y", role="admin"), User(id="7", name="z")
    everyone = [west, east, admin, nobody]
    assert [teams_of(user, everyone) for user in everyone] == [
        {"West"}, {"East"}, {"West", "East"}, frozenset(),
    ]  # fmt: skip
