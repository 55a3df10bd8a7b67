"""Which account a request is about: named, meant by the thread, or asked back; code picks it, never a model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.crm.match import Mention, find, fold, mentions, nearest_ids, options
from bot.crm.port import CrmReader
from bot.crm.records import Account, User
from bot.crm.rights import none_seen
from bot.dates import find_dates
from bot.errors import Ambiguous
from bot.intents import ACCOUNT, PERSON
from bot.pipeline.deal import labels
from bot.router import Routed

NEEDS_ACCOUNT = {"brief", "log", "draft"}
FOR_NAME = re.compile(r"\b(?P<lead>with|at|for)\s+(?P<name>[A-Z][\w&'’.-]*(?:\s+(?:[A-Z&][\w&'’.-]*|of|and))*)")
"""a name of capitalised words, which may be one that the CRM does not have"""
NO_NAMES = frozenset("QBR QBRs EBR POC Zoom Teams Meet Slack CFO CEO CTO CIO COO IT HR Procurement Legal".split())
"""capitalised words that name no company"""
A_FEW = 5
"""accounts that are offered to choose from"""
OWN_WORDS = {"summary", "draft"}
"""skills for which a name in what was pasted, or is wanted to be said, names no account"""
POINTING = re.compile(r"(?:it|them|this|that|they|their|its|his|her)?(?: account| one)?", re.IGNORECASE)
"""words that name no account but point to the thread's"""
LEANING = re.compile(
    r"\b(?:they|their|them|it|its|he|she|his|her|this|that|these|there|the deal|the account)\b|^and\b", re.IGNORECASE
)
"""a question that leans on what was said before ("and their CFO?")"""
AROUND = re.compile(
    r"^(?:the |my )?(?:account |company |customer )?|(?:,? (?:account|please|pls|plz|asap|now|thanks|thx|quickly))+[.!]*$",
    re.IGNORECASE,
)
"""words that people put around an account's name"""
HONORIFIC = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|mx|herr|frau|mme|sra?|ing)\b\.?\s+)+", re.IGNORECASE)
"""what stands before a name in the CRM and is left out when people speak"""
TO_PERSON = re.compile(
    r"\b(?:to|with|from|for|by|about|at|tell|ask|asked|told|met|call|called|write|mail|email|an|mit|von|für|über|à|avec|de|pour|con|para)"
    r"\s+(?:dr|prof|mr|mrs|ms|mx|herrn?|frau|mme|sra?)?\.?\s*$",
    re.IGNORECASE,
)
"""what stands before somebody's name, however it is written"""
OF_PERSON = re.compile(
    r"['’]s\b|\s+(?:(?:is|was|has|had|does|did)(?:n['’]t)?|and|says?|said|wants?|wanted|needs?|asked|told|agreed|confirmed|thinks|likes|mentioned)\b"
)
"""what stands behind a name that begins a sentence, where any word has a capital"""
ASIDE = r"\b(?:not|than|instead of|nicht|als|statt|anstatt|pas|plutôt que|au lieu de|en vez de)\s+(?:(?:the|for|with|at|about|mit|für|bei|pour|para)\s+)?"
"""what stands before a name that is not meant, where another one is"""
FILLER = {"the", "one", "in", "from", "of", "at", "a", "i", "mean", "please", "that"}


