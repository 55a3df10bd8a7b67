"""What a person set: kept by their CRM user, told to the skills, empty where they never set anything."""

from bot.app import App
from bot.assistant import Request
from bot.store.preferences import Preference, Preferences
from bot.store.threads import Thread
from tests.conftest import TODAY


def test_settings_replace_each_other_and_name_those_who_want_something(sample: App) -> None:
    kept = Preferences(sample.engine)
    assert (kept.get("u-maya"), kept.wanting()) == (Preference(user_id="u-maya"), [])
    kept.save(Preference(user_id="u-maya", slack_id="U1", tone="formal"), TODAY)
    assert kept.wanting() == []
    maya = Preference(user_id="u-maya", slack_id="U1", digest_at="08:00", language="de")
    tomas = Preference(user_id="u-tomas", slack_id="U2", briefs=True)
    kept.save(tomas, TODAY)
    kept.save(maya, TODAY)
    assert (kept.get("u-maya"), kept.wanting()) == (maya, [maya, tomas])


def test_a_skill_is_told_how_drafts_are_to_sound(sample: App) -> None:
    wanted = Preference(user_id="u-maya", tone="friendly", language="fr")
    Preferences(sample.engine).save(wanted, TODAY)
    told = {}
    for user_id in ("u-maya", "u-tomas"):
        request = Request(text="hello", user=sample.user(user_id), now=TODAY, thread="t")
        thread = Thread(id="t", updated_at=TODAY)
        context = sample.assistant._context(request, thread, lambda words: None, lambda line: None)
        told[user_id] = (context.tone, context.language)
    assert told == {"u-maya": ("friendly", "fr"), "u-tomas": ("", "")}
