"""App Home: a person's day, what waits for them, and their settings; and the prompts of a direct message."""

import json
import re
from collections.abc import Callable

from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError

from bot import skills
from bot.crm.noted import Reads
from bot.crm.records import Account
from bot.errors import BotError
from bot.log import event as log_event
from bot.log import failure
from bot.people import check_sees
from bot.proposals import Action
from bot.slack.arrivals.work import sentence
from bot.slack.curation import lists as curation_lists
from bot.slack.home import reading as home_reading
from bot.slack.home import suggestions
from bot.slack.home.digests import claim_passed
from bot.slack.home.team_digests import SORTS, time_of
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Place
from bot.slack.showing import curation_views, day_views, home_views
from bot.slack.showing.forms import form_values
from bot.slack.showing.home_views import LANGUAGES, SWITCH, TONES
from bot.slack.showing.views import Message, notice
from bot.slack.talk.answering import Answering
from bot.slack.talk.digest_words import Kind
from bot.slack.words import home_click_place, home_place
from bot.store.preferences import Preference, Preferences

UNSEEN = "This account is not in the CRM any more, or you may not see it; press Refresh."

PAST = "This is not in your day any more; ask “what needs me today?” for what is."


class Home:
    """Publishes App Home and takes what is clicked there and on digests."""

    def __init__(self, room: Room, answering: Answering) -> None:
        self._room, self._answering = room, answering
        self._client, self._work = room.outbox.client, room.work
        self._preferences = Preferences(room.kit.engine)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.event("app_home_opened")(self.opened)
        app.action(re.compile(r"^home:(?:act|brief|log|proposal|page|topic|settings|refresh)$"))(self.click)
        app.view("home_settings")(self.set)
        app.view("home_log")(self.log)

    def opened(self, event: Body, body: Body) -> None:
        """Somebody opened App Home or the direct messages."""
        place = home_place(event["user"], event.get("channel"))
        show = self._publish if event.get("tab") == "home" else self._suggest
        self._work.decide(f"event:{body['event_id']}", place, lambda: show(place))

    def click(self, ack: Ack, body: Body, action: Body) -> None:
        """A button of App Home or of a digest."""
        ack()
        place, verb, value = home_click_place(body), action["action_id"].partition(":")[2], _carried(action)
        key = f"click:{body['trigger_id']}"
        if verb in ("settings", "log"):
            # A form must be opened within 3 s, so it does not wait in line.
            self._work.now(key, place, lambda: self._open(body, place, verb, value))
        elif verb == "brief":
            self._work.answer(key, place, lambda: self._brief(place, value, in_home="view" in body), "brief me")
        elif verb == "act":
            self._work.answer(
                key, place, lambda: self._act(place, value, in_home="view" in body), "what needs me today?"
            )
        else:
            self._work.decide(key, place, lambda: self._show(place, verb, value))

    def set(self, ack: Ack, body: Body, view: Body) -> None:
        """The form of the settings was sent."""
        place = home_place(body["user"]["id"], json.loads(view["private_metadata"])["channel"])
        self._work.form(ack, body, lambda: self._set(place, view))

    def log(self, ack: Ack, body: Body, view: Body) -> None:
        """The form of what happened was sent."""
        ack()
        kept, words = json.loads(view["private_metadata"]), form_values(view)["what_happened"] or ""
        place, key = home_place(body["user"]["id"], kept["channel"]), f"form:{view['id']}:{view.get('hash', '')}"
        self._work.answer(key, place, lambda: self._log(place, words, kept["account"]), words)

    # What is drawn

    def _publish(self, place: Place, note: str = "") -> None:
        """Draw the tab; where that cannot be, it says why."""
        try:
            user = self._room.directory.local(place.user)
            kept = self._preferences.get(user.id)
            now, reads = self._room.kit.clock(), Reads()
            found = home_reading.shown(self._room.kit, user, kept, now, reads, note)
            self._room.kit.assistant.tracing.shown("home", user, now, reads)
            view = home_views.home(found, place.channel)
        except Exception as error:  # noqa: BLE001  # an unknown one becomes an incident that the log holds
            view = home_views.refusal(sentence(error), place.channel)
        try:
            self._client.views_publish(user_id=place.user, view=view)
        except (SlackClientError, OSError) as error:
            # The tab stays as it was; whatever was clicked is done all the same.
            failure("slack_home_failed", error)

    def _suggest(self, place: Place) -> None:
        """Offer what fits the person's day; small talk beside the answer, so it fails softly."""
        try:
            user = self._room.directory.local(place.user)
            now, reads = self._room.kit.clock(), Reads()
            day = home_reading.day_of(self._room.kit, user, now, reads)
            self._room.kit.assistant.tracing.shown("prompts", user, now, reads)
            found = suggestions.prompts(user, day, skills.cards())
            self._client.assistant_threads_setSuggestedPrompts(
                channel_id=place.channel, title=suggestions.TITLE, prompts=found
            )
        except (BotError, SlackClientError, OSError) as error:
            log_event("slack_prompts_failed", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001  # logged; nobody asked for prompts, so nobody is told
            failure("slack_prompts_failed", error)

    # What is clicked

    def _brief(self, place: Place, account_id: str, *, in_home: bool) -> None:
        account = self._account(place, account_id)
        if in_home:
            self._publish(place, f"The brief on {account.name} comes in the Messages tab.")
        ask = Action(label="Brief", ask=f"brief me on {account.name}", skill="brief", account=account.id)
        self._begin(place, f"home-brief:{place.user}:{account_id}", f"Brief on {account.name}", ask)

    def _act(self, place: Place, value: str, *, in_home: bool) -> None:
        """Ask what a button of the day stands for; its words come from the day, never from the button."""
        now, user = self._room.kit.clock(), self._room.directory.user(place.user)
        action = day_views.acts_on(home_reading.day_of(self._room.kit, user, now, Reads())).get(value)
        if action is None:
            raise BotError(PAST)
        said = f"{action.ask[:1].upper()}{action.ask[1:]}"
        if in_home:
            self._publish(place, f"{said}: the answer comes in the Messages tab.")
        self._begin(place, f"home-act:{place.user}:{value}", said, action)

    def _begin(self, place: Place, key: str, opener: str, action: Action) -> None:
        now = self._room.kit.clock()
        if not self._room.kit.deliveries.first_time(f"{key}:{now:%Y-%m-%dT%H:%M}", now):
            return  # a second click within the minute: the answer is on its way
        place = self._room.outbox.begin(place.user, notice(opener))
        self._answering.answer(place, action.ask, action.skill, account=action.account)

    def _log(self, place: Place, words: str, account_id: str) -> None:
        account = self._account(place, account_id)
        place = self._room.outbox.begin(place.user, notice(f"To log on {account.name}: {words}"))
        self._answering.answer(place, words, "log", account=account.id)

    def _open(self, body: Body, place: Place, verb: str, value: str) -> None:
        if verb == "log":
            account = self._account(place, value)
            view = home_views.log_form(account.name, account.id, place.channel)
        else:
            wanted = self._preferences.get(self._room.directory.user(place.user).id)
            view = home_views.settings_form(wanted, place.channel)
        self._client.views_open(trigger_id=body["trigger_id"], view=view)

    def _show(self, place: Place, verb: str, value: str) -> None:
        say = self._room.outbox.say
        shows: dict[str, Callable[[], object]] = {
            "proposal": lambda: self._card(place, value),
            "page": lambda: say(place, self._page(place, value)),
            "topic": lambda: say(place, self._topic(place, value)),
        }
        if verb == "refresh":
            self._publish(place)
            return
        shows[verb]()
        self._publish(place, "It is in the Messages tab.")

    def _card(self, place: Place, proposal_id: str) -> None:
        proposal, user = self._room.kit.approvals.get(proposal_id), self._room.directory.user(place.user)
        check_sees(user, proposal, self._room.kit.rights)
        self._room.post_card(place, proposal)

    def _page(self, place: Place, page_id: str) -> Message:
        user, reads = self._room.directory.user(place.user), Reads()
        loop = self._room.kit.open_loop(user)
        message = curation_lists.page(loop, page_id, reads)
        self._room.kit.assistant.tracing.shown("kb", user, loop.desk.now, reads)
        return message

    def _topic(self, place: Place, written: str) -> Message:
        loop = self._room.kit.open_loop(self._room.directory.user(place.user))
        topic = loop.topic(written)
        owner = loop.owner_of(topic)
        return curation_views.gaps([topic], [owner.name if owner else None])

    def _account(self, place: Place, account_id: str) -> Account:
        user = self._room.directory.user(place.user)
        account = self._room.kit.rights.reader_for(user).account(account_id)
        if account is None:
            raise BotError(UNSEEN)
        return account

    def _set(self, place: Place, view: Body) -> None:
        kit, given = self._room.kit, {name: value or "" for name, value in form_values(view).items()}
        user = self._room.directory.local(place.user)
        before = self._preferences.get(user.id)
        wanted = Preference(
            user_id=user.id,
            slack_id=place.user,
            weekly_at=_time(given, "weekly_pipeline"),
            weekly_to=before.weekly_to,
            daily_at=_time(given, "daily_needs"),
            daily_to=before.daily_to,
            digest_at=_time(given, "digest_at"),
            briefs=SWITCH.get(given.get("brief_before_meetings", ""), before.briefs),
            tone=TONES.get(given.get("tone_of_drafts", ""), before.tone),
            language=LANGUAGES.get(given.get("language_of_drafts", ""), before.language),
        )
        self._preferences.save(wanted, kit.clock())
        kinds: tuple[Kind | None, ...] = (None, *SORTS)
        for kind in kinds:
            at, was = (time_of(kind, one) if kind else one.digest_at for one in (wanted, before))
            if at != was:
                claim_passed(kit.deliveries, kind, wanted, user.time_zone, kit.clock())
        self._publish(place, "Your settings are kept.")


def _time(given: dict[str, str], name: str) -> str | None:
    """Read a time of day; BotError names the input where it is none."""
    try:
        return home_views.read_time(given.get(name, ""))
    except BotError as error:
        error.field = name
        raise


def _carried(action: Body) -> str:
    """What a button carries, or the entry of a menu that was chosen."""
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")