@dataclass(frozen=True)
class Targets:
    """Finds accounts by what people call them."""

    reader: CrmReader
    _found: dict[str, list[Mention]] = field(default_factory=dict, compare=False, repr=False)
    """what was found in a sentence: one request looks at it several times"""
    _people: dict[str, list[Mention]] = field(default_factory=dict, compare=False, repr=False)
    """the same of people"""

    def fits(self, words: str) -> bool:
        """Whether the words are an account's name, or several accounts'."""
        bare = _bare(words)
        return bool(options(bare, self.reader.account_names(bare)))

    def names_in(self, text: str) -> list[Mention]:
        """The accounts that a sentence names."""
        if text not in self._found:
            self._found[text] = mentions(text, self.reader.account_names(text))
        return self._found[text]

    def mentioned(self, text: str) -> list[Mention]:
        """The accounts that a sentence names and means: of “not Northwick, Pellworm” the second."""
        found = self.names_in(text)
        meant = [one for one in found if not _put_aside(one.text, text)] if len(found) > 1 else found
        return meant or found

    def without_names(self, text: str) -> tuple[str, str]:
        """(a sentence without the accounts and colleagues that it names, the first account as it is named there)."""
        accounts = self.names_in(text)
        colleagues = mentions(text, [(user.id, user.name) for user in self.reader.users()], people=True)
        for mention in (*accounts, *colleagues):
            text = text.replace(mention.text, " ")
        return text, accounts[0].text if accounts else ""

    def anonymous(self, text: str, account_id: str | None = None) -> str:
        """A sentence with stand-ins for the accounts, colleagues and people of those accounts that it names."""
        found = self.names_in(text)
        keys = dict.fromkeys([*(mention.ids[0] for mention in found), *([account_id] if account_id else [])])
        contacts = [(one.id, one.name) for key in keys for one in self.reader.contacts(key)]
        people = mentions(text, [*contacts, *((user.id, user.name) for user in self.reader.users())], people=True)
        for mention in found:
            text = text.replace(mention.text, ACCOUNT)
        for mention in people:
            text = text.replace(mention.text, PERSON)
        return text

    def ids(self, name: str) -> list[str]:
        """The ids of the accounts that a name may mean."""
        bare = _bare(name)
        return [match.id for match in options(bare, self.reader.account_names(bare))]

    def named(self, name: str) -> Account | None:
        """The one account of that name or id; NotFound with the nearest five, Ambiguous where several fit."""
        chosen = self.reader.account(name.strip())
        if chosen is not None:
            return chosen
        bare = _bare(name)
        none = none_seen(self.reader)
        found = find(bare, self.reader.account_names(bare), what="account", detail=self._detail, none=none)
        return self.reader.account(found.id)

    def offered(self, typed: str, user: User, most: int) -> list[Account]:
        """The accounts to choose from while a name is typed: their own first, then what holds the words or comes near."""
        wanted = fold(typed.strip())
        if not wanted:
            return (list(self.reader.accounts(user.id)) or self._first(most))[:most]
        names = self.reader.account_names(typed)
        within = sorted(
            (not fold(label).startswith(wanted), label, key) for key, label in names if wanted in fold(label)
        )
        ids = [key for *_, key in within] or self.ids(typed) or nearest_ids(typed, names, most)
        return [account for key in ids[:most] if (account := self.reader.account(key))]

    def pick(self, text: str, routed: Routed, user: User, last: str | None, own: str | None = None) -> Account | None:
        """The account of a request; `last` is the thread's, `own` the words without what was pasted.

        Raises Ambiguous where the seller must say, NotFound.
        """
        if routed.skill == "brief" and not POINTING.fullmatch(routed.rest.strip()):
            return self._of_name(routed.rest, None)
        before = self.reader.account(last) if last else None
        if routed.skill in ("pipeline", "changes"):
            # Words such as "this quarter" or "their team" point to no account.
            return self._one_of(said[0]) if (said := self.mentioned(text)) else None
        if routed.skill in ("prep", "plan"):
            return self._met(text, user, before, must=routed.skill == "plan")
        if routed.skill == "deal":
            return self._of_deal(text, routed.rest, user, last)
        alone = own is not None and (before is not None or routed.skill in OWN_WORDS)
        said = self.mentioned(own if alone and own is not None else text)
        if routed.skill in ("log", "draft") and len({m.ids for m in said}) > 1:
            raise self.several(said)
        if said:
            return self._one_of(said[0])
        if found := self._of_person(text, before) or self._of_part(own or text, before):
            return found
        if routed.skill in NEEDS_ACCOUNT:
            return before or self._at_company(own or text, user)
        return before if before and LEANING.search(text) else None

    def _at_company(self, text: str, user: User) -> Account | None:
        """The account after “at”, by its capitals; NotFound where the CRM has none of that name, Ambiguous of no name."""
        names = (one["name"] for one in FOR_NAME.finditer(text) if one["lead"] == "at")
        for name in names:
            if name not in NO_NAMES and not find_dates(name, date(2000, 1, 1)):
                return self.named(name)
        raise self._which(user)

    def _met(self, text: str, user: User, before: Account | None, *, must: bool) -> Account | None:
        """The account of a meeting or a plan: named, by a person of theirs, the thread's; None where the meeting tells it."""
        if said := self.mentioned(text):
            return self._one_of(said[0])
        if found := self._of_person(text, before):
            return found
        for match in FOR_NAME.finditer(text):
            if match["name"] not in NO_NAMES and not find_dates(match["name"], date(2000, 1, 1)):
                return self._of_name(match["name"], before)
        if before is None and must:
            raise self._which(user)
        return before if must or LEANING.search(text) else None

    def _of_name(self, name: str, before: Account | None) -> Account | None:
        """The account of somebody called so, the thread's first; NotFound with accounts called nearly so."""
        own = self.reader.contacts(before.id) if before else ()
        if mentions(name, [(contact.id, contact.name) for contact in own], people=True):
            return before
        found = mentions(name, self.reader.contact_names(), people=True)
        keys = dict.fromkeys(self._account_of(key) for mention in found[:1] for key in mention.ids)
        accounts = [account for key in keys if (account := self.reader.account(key or ""))]
        if len(accounts) > 1:
            raise self._at_several(name, accounts)
        return accounts[0] if accounts else self.named(name)

    def _of_deal(self, text: str, rest: str, user: User, last: str | None) -> Account | None:
        """The account of the deal that is meant; None for a deal that hangs on no account."""
        said = self.mentioned(text)
        if said:
            return self._one_of(said[0])
        before = self.reader.account(last) if last else None
        if POINTING.fullmatch(_bare(rest)):
            if before is None:
                raise self._which(user)
            return before
        if deal := self.reader.opportunity(_bare(rest)):
            return self.reader.account(deal.account_id or "")
        deals = {deal.id: deal for deal in self.reader.opportunities()}
        told = labels(list(deals.values()))
        found = [deal for key, deal in deals.items() if f" ({told[key]})" in text]
        found = found or [deals[match.id] for match in options(_bare(rest), [(d.id, d.name) for d in deals.values()])]
        accounts = {deal.account_id for deal in found}
        if len(accounts) > 1:
            raise Ambiguous("Which deal do you mean?", candidates=[told[deal.id] for deal in found[:5]])
        return self.reader.account(accounts.pop() or "") if accounts else self.named(rest)

    def _of_person(self, text: str, before: Account | None) -> Account | None:
        """The account of the one contact whose whole name the words hold; Ambiguous where several are called so."""
        found = [mention for mention in self._persons(text) if mention.whole]
        keys = {self._account_of(key) for mention in found for key in mention.ids}
        accounts = [account for key in sorted(filter(None, keys)) if (account := self.reader.account(key))]
        if len(accounts) > 1 and len(found) == 1 and before not in accounts:
            raise self._at_several(found[0].text, accounts)
        return accounts[0] if len(accounts) == 1 else None

    def _of_part(self, text: str, before: Account | None) -> Account | None:
        """The account of the one person who is called by a part of the name; the thread's first, Ambiguous of a few."""
        colleagues = mentions(text, [(user.id, user.name) for user in self.reader.users()], people=True)
        taken = {fold(mention.text) for mention in colleagues}
        for mention in self._persons(text):
            if not mention.whole and fold(mention.text) not in taken and _is_person(mention.text, text):
                keys = dict.fromkeys(self._account_of(key) for key in mention.ids)
                accounts = [account for key in keys if (account := self.reader.account(key or ""))]
                if before in accounts or len(accounts) == 1:
                    return before if before in accounts else accounts[0]
                if len(accounts) <= A_FEW:
                    raise self._at_several(mention.text, accounts)
        return None

    def names_person(self, text: str) -> bool:
        """Whether words name somebody of the CRM's contacts, by the whole name or by a part of it."""
        return any(mention.whole or _is_person(mention.text, text) for mention in self._persons(text))

    def _persons(self, text: str) -> list[Mention]:
        """The contacts that a sentence names, by the whole name or by a part of it."""
        if text not in self._people:
            names = [(key, HONORIFIC.sub("", name)) for key, name in self.reader.contact_names()]
            self._people[text] = mentions(text, names, people=True)
        return self._people[text]

    def _account_of(self, contact_id: str) -> str | None:
        contact = self.reader.contact(contact_id)
        return contact.account_id if contact else None

    def _at_several(self, name: str, accounts: Sequence[Account]) -> Ambiguous:
        labels = [self._label(account) for account in accounts[:5]]
        return Ambiguous(f"{name} is at several accounts; which one do you mean?", candidates=labels)

    def labelled(self, label: str) -> Account | None:
        """The account that was offered under this label."""
        names = self.reader.account_names(label)
        same = [self.reader.account(key) for key, name in names if label.startswith(f"{name} (")]
        return next((a for a in same if a and self._label(a) == label), None)

    def exactly(self, name: str) -> Account | None:
        """The account of just this name; None where there is none, or several."""
        same = [key for key, label in self.reader.account_names(name) if label == name]
        return self.reader.account(same[0]) if len(same) == 1 else None

    def _one_of(self, mention: Mention) -> Account | None:
        accounts = [self.reader.account(key) for key in mention.ids]
        if len(accounts) == 1:
            return accounts[0]
        labels = [self._label(account) for account in accounts[:5] if account]
        raise Ambiguous(f"Which {mention.text} do you mean?", candidates=labels)

    def several(self, said: Sequence[Mention]) -> Ambiguous:
        """The question which of several accounts is meant."""
        accounts = [self.reader.account(key) for m in said for key in m.ids]
        labels = list(dict.fromkeys(self._label(account) for account in accounts if account))[:5]
        return Ambiguous("The words name several accounts; which one is this about?", candidates=labels)

    def _which(self, user: User) -> Ambiguous:
        own = list(self.reader.accounts(user.id)) or self._first(5)
        none = none_seen(self.reader)
        if not own and none:
            return Ambiguous(f"{none[0].upper()}{none[1:]}.")
        if not own:
            return Ambiguous(
                "The CRM holds no accounts yet; load some with `seller crm import FOLDER` or try `seller demo`."
            )
        return Ambiguous("Which account is this about?", candidates=[self._label(account) for account in own[:5]])

    def _first(self, n: int) -> list[Account]:
        """The first accounts by name."""
        names = self.reader.account_names("")[:n]
        return [account for key, _ in names if (account := self.reader.account(key))]

    def _detail(self, account_id: str) -> str:
        account = self.reader.account(account_id)
        return self._told(account) if account else ""

    def _told(self, account: Account) -> str:
        owner = self.reader.user(account.owner_id) if account.owner_id else None
        return ", ".join(part for part in (account.country, owner.name if owner else None, account.id) if part)

    def _label(self, account: Account) -> str:
        return f"{account.name} ({self._told(account)})"


