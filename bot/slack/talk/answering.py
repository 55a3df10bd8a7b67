"""From words at a place to the answer that is shown there: the one way that messages, commands and files share."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from bot import skills
from bot.assistant import Reply, Request
from bot.crm.records import User
from bot.errors import BotError, Stopped, StorageError
from bot.log import event as log_event
from bot.log import failure
from bot.proposals import Decision, Draft, Line, Proposal, Section
from bot.slack.arrivals.work import sentence
from bot.slack.curation.desk import Curation
from bot.slack.files import held
from bot.slack.proposals.cards import card_view
from bot.slack.room import Room
from bot.slack.sending.outbox import Card, Place
from bot.slack.sending.pictures import Pictures
from bot.slack.sending.running import Run, Running
from bot.slack.sending.sessions import Sessions, SmallTalk, Status
from bot.slack.sending.streams import Stream
from bot.slack.showing import card_views, views
from bot.slack.showing.feedback_views import with_feedback
from bot.slack.showing.views import Message
from bot.slack.words import thread_place
from bot.store.answers import Answer
from bot.store.asked import Asked
from bot.store.stops import Stops
from knowledge.errors import KnowledgeError

ANEW = "Answered anew, after the edit."
DECIDED = (
    "The changes of the answer to this were decided on before the edit, so the answer stays as it is; "
    "write what should be different as a new message."
)


class Answering:
    """Asks the assistant in a person's name and shows what it says."""

    def __init__(self, room: Room, curation: Curation) -> None:
        self._room, self._curation, self._pictures = room, curation, Pictures(room.outbox)
        self._talk = SmallTalk(room.outbox.client)
        self._sessions = Sessions(self._talk)
        self.running = Running(Stops(room.kit.engine), room.kit.clock)

    def answer(self, place: Place, words: str, skill: str | None = None, **more: Any) -> None:
        """Answer what was said, `more` being further fields of the request; BotError tells a person who may not ask."""
        self._room.directory.user(place.user)
        self.go_on(place)
        self.ask(place, words, skill=skill, **more)

    def ask(self, place: Place, words: str, **more: Any) -> None:
        """Answer what was said in a conversation, and in none that came before it."""
        user, threads = self._room.directory.user(place.user), self._room.kit.assistant.threads
        asked = more.get("skill") or "file" in more
        dropped = None if asked else held.meant(threads.get(place.thread), words)
        if dropped is None:
            self._ask(place, self._request(place, words, user, **more), None)
            return
        with held.opened(self._room.outbox.client, Asked(self._room.kit.engine), dropped) as (path, link):
            self._ask(place, self._request(place, words, user, **{**more, "file": path, "link": link}), None)
            held.keep(threads, place.thread, path, dropped)

    def go_on(self, place: Place) -> None:
        """Let what is said outside of a thread go on with what was said here before."""
        assistant = self._room.kit.assistant
        before = assistant.threads.follow(place.thread, place.own, self._room.kit.clock()) if place.opens else None
        if before and assistant.memory:
            assistant.memory.letters.follow(place.thread, before, self._room.directory.user(place.user).id)

    def again(self, place: Place, words: str) -> bool:
        """Answer an edited question in the place of its first answer; False where it has none."""
        old = self._room.answers.to_question(place.channel, place.message_ts or "")
        if old is None:
            return False
        user = self._room.directory.user(place.user)
        if old.question == words or old.user_id != user.id:
            return True
        if not self._withdrawn(old, user):
            self._room.outbox.say(place, views.notice(DECIDED))
            return True
        self._ask(place, self._request(place, words, user), old)
        return True

    def doing(self, place: Place, words: str) -> None:
        """Show what is being done."""
        self._sessions.doing(place, words)

    def leave(self, place: Place) -> None:
        """Show that nothing is under way any more, where Slack was told that something was."""
        if place.thread_ts is not None:
            self._sessions.end(place, "active")

    def rest(self, proposal: Proposal, slack_id: str) -> None:
        """Show that a conversation waits for nobody any more, once its proposal is decided on."""
        place = thread_place(proposal.thread or "", slack_id)
        if place and not self.running.in_thread(place.channel, place.thread_ts):
            self._sessions.end(place, "active")

    def _request(self, place: Place, words: str, user: User, **more: Any) -> Request:
        where = "direct" if place.direct else "channel"
        return Request(text=words, user=user, now=self._room.kit.clock(), thread=place.thread, place=where, **more)

    def _ask(self, place: Place, request: Request, old: Answer | None) -> None:
        stream = Stream(self._talk, self._room.outbox.client, place)
        status: Status = "active"
        with self.running.answering(place) as run:
            begun = self._sessions.begin(place, request.text)
            try:
                reply = self._reply(run, request, stream if place.direct and place.thread_ts and not old else None)
                status = "suspended" if _waits(reply) else "active"
                self._show(place, request, reply, stream, old)
            except Stopped as stopped:
                self._stopped(place, run, stream, str(stopped))
            except Exception:
                stream.drop()
                raise
            finally:
                if begun:
                    self._sessions.end(place, status)
        self._curation.ask_owners()

    def _reply(self, run: Run, request: Request, stream: Stream | None) -> Reply:
        try:
            return self._room.kit.assistant.answer(
                request,
                progress=lambda status: self._doing(run, status),
                on_line=lambda line: self._said(run, stream, line),
            )
        except Stopped:
            raise
        except (BotError, KnowledgeError) as error:
            # Kept like an answer, so that an edit of the question, such as of a misspelt name, puts it right.
            said = Draft(skill="notice", sections=(Section(title="", lines=(Line(text=sentence(error)),)),))
            return Reply(request.id, said, None, 0.0)

    def _doing(self, run: Run, status: str) -> None:
        run.leave.check()
        self._sessions.doing(run.place, status)

    def _said(self, run: Run, stream: Stream | None, line: Line) -> None:
        run.leave.check()
        if stream:
            stream.add(line)

    def _stopped(self, place: Place, run: Run, stream: Stream, words: str) -> None:
        stream.drop()
        if not run.silent:
            self._room.outbox.say(place, views.notice(words))

    def _show(self, place: Place, request: Request, reply: Reply, stream: Stream, old: Answer | None) -> None:
        verdict = self._room.audience.verdict(place, reply.draft)
        draft = verdict.draft or reply.draft
        # Questions back, sentences of errors and decisions may name what others may not see.
        place = replace(place, public=place.direct or (verdict.public and draft.skill in skills.cards()))
        messages = self._messages(request, reply, draft)
        if verdict.why and draft.skill not in ("notice", "decision"):
            messages[-1] = views.with_note(messages[-1], verdict.why)
        if old:
            messages[-1] = views.with_note(messages[-1], ANEW)
        self._save(place, request, draft, reply.proposal)
        taken = self._redrawn(place, messages, old) if old else stream.replace(messages)
        rest = [self._room.outbox.say(place, message) for message in messages[len(taken) :]]
        self._note_shown(request.id, tuple(ts for ts in (*taken, *rest) if ts))
        self._pictures.show(place, draft.charts, lambda status: self.doing(place, status))
        self._pictures.hand_over(place, draft.files, lambda status: self.doing(place, status))
        if reply.proposal and draft.skill != "decision":
            self._room.post_card(place, reply.proposal)
        elif reply.proposal and self._room.has_no_card(reply.proposal):
            self._room.show_card(place, reply.proposal)
        self._name(place, request, draft)

    def _note_shown(self, answer_id: str, shown: tuple[str, ...]) -> None:
        """Keep where the answer stands; it stands there all the same, so that a database that fails now is no news to the person."""
        try:
            self._room.answers.showing(answer_id, shown)
        except StorageError as error:
            failure("slack_not_noted", error, answer=answer_id)

    def _messages(self, request: Request, reply: Reply, draft: Draft) -> list[Message]:
        if draft.skill == "notice":
            return [views.notice(draft.sections[0].lines[0].text)]
        if draft.skill == "decision" and reply.proposal:
            seen = self._room.kit.rights.reader_for(request.user)
            return [card_views.outcome(card_view(reply.proposal, seen, request.now))]
        messages = views.answer(draft, request.id)
        if draft.skill in skills.cards():
            messages[-1] = with_feedback(messages[-1], request.id)
        return messages

    def _save(self, place: Place, request: Request, draft: Draft, proposal: Proposal | None) -> None:
        if draft.skill == "decision":
            return  # an edit of a yes is no yes
        answer = Answer(
            id=request.id,
            at=request.now,
            user_id=request.user.id,
            channel=place.channel,
            thread_ts=place.thread_ts,
            question_ts=place.message_ts,
            question=request.text,
            # A file is told apart from the answer, and nobody could look for an erased person in it.
            draft=draft.model_copy(update={"files": ()}),
            account_id=draft.account_id,
            proposal_id=proposal.id if proposal else None,
        )
        self._room.answers.save(answer)

    def _redrawn(self, place: Place, messages: Sequence[Message], old: Answer) -> list[str]:
        """Put the new answer where the old one was; messages too many are taken away."""
        taken: list[str] = []
        for ts, message in zip(old.shown, messages, strict=False):
            if not (place.public or place.direct) or not self._put(Card(place.channel, ts, None), message):
                break
            taken.append(ts)
        client = self._talk.client
        for ts in old.shown[len(taken) :]:
            self._talk.try_("chat.delete", lambda ts=ts: client.chat_delete(channel=place.channel, ts=ts), insist=True)  # type: ignore[misc]
        return taken

    def _put(self, card: Card, message: Message) -> bool:
        try:
            self._room.outbox.redraw(card, message)
        except SlackApiError as error:
            # Such as a message that somebody deleted meanwhile: the answer is posted anew.
            log_event("slack_answer_not_replaced", error=str(error.response.get("error")))
            return False
        return True

    def _withdrawn(self, old: Answer, user: User) -> bool:
        """Take back what the old answer proposed; False where something of it was decided on already."""
        if old.proposal_id is None:
            return True
        approvals = self._room.kit.approvals
        proposal: Proposal = approvals.get(old.proposal_id)
        if any(change.status not in ("pending", "rejected", "expired") for change in proposal.changes):
            return False
        if any(change.status == "pending" for change in proposal.changes):
            decision = Decision(verb="reject", proposal_id=proposal.id, revision=proposal.revision)
            approvals.decide(decision, user)
        return True

    def _name(self, place: Place, request: Request, draft: Draft) -> None:
        """Name a direct message's session after the account; in a channel a title says nothing that the asker did not."""
        card = skills.cards().get(draft.skill)
        if not (place.direct and place.thread_ts and place.opens and draft.account_id and card and card.command):
            return
        account = self._room.kit.rights.reader_for(request.user).account(draft.account_id)
        if account:
            self._sessions.rename(place, f"{card.name.capitalize()}: {account.name}")


def _waits(reply: Reply) -> bool:
    """Whether the person has to say something before this goes on."""
    return reply.draft.skill == "clarify" or (reply.proposal is not None and reply.proposal.status == "pending")
