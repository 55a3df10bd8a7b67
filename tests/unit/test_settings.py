"""Settings from the environment and one file, and what a wrong one says."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import BotError
from bot.settings import EXAMPLES, Settings, load


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "settings-home"
    folder.mkdir()
    monkeypatch.setenv("SELLER_HOME", str(folder))
    return folder


def test_defaults_stay_on_this_machine(home: Path) -> None:
    made = load()
    assert (made.home, made.database, made.chroma_folder) == (home, f"sqlite:///{home / 'seller.db'}", home / "chroma")
    assert (made.model_name, made.crm, made.embedder, made.chroma_url) == ("offline", "local", "minilm", None)


def test_the_environment_goes_before_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "settings.toml").write_text('model = "offline"\ncurrency = "NOK"\n', encoding="utf-8")
    monkeypatch.setenv("SELLER_CURRENCY", "EUR")
    assert (load().model, load().currency) == ("offline", "EUR")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "offline"),
        ({"OPENAI_API_KEY": "k"}, "openai:gpt-5-mini"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "openai:gpt-5-mini"),
        ({"OPENAI_API_KEY": "k", "SELLER_MODEL": "offline"}, "offline"),
        ({"SELLER_MODEL": "anthropic:x"}, "anthropic:x"),
        ({"OPENAI_API_KEY": ""}, "offline"),
        ({"OPENAI_API_KEY": "k", "SELLER_MODEL": ""}, "openai:gpt-5-mini"),
    ],
)
def test_which_model_is_asked(
    home: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert load().model_name == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SELLER_CHROMA_URL", "chroma:8000"),
        ("SELLER_CRM", "sugar"),
        ("SELLER_MODEL_TIMEOUT", "0"),
        ("SELLER_MODEL_TIMEOUT", "soon"),
    ],
)
def test_a_value_that_does_not_fit_is_named(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BotError) as refused:
        load()
    assert str(refused.value).startswith(f"The setting {name} does not fit: ")
    assert str(refused.value).endswith("; correct it and try again.")


def test_a_file_that_is_no_toml_is_named(home: Path) -> None:
    (home / "settings.toml").write_text("model = offline", encoding="utf-8")
    with pytest.raises(BotError) as refused:
        load()
    assert str(refused.value).startswith(f"The settings file {home / 'settings.toml'} cannot be read: ")


def test_settings_are_frozen_and_never_show_a_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("SELLER_SLACK_BOT_TOKEN", "xoxb-very-secret")
    made = load()
    assert "very-secret" not in f"{made!r} {made} {made.model_dump()}"
    assert made.openai_api_key
    assert made.openai_api_key.get_secret_value() == "sk-very-secret"
    with pytest.raises(ValidationError):
        made.currency = "EUR"  # type: ignore[misc]


def test_two_homes_never_touch(tmp_path: Path) -> None:
    one, two = Settings(home=tmp_path / "1"), Settings(home=tmp_path / "2")
    assert {one.database, str(one.chroma_folder)}.isdisjoint({two.database, str(two.chroma_folder)})


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        ("nonsense", 'The setting SELLER_ROLES is no JSON; write it like {"sam@acme.example": "admin"}.'),
        (
            '{"mia@acme.example": "boss"}',
            "The setting SELLER_ROLES does not fit: Input should be 'seller', 'manager', 'enablement' or 'admin'; "
            "correct it and try again.",
        ),
    ],
)
def test_roles_that_do_not_fit_are_named(monkeypatch: pytest.MonkeyPatch, roles: str, sentence: str) -> None:
    monkeypatch.setenv("SELLER_ROLES", roles)
    with pytest.raises(BotError) as refused:
        load()
    assert str(refused.value) == sentence


def test_what_is_no_json_names_an_example_that_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {name for name, field in Settings.model_fields.items() if isinstance(field.default, dict | list)}
    assert set(EXAMPLES) == tables
    for name, example in EXAMPLES.items():
        monkeypatch.setenv(f"SELLER_{name.upper()}", "a=b")
        with pytest.raises(BotError) as refused:
            load()
        assert str(refused.value) == f"The setting SELLER_{name.upper()} is no JSON; write it like {example}."
        monkeypatch.setenv(f"SELLER_{name.upper()}", example)
        assert getattr(load(), name)
