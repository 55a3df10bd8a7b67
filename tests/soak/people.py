"""The people of a world, and how they ask."""

import threading
from collections import Counter

from slack_blocks import Plain
from slack_members import Member, Pocket
from slack_server import SlackServer

from soak.company import ACCOUNTS, PEOPLE
from soak.deciding import Deciding
from soak.plan import Ask
from soak.slack import Line, Person, give

PATIENCE = 25.0
"""seconds in which a person waits for what comes of a question"""
BADGE = "which badge does a visitor of plant 3 wear?"


class People:
    """Everybody who asked something so far."""

    def __init__(self, slack: SlackServer, line: Line, counts: Counter[str], *, alone: bool) -> None:
        """Take the parts; `alone` where one process gets every delivery, so that it knows of each edit."""
        self._slack, self._line, self._counts, self._alone = slack, line, counts, alone
        self._deciding = Deciding(counts)
        self.all: list[Person] = []
        self.leaving = 0
        """so many of the next people in a channel ask as the app is removed from it"""

    def person(self, ask: Ask) -> Person:
        """Somebody new, who is about to ask."""
        user = self._slack.person(f"U{len(self.all) + 1}", "mia@example.test")
        person = Person(Member(self._slack, self._line, user), ask.kind)  # type: ignore[arg-type]
        self.all.append(person)
        self._counts[f"asked {ask.kind}"] += 1
        return person

    def meet(self, person: Person, ask: Ask) -> None:
        """What one person does: ask, wait, decide."""
        threading.Event().wait(ask.pause)
        person.asked = give(lambda: self._ask(person, ask))
        if not person.asked:
            self._counts["questions that Slack never got through"] += 1
            return
        decides = ask.kind in ("log", "amount", "command")
        person.wait(lambda: person.cards() if decides else person.outcomes(), PATIENCE)
        if decides and person.cards():
            self._deciding.decide(person, ask.decision)

    def _ask(self, person: Person, ask: Ask) -> None:
        account, member = ACCOUNTS[ask.account], person.member
        match ask.kind:
            case "brief":
                person.delivery = member.say(f"brief me on {account}")
            case "playbook":
                person.delivery = member.say(BADGE)
            case "mention":
                person.delivery = member.mention(f"brief me on {account}", self._channel(person))
            case "command":
                member.command("/log", self._log(person, ask), self._channel(person))
            case "amount":
                amount = 2000 + int(member.id[1:])  # nobody else asks for it
                person.delivery = member.say(f"set the amount of {account} plant to {amount}")
            case "overtaken":
                self._overtaken(person, account)
            case "reworded" | "reworded first":
                self._reworded(person, ask)
            case _:
                person.delivery = member.say(f"log that {self._log(person, ask)}")

    def _channel(self, person: Person) -> str:
        channel = self._slack.channel(f"C{person.member.id}", person.member.id)
        if self.leaving:
            self.leaving -= 1
            self._slack.left.add(channel)
        return channel

    def _log(self, person: Person, ask: Ask) -> str:
        said = f"I spoke to {PEOPLE[ask.account]} of {ACCOUNTS[ask.account]} about badge {person.member.id}"
        return f"{said}, follow up Tuesday"

    def _overtaken(self, person: Person, account: str) -> None:
        """The second question of a thread is delivered before the first."""
        writes = self._undelivered(person)
        first = writes.say(f"brief me on {account}")
        self._deliver(writes.say(BADGE, thread_ts=first["event"]["ts"]))
        person.asked = True
        self._deliver(first)
        person.delivery, person.due, person.most = first, 2, 2

    def _reworded(self, person: Person, ask: Ask) -> None:
        """The question is edited; the event of the old words comes before the edit, after it, or both."""
        writes, wanted = self._undelivered(person), ACCOUNTS[ask.account - 1]
        person.delivery, person.most = writes.say(f"brief me on {ACCOUNTS[ask.account]}"), 2
        edit = writes.edit(person.delivery, f"brief me on {wanted}")
        if ask.kind == "reworded":
            self._deliver(person.delivery)
            person.asked = True
            # Half of the edits hit an answer under way, the others one that is there.
            person.wait(person.outcomes, PATIENCE if ask.pause > 0.15 else 0.01)
            self._deliver(edit)
            self._deliver(person.delivery, retry=1)
        else:
            self._deliver(edit)
            self._deliver(person.delivery)
        person.wants = wanted if self._alone else ""

    def _undelivered(self, person: Person) -> Member:
        return Member(self._slack, Pocket(), person.member.id)

    def _deliver(self, delivery: Plain, retry: int = 0) -> None:
        self._line.send("events_api", delivery, retry)
