"""Sets the digests of a pipeline by the words after its command: when, where to, or off."""

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.crm.records import User
from bot.errors import BotError
from bot.log import event as log_event
from bot.skills.needing import led
from bot.slack.home.digests import claim_passed
from bot.slack.home.team_digests import SORTS, time_of
from bot.slack.readers.crowd import ABSENT
from bot.slack.room import Room
from bot.slack.sending.outbox import Place
from bot.slack.showing.views import notice
from bot.slack.talk.digest_words import Wish
from bot.store.preferences import Preference, Preferences

USUAL = "08:00"
NOT_IN = "I am not in this channel, so no digest can come here; invite me with `/invite` and say it again."
OUTSIDE = (
    "Guests or people of other companies read along in this channel, so no digest comes here; "
    "say it in another channel, or “to me” for your direct messages."
)
LEADS_NOBODY = (
    "The CRM names nobody whom you lead, so there is nothing to tell you of your people each day; "
    "your own morning digest is under Settings in the Home tab."
)


class DigestSetting:
    """Keeps what a person wishes of a digest."""

    def __init__(self, room: Room) -> None:
        self._room, self._preferences = room, Preferences(room.kit.engine)

    def set(self, place: Place, wish: Wish) -> None:
        """Keep a wish and say what comes of it; BotError where it cannot be met."""
        user = self._room.directory.local(place.user)
        before = self._preferences.get(user.id)
        if wish.off:
            self._save(before, wish, None, None, place)
            self._room.outbox.say(place, notice(f"The {SORTS[wish.kind].name} is off."))
            return
        if wish.kind == "daily" and not led(user, self._room.kit.reader.users()):
            raise BotError(LEADS_NOBODY)
        now_to = before.weekly_to if wish.kind == "weekly" else before.daily_to
        to = {"here": None if place.direct else place.channel, "me": None}.get(wish.to, now_to)
        if to and wish.to == "here":
            self._check(to)
        at = wish.at or time_of(wish.kind, before) or USUAL
        wanted = self._save(before, wish, at, to, place)
        if at != time_of(wish.kind, before):
            claim_passed(self._room.kit.deliveries, wish.kind, wanted, user.time_zone, self._room.kit.clock())
        self._room.outbox.say(place, notice(_told(wish, at, to, place, user)))

    def _save(self, before: Preference, wish: Wish, at: str | None, to: str | None, place: Place) -> Preference:
        values = {f"{wish.kind}_at": at, f"{wish.kind}_to": to, "slack_id": place.user}
        wanted = before.model_copy(update=values)
        self._preferences.save(wanted, self._room.kit.clock())
        return wanted

    def _check(self, channel: str) -> None:
        """Raise BotError where no digest can come to a channel; what cannot be found out is seen when it is sent."""
        try:
            about = self._room.outbox.client.conversations_info(channel=channel).get("channel") or {}
        except SlackApiError as error:
            if error.response.get("error") in ABSENT:
                raise BotError(NOT_IN) from error
            return
        except (SlackClientError, OSError) as error:
            log_event("slack_channel_unreadable", error=type(error).__name__)
            return
        if about.get("is_member") is False:
            raise BotError(NOT_IN)
        if self._room.audience.has_outsiders(channel):
            raise BotError(OUTSIDE)


def _told(wish: Wish, at: str, to: str | None, place: Place, user: User) -> str:
    sort = SORTS[wish.kind]
    channel = "to this channel" if to == place.channel else "to the channel that you chose"
    where = f"{channel} if everybody in it may see what it rests on, else to you alone" if to else "to you alone"
    days = "" if wish.kind == "weekly" else " on weekdays"
    return f"The {sort.name} comes{days} at {at} ({user.time_zone}), {where}. Stop it with `/pipeline {wish.kind} off`."
