"""Shortcuts and the forms of requests: log what happened, sum a thread up, draft an outreach."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from bot import skills
from bot.crm.records import Account, User
from bot.errors import BotError, NotFound
from bot.log import event, failure
from bot.slack.files.dropped import Files
from bot.slack.proposals.opening import Opening
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Place, conversation
from bot.slack.showing import request_forms as asked
from bot.slack.showing import views
from bot.slack.showing.forms import ACCOUNTS, form_files, form_values, option
from bot.slack.showing.request_forms import Kept
from bot.slack.showing.views import Block
from bot.slack.talk import thread_words
from bot.slack.talk.answering import Answering
from bot.slack.words import message_words
from bot.targets import Targets

LOG, SUMMARY, OUTREACH = "log_message", "summarise_thread", "new_outreach"
OFFERED = 20
ABSENT = "This installation has no skill for that yet; ask your admin to update the assistant."


class Shortcuts:
    """Opens the forms of requests and hands over what people fill in."""

    def __init__(self, room: Room, answering: Answering, files: Files, opening: Opening) -> None:
        self._room, self._answering, self._files, self._opening = room, answering, files, opening
        self._forms: dict[str, Callable[[Body, Place], Block]] = {"log": self._log_form, "draft": self._outreach_form}

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.shortcut(LOG)(self.log_message)
        app.shortcut(SUMMARY)(self.summarise)
        app.shortcut(OUTREACH)(self.outreach)
        app.options(ACCOUNTS)(self.accounts)
        app.view("log_request")(self.log)
        app.view("outreach_request")(self.draft)
        app.view("summary_request")(self.sum_up)

    def has_form(self, skill: str) -> bool:
        """Tell whether a skill has a form."""
        return skill in self._forms and skill in skills.cards()

    def open_form(self, skill: str, body: Body, place: Place) -> None:
        """Open the form of a skill, for a command without words."""
        self._opening.open(f"command:{body['trigger_id']}", body, place, lambda: self._forms[skill](body, place))

    # Shortcuts

    def log_message(self, ack: Ack, body: Body) -> None:
        """“Log to CRM” on a message."""
        ack()
        self._open(body, _picked_place(body), lambda: self._message_form(body))

    def summarise(self, ack: Ack, body: Body) -> None:
        """“Summarise this thread for …” on a message."""
        ack()
        message, place = body["message"], _picked_place(body)
        thread = message.get("thread_ts") or message["ts"]
        kept = Kept(place.channel, place.response_url, thread_ts=thread)
        self._open(body, place, lambda: _needs("summary", asked.summary_form(kept)))

    def outreach(self, ack: Ack, body: Body) -> None:
        """“New outreach”, from anywhere."""
        ack()
        user = body["user"]["id"]
        place = Place(user, user, True, "")
        self._open(body, place, lambda: self._outreach_form(body, place))

    def accounts(self, ack: Ack, body: Body) -> None:
        """Offer accounts while a name is typed."""
        try:
            user = self._room.directory.user(body["user"]["id"])
            found = self._targets(user).offered(body.get("value") or "", user, OFFERED)
            ack(options=_options(found))
        except BotError as error:
            event("slack_accounts_not_offered", error=type(error).__name__)
            ack(options=[])
        except Exception as error:  # noqa: BLE001  # the field stays empty; the form names the reason when it is sent
            failure("slack_accounts_not_offered", error)
            ack(options=[])

    # Forms that were sent

    def log(self, ack: Ack, body: Body, view: Body) -> None:
        """What happened was filled in."""
        self._room.work.form(ack, body, lambda: self._logged(body, view))

    def draft(self, ack: Ack, body: Body, view: Body) -> None:
        """A new outreach was filled in."""
        self._room.work.form(ack, body, lambda: self._drafted(body, view))

    def sum_up(self, ack: Ack, body: Body, view: Body) -> None:
        """For whom a thread is summed up was filled in."""
        self._room.work.form(ack, body, lambda: self._summed_up(body, view))

    def _logged(self, body: Body, view: Body) -> None:
        kept, given, user = _sent(view), form_values(view), self._user(body)
        account = self._account(given, user)
        key = account.id if account else None
        file = next(iter(form_files(view)), None) or kept.file
        place, words = _answer_place(kept, body), (given.get("what") or "").strip()
        if file:
            self._later(body, place, lambda: self._files.process(place, file, words, key))
            return
        said, touched = asked.log_words(given, quoted=kept.quoted), asked.touched(given, self._today(user))
        answer = self._answering.answer
        self._later(body, place, lambda: answer(place, said, "log", account=key, origin=kept.origin, touched=touched))

    def _drafted(self, body: Body, view: Body) -> None:
        given, user = form_values(view), self._user(body)
        account = self._account(given, user)
        if account is None:
            raise asked.wrong("account", "Choose the account.")
        words = asked.outreach_words(given, account.name)
        slack_id = body["user"]["id"]
        self._later(body, Place(slack_id, slack_id, True, ""), lambda: self._in_direct(slack_id, words, account))

    def _in_direct(self, slack_id: str, words: str, account: Account) -> None:
        """Draft in a thread of the person's direct messages, where it can be gone on with."""
        place = self._room.outbox.begin(slack_id, views.notice(f"You asked me: {words}"))
        self._answering.answer(place, words, "draft", account=account.id)

    def _summed_up(self, body: Body, view: Body) -> None:
        kept, given, user = _sent(view), form_values(view), self._user(body)
        account = self._account(given, user)
        place = _answer_place(kept, body)
        key = account.id if account else None
        self._later(body, place, lambda: self._sum(place, kept, given, key))

    def _sum(self, place: Place, kept: Kept, given: dict[str, str | None], account: str | None) -> None:
        thread = thread_words.read(self._room.outbox.client, kept.channel, kept.thread_ts)
        self._answering.answer(place, asked.summary_words(given, thread), "summary", account=account)

    # What they share

    def _open(self, body: Body, place: Place, build: Callable[[], Block]) -> None:
        self._opening.open(f"shortcut:{body['trigger_id']}", body, place, build)

    def _later(self, body: Body, place: Place, job: Callable[[], None]) -> None:
        """Answer after the form has closed; the form's own key keeps it from being sent twice."""
        self._room.work.answer(f"sent:{body['view']['id']}", place, job)

    def _log_form(self, body: Body, place: Place) -> Block:
        user = self._user(body)
        last = self._room.kit.assistant.threads.latest(place.own)
        seen = self._room.kit.rights.reader_for(user)
        account = seen.account(last.account_id) if last and last.account_id else None
        chosen = (account.id, account.name) if account else ("", "")
        return asked.log_form(Kept(place.channel, place.response_url), self._today(user), account=chosen)

    def _message_form(self, body: Body) -> Block:
        user, message, place = self._user(body), body["message"], _picked_place(body)
        words, said_at = message_words(message), datetime.fromtimestamp(float(message["ts"]), UTC)
        named = self._targets(user).mentioned(words) if words else []
        one = named[0] if len({key for m in named for key in m.ids}) == 1 else None
        account = self._room.kit.rights.reader_for(user).account(one.ids[0]) if one else None
        kept = Kept(
            place.channel, place.response_url, self._origin(place.channel, message["ts"]),
            quoted=bool(message.get("bot_id")) or not message.get("user"), file=asked.picked(message.get("files")),
        )  # fmt: skip
        day, today = said_at.astimezone(ZoneInfo(user.time_zone)).date(), self._today(user)
        chosen = (account.id, account.name) if account else ("", "")
        return asked.log_form(kept, today, words, min(day, today), chosen)

    def _outreach_form(self, body: Body, place: Place) -> Block:
        self._user(body)
        return _needs("draft", asked.outreach_form(Kept()))

    def _account(self, given: dict[str, str | None], user: User) -> Account | None:
        """The account that was chosen, by id or, from elsewhere, by name; an error stands under its input."""
        chosen = (given.get("account") or "").strip()
        if not chosen:
            return None
        try:
            return self._targets(user).named(chosen)
        except BotError as error:
            error.field = "account"
            raise

    def _targets(self, user: User) -> Targets:
        return Targets(self._room.kit.rights.reader_for(user))

    def _user(self, body: Body) -> User:
        return self._room.directory.user(body.get("user_id") or body["user"]["id"])

    def _today(self, user: User) -> date:
        return self._room.kit.clock().astimezone(ZoneInfo(user.time_zone)).date()

    def _origin(self, channel: str, ts: str) -> str:
        try:
            found = self._room.outbox.client.chat_getPermalink(channel=channel, message_ts=ts).get("permalink")
        except SlackApiError:
            found = None
        # Where the bot is no member the card still says that it comes from Slack.
        return f"Slack message {found or f'{ts} in {channel}'}"


def _needs(skill: str, form: Block) -> Block:
    if skill not in skills.cards():
        raise NotFound(ABSENT)
    return form


def _sent(view: Body) -> Kept:
    return Kept.loads(view["private_metadata"])


def _picked_place(body: Body) -> Place:
    """Where a person who picked a message is answered: alone, in that channel."""
    channel, user = body["channel"]["id"], body["user"]["id"]
    return _place(channel, user, body.get("response_url"))


def _answer_place(kept: Kept, body: Body) -> Place:
    user = body["user"]["id"]
    return _place(kept.channel or user, user, kept.response_url)


def _place(channel: str, user: str, response_url: str | None) -> Place:
    direct = channel.startswith("D") or channel == user
    return Place(channel, user, direct, conversation(channel, user), response_url=response_url)


def _options(found: list[Account]) -> list[Block]:
    """Accounts to choose; those of one name are told apart by their country and id."""
    names = [account.name for account in found]
    return [
        option(one.id, one.name if names.count(one.name) == 1 else f"{one.name} ({one.country or one.id})")
        for one in found
    ]
