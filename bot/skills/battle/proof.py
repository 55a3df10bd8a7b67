"""Results that customers have cleared in writing, word for word, from verified pages that may be quoted."""

from bot.crm.match import mentions
from bot.crm.records import Account
from bot.skills import Context
from bot.skills.extract import units
from bot.skills.outreach.proof import PLAYBOOK, QUOTED, RESULTS, STANDING
from knowledge.documents import Passage, Scope

MOST = 2


def cleared(context: Context, about: str, account: Account | None) -> list[tuple[str, Passage]]:
    """The cleared results that come nearest to what is talked about; none of the account's own."""
    scope = Scope.shared(teams=context.teams, audience="customer")
    words = "customer results and proof points"
    found = context.library.search(words, scope=scope, kinds=PLAYBOOK, k=8, now=context.now)
    pages = [p for p in found if p.document.quotable and p.status in STANDING and RESULTS.search(p.document.title)]
    own = [(account.id, account.name)] if account else []
    rows = {
        match[1].strip().rstrip("."): passage
        for passage in pages
        for unit in units(passage.chunk.text)
        if (match := QUOTED.search(unit)) and not mentions(match[1], own)
    }
    texts = list(rows)
    if not texts:
        return []
    scores = context.library.rank(about[:600], texts)
    ranked = sorted(zip(scores, texts, strict=True), key=lambda pair: -pair[0])
    return [(text, rows[text]) for _, text in ranked[:MOST]]