def choice(words: str, offered: Sequence[str]) -> str | None:
    """The label that an answer to our question means: by number, by name or by a word that tells them apart."""
    said = words.strip().strip(".").casefold()
    if said.isdigit() and 1 <= int(said) <= len(offered):
        return offered[int(said) - 1]
    same = [label for label in offered if label.strip(".").casefold() == said]
    if len(same) == 1:
        return same[0]
    telling = [word for word in re.findall(r"[\w-]+", said) if word not in FILLER]
    if not telling or len(said) > 80:
        return None
    fits = [label for label in offered if all(_names(word, label) for word in telling)]
    return fits[0] if len(fits) == 1 else None


def _names(word: str, label: str) -> bool:
    """Whether a word stands in a label, whole or begun with three letters or more."""
    end = "" if len(word) > 2 else r"\b"
    return re.search(rf"\b{re.escape(word)}{end}", label.casefold()) is not None


def _is_person(name: str, text: str) -> bool:
    """Whether a word that is part of a name stands for somebody: by what stands around it, or its capital."""
    at = text.find(name)
    before, behind = text[:at], text[at + len(name) :]
    begins = not before.strip() or before.rstrip()[-1] in ".!?:\n"
    capital = name[:1].isupper() and not name.isupper()
    return bool(TO_PERSON.search(before)) or (capital and (not begins or bool(OF_PERSON.match(behind))))


def _bare(words: str) -> str:
    return AROUND.sub("", words.strip())


def _put_aside(name: str, text: str) -> bool:
    """Whether a name stands behind a “not” or a “than” wherever it stands."""
    return len(re.findall(ASIDE + re.escape(name), text, re.IGNORECASE)) >= text.count(name)
