"""What people decide on the cards that they get."""

from collections import Counter

from slack_blocks import Shown

from soak.slack import Click, Person, give, proposal_of


class Deciding:
    """Clicks, words and edits; what is given is counted."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts

    def decide(self, person: Person, decision: str) -> None:
        """Decide on the newest card."""
        card = person.cards()[-1]
        buttons = [name for name in card.buttons if name.startswith("approve")]
        if not buttons:
            return
        yes = "approve:all" if "approve:all" in buttons else buttons[0]
        match decision:
            case "approve" | "undo" | "twice":
                self._click(person, card, yes)
                self._then(person, card, decision, yes)
            case "one":
                self._click(person, card, buttons[0])
            case "reject":
                self._click(person, card, yes.replace("approve", "reject"))
            case "word":
                self._say(person, card, "approve")
            case "edit":
                self._edit(person, card)

    def _then(self, person: Person, card: Shown, decision: str, yes: str) -> None:
        """Click once more, or take it back."""
        if decision == "twice":
            self._click(person, card, yes)
        if decision == "undo":
            person.wait(lambda: any(name.startswith("undo") for name in card.buttons), 8)
            undo = next((name for name in card.buttons if name.startswith("undo")), None)
            if undo:
                self._click(person, card, undo)

    def _edit(self, person: Person, card: Shown) -> None:
        """Change the day in words, and approve what the card shows then."""
        self._say(person, card, "edit due=2027-05-03")
        person.wait(lambda: f"{proposal_of(card)}:2" in str(card.blocks), 5)
        now = [name for name in card.buttons if name.startswith("approve")]
        if now:
            self._click(person, card, "approve:all" if "approve:all" in now else now[0])

    def _click(self, person: Person, card: Shown, action: str) -> None:
        proposal = proposal_of(card)
        button = next((b for b in [card.button(action)] if b), None) if action in card.buttons else None
        if button is None:
            return
        acked = give(lambda: person.member.send_click(card, button))
        revision = int(button["value"].partition(":")[2])
        person.clicks.append(Click(action.partition(":")[0], proposal, acked, revision))
        self.counts[f"clicks {action.partition(':')[0]}"] += 1

    def _say(self, person: Person, card: Shown, words: str) -> None:
        """Say it in the thread of the card."""
        if person.delivery is None or "event" not in person.delivery:
            return
        thread = person.delivery["event"].get("thread_ts") or person.delivery["event"]["ts"]
        if give(lambda: person.member.say(words, thread_ts=thread)):
            person.clicks.append(Click(words.split()[0], proposal_of(card), True))
            self.counts[f"words {words.split()[0]}"] += 1
