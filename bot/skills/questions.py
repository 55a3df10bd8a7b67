"""The questions that a manager should ask about a deal: one for each signal that fired, by rule (pure)."""

from collections.abc import Sequence
from datetime import date

from bot.crm.records import Task
from bot.pipeline.deal import Deal
from bot.pipeline.signal import Signal

MOST = 6
BY_SIGNAL = {
    "close date passed": "What is the new close date, and what did the customer say that supports it?",
    "close date too near": "What has to happen before {close_date}, and does the customer know these steps?",
    "no two-way activity": "When did the customer last say something to us, and what was it?",
    "stalled in stage": "What has to be true to leave {stage}, and who at the customer does it?",
    "close date pushed": "Why did the close date move, and what is different this time?",
    "no economic buyer": "Who signs, and what have they said to us themselves?",
    "no next step": "What is the next step, and on which day did the customer agree to it?",
    "next step in the past": "What became of “{next_step}”, and what comes next?",
    "next step only ours": "What does the customer do next, and by when?",
    "ghosted": "Who else there can tell us why nobody answers?",
    "silent champion": "What keeps the champion from speaking with us?",
    "champion left": "Who wants this now, and what do they know of it?",
    "red flag said": "What did we answer to that, and what would make it untrue?",
    "price not discussed": "Which price do they expect, and who has heard ours?",
    "competitor without a plan": "What is our plan against {competitor}?",
    "amount down": "What was taken out, and is what is left still worth it to them?",
    "stage moved back": "What did we take for done that was not?",
    "paper process unknown": "What happens between their yes and the signature: legal, security, procurement?",
    "dead weight": "Why do we keep it open?",
    "single-threaded": "Who else there speaks with us, and who can introduce us?",
    "hygiene": "When will the missing fields be filled, and what keeps them open?",
}


def questions(deal: Deal, fired: Sequence[Signal], tasks: Sequence[Task], today: date) -> list[str]:
    """What to ask, in the order of the signals, then about promises, the competitor and a bold forecast."""
    o = deal.opportunity
    told = {"competitor": o.competitor or "", "next_step": o.next_step or ""}
    values = {"stage": o.stage, "close_date": str(o.close_date), **told}
    found = [BY_SIGNAL[signal.name].format(**values) for signal in fired if signal.name in BY_SIGNAL]
    late = next((t for t in tasks if t.side == "ours" and t.due and t.due < today), None)
    if late:
        found.insert(MOST - 2, f"What keeps “{late.subject}” from being done?")
    if o.competitor:
        found.insert(MOST - 2, f"What is our plan against {o.competitor}?")
    red = [signal.text for signal in fired if signal.severity == "red" and signal.name != "forecast mismatch"]
    if o.forecast_category == "Commit" and red:
        found.insert(0, f"What makes this a Commit, although {red[0]}?")
    return list(dict.fromkeys(found))[:MOST]
