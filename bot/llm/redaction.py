"""Take e-mail addresses, phone, bank and card numbers out of a text, and put them back into what comes of it (pure)."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

KINDS = ("EMAIL", "PHONE", "IBAN", "CARD", "ACCOUNT", "TEXT")
"""of what is taken out; TEXT is what looks like one of our marks and is none"""
NOTE = (
    "Marks such as [EMAIL_1] or [PHONE_2] stand for private data: copy one exactly where you need it, and invent none."
)
"""told to a model that is shown marks"""
MARK = re.compile(rf"\[(?:{'|'.join(KINDS)})_\d+\]|\b(?:{'|'.join(KINDS)})_\d+\b")
_HALF = re.compile(r"\[[A-Z]*_?\d*$|\b[A-Z]+_?\d*$")

PLAIN = str.maketrans(
    "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\u2010\u2011\u2012\u2013\u2212\uff0d\uff20\uff0b\uff0e０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹",
    "        ------@+.012345678901234567890123456789",
)
"""spaces, hyphens and digits as word processors and pages write them → the plain sign, one for one"""

_LOCAL = r"[\w!#$%&'*+/=?^~-]"
EMAIL = re.compile(
    rf"(?<![\w.%+@-]){_LOCAL}(?:\.?{_LOCAL}){{0,63}}(?:@| @ |%40(?!\d))[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,7}}\.[^\W\d_]{{2,24}}(?![\w@])"
    r"|(?<![\w.+-])[\w.+-]{1,64} ?[\[(] ?at ?[\])] ?[\w-]{1,63}(?:(?: ?[\[(] ?(?:dot|punkt) ?[\])] ?|\.)[\w-]{1,63}){1,7}"
    r"|(?<![\w.+-])[\w.+-]{1,64} (?-i:AT) [\w-]{1,63}(?: (?-i:DOT) [\w-]{1,63}){1,4}\b",
    re.IGNORECASE,
)
"""lengths are bounded as the standard has them, so that no text takes long"""
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
CARD = re.compile(r"(?<![\w.,-])(?<![\d] )(?>[2-6](?:[ .-]?\d){12,18})(?![\d-])(?!\.\d)")
_ACCOUNT_WORD = (
    r"(?:(?:bank|beneficiary|checking|savings|giro) (?:account|a/c|acct)|(?:\baccount|\bacct?|\ba/c)\.? ?(?:number|no\b\.?|nr\b\.?|#)|\ba/c\b|"
    r"\bsort(?: ?code|(?=: ?\d\d-))|\brouting|\baba\b|\bbsb\b|\bclabe|\bbankleitzahl|\bblz\b|\bkontonummer|\b(?:konto|kto)\.?-?nr\.?|\bgiro(?:konto)?|"
    r"\bnum[ée]ro de compte|\bn[úu]mero de cuenta|\biban\b)"
)
ACCOUNT = re.compile(
    rf"{_ACCOUNT_WORD}(?:\s*(?:number|no\b\.?|nr\b\.?|num\b\.?|code|transit))?[\s:#=]*(?:(?:is|ist|lautet|est|es|at|of|with us|:)\s+){{0,2}}"
    r"(?P<number>(?:[A-Z]{2}\d{2}[ .-]?)?(?>\d(?:[ .-]?\d){5,29})\b)(?!,\d)",
    re.IGNORECASE,
)
"""what stands behind a word for a bank account; “account” alone is a customer as a rule"""
_CALL_WORD = (
    r"(?:\b(?:tele)?phone|\btel\b|\btlf\b|\bpuh\b|\bgsm\b|\bget me|\bmy number|\bmobile|\bmob\b|\bcell(?: ?phone)?|\bfax|\bwhatsapp|\bsms|\btext (?:me|him|her|them)|"
    r"\bcall (?:me|him|her|them|us)|\bring (?:me|him|her|them)|\breach (?:me|him|her|them)|\bdial|\bdirect line|\bdirect dial|\bhotline|\bswitchboard|"
    r"\bextension|\bext\b|\btelefon\w*|\bmobil\w*|\bhandy\w*|\bdurchwahl|\brufnummer|\bt[ée]l[ée]phone|\bt[ée]l\b|\bportable|\bm[óo]vil|\btel[ée]fono)"
)
CALLED = re.compile(
    rf"{_CALL_WORD}\.?(?:\s*(?:number|no\.|nr\.|nummer|num[ée]ro))?[\s:#=]*(?:(?:is|ist|est|es|on|at|unter|au|al|line|under)[\s:]+){{0,2}}"
    r"(?P<number>(?>\(?\d(?:[ ()./-]{0,2}\d){5,14}))(?![\d%])(?![.,]\d)",
    re.IGNORECASE,
)
_MONEY = "EUR|USD|GBP|CHF|NOK|SEK|DKK|INR|CNY|RUB|BRL|HUF|JPY|KRW"
INTERNATIONAL = re.compile(
    r"(?<![\w+])(?!00\d{8}(?!\d))(?:\(?\+|00(?=[ ]?[1-9]))\s?\(?(?>[1-9](?:[ ()./-]{0,3}\d){6,14})(?![\d%])(?![,.]\d)"
    rf"(?!\s?(?:{_MONEY}|[€$£%]|[kKmM]\b|million|thousand|percent|seats|users|units))"
)
NORTH_AMERICAN = re.compile(
    r"(?<![\w+.,/$€£-])(?<![$€£] )(?:1[ .-])?(?:\(\d{3}\) ?\d{3}[ .-]|\d{3}[ .-]\d{3}[ .-])\d{4}(?![\w/-])(?![.,]\d)"
)
NATIONAL = re.compile(
    r"(?<![\w+.,/$€£:-])(?<![$€£] )(?:\(?0[1-9]\d{0,4}\)?(?:[ /-]{1,3}\d{2,8}){1,5}|0[1-9](?:\.\d\d){4})(?![\w%/:-])(?![.,]\d)"
)
SHAPED = re.compile(
    rf"(?<![\w+.,/$€£:#-])(?<![$€£\d] )(?<!(?:{_MONEY}) )(?:8[ -]?\(?\d{{3}}\)?[ -]?\d{{3}}-\d\d-\d\d"
    r"|\(\d\d\) ?(?!(?:19|20)\d\d-(?:19|20))9?\d{4}-\d{4}|1[3-9]\d(?!\d{4}0{4})(?! \d\d00 \d\d00)([ -]?)\d{4}\1\d{4}"
    r"|(?!\d\d000 \d\d000)[6-9]\d{4} \d{5}|0[1-9]\d{8,9}|06[ -]\d{1,2}[ -]\d{3}[ -]\d{3,4})"
    rf"(?![\w%/-])(?![.,]\d)(?! \d)(?! ?(?:{_MONEY}|[$€£]))"
)
"""how Russia, Brazil, China, India and Hungary write their own, and many their own in one piece, which little else looks like

Round ones are amounts, and four digits beside four may be years.
"""
NUMBERED = re.compile(
    r"\b(?:(?:order|invoice|contract|article|item|part|material|ticket|case|quote|delivery note|opportunity|deal|serial|lot|po|sku|ean|isbn|vat|id"
    r"|ref|reference|tracking)s?(?: (?:no\b\.?|nr\b\.?|number|id|code))?|(?:customer|account) (?:no\b\.?|nr\b\.?|number|id))(?: is)?[ :]{1,2}$",
    re.IGNORECASE,
)
"""what stands before a number of something else"""
NEAR = 30
"""signs before a number in which such a word is looked for"""
DATED = re.compile(r"\d{1,2}([-/. ])\d{1,2}(?:\1\d{2,4}|[-/. ]20\d\d)|\d{4}([-/. ])\d{1,2}\2\d{1,2}")
"""a date is no phone number"""
LEAST_DIGITS, MOST_DIGITS = 8, 15
"""of a phone number without a word that says that it is one"""

Span = tuple[int, int, str]


def find(text: str) -> list[Span]:
    """Where private data stands, in order, without overlaps: (start, end, kind)."""
    taken, text = list[Span](), text.translate(PLAIN)
    for span in (*_marks(text), *_emails(text), *_banks(text), *_cards(text), *_phones(text)):
        if all(span[1] <= start or end <= span[0] for start, end, _ in taken):
            taken.append(span)
    return sorted(taken)


def _marks(text: str) -> Iterator[Span]:
    return ((*found.span(), "TEXT") for found in MARK.finditer(text))


def _emails(text: str) -> Iterator[Span]:
    return ((*found.span(), "EMAIL") for found in EMAIL.finditer(text))


def _banks(text: str) -> Iterator[Span]:
    for found in IBAN.finditer(text):
        end = _iban_end(found.group())
        if end:
            yield found.start(), found.start() + end, "IBAN"
    for found in ACCOUNT.finditer(text):
        yield (*found.span("number"), "ACCOUNT")


def _iban_end(text: str) -> int:
    """Where the longest part of a text ends that has an IBAN's checksum, whole words first; 0 where none has."""
    whole = [found.end() for found in re.finditer(r"[A-Z0-9]+", text, re.IGNORECASE)]
    ends: list[int] = [*reversed(whole), *range(len(text) - 1, 14, -1)]
    for end in ends:
        bare = re.sub(r"[ .-]", "", text[:end]).upper()
        if 15 <= len(bare) <= 34 and text[end - 1].isalnum() and _checks(bare):
            return end
    return 0


def _checks(iban: str) -> bool:
    return iban.isascii() and int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _cards(text: str) -> Iterator[Span]:
    for found in CARD.finditer(text):
        digits = [int(sign) for sign in found.group() if sign.isdigit()]
        doubled = [digit if at % 2 == 0 else sum(divmod(digit * 2, 10)) for at, digit in enumerate(reversed(digits))]
        if sum(doubled) % 10 == 0 and len(set(digits)) > 1:
            yield (*found.span(), "CARD")


def _phones(text: str) -> Iterator[Span]:
    for found in CALLED.finditer(text):
        if not DATED.fullmatch(found["number"]):
            yield (*found.span("number"), "PHONE")
    for pattern in (INTERNATIONAL, NORTH_AMERICAN, NATIONAL, SHAPED):
        for found in pattern.finditer(text):
            digits = sum(sign.isdigit() for sign in found.group())
            other = pattern is SHAPED and NUMBERED.search(text[max(0, found.start() - NEAR) : found.start()])
            if LEAST_DIGITS <= digits <= MOST_DIGITS and not other and not DATED.fullmatch(found.group()):
                yield (*found.span(), "PHONE")


def redacted(text: str) -> str:
    """A text with marks for good in the place of private data, for readers other than who wrote it."""
    return Redactor().redact(text)


class Redactor:
    """Marks in the place of private data; the same data has the same mark for as long as one lives."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}

    def redact(self, text: str) -> str:
        """Put marks in the place of what is private."""
        parts, at = list[str](), 0
        for start, end, kind in self._every(text):
            parts += [text[at:start], self._mark(kind, text[start:end])]
            at = end
        return "".join([*parts, text[at:]])

    def _every(self, text: str) -> list[Span]:
        """All that is private; what is left between two marks is looked at again, as it then stands alone."""
        found, pieces = list[Span](), [(0, len(text))]
        while pieces:
            begin, stop = pieces.pop()
            inner = [(begin + start, begin + end, kind) for start, end, kind in find(text[begin:stop])]
            found += inner
            edges = [begin, *(at for start, end, _ in inner for at in (start, end)), stop]
            pieces += [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if inner and a < b]
        return sorted(found)

    def _mark(self, kind: str, text: str) -> str:
        key = kind, text
        if key not in self._marks:
            mark = f"[{kind}_{sum(1 for one, _ in self._marks if one == kind) + 1}]"
            self._marks[key], self._texts[mark] = mark, text
        return self._marks[key]

    @property
    def used(self) -> bool:
        """Whether anything was taken out so far."""
        return bool(self._marks)

    def restore(self, text: str) -> str:
        """Put back what our marks stand for, also where a model left the brackets out."""
        return MARK.sub(lambda found: self._texts.get(f"[{found.group().strip('[]')}]", found.group()), text)

    def value(self, value: Any) -> Any:
        """Put it back in every text of an answer."""
        if isinstance(value, str):
            return self.restore(value)
        if isinstance(value, BaseModel):
            held = {name: self.value(getattr(value, name)) for name in type(value).model_fields}
            return value.model_copy(update=held)
        if isinstance(value, dict):
            return {self.value(key): self.value(held) for key, held in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.value(held) for held in value)
        return value

    def growing(self, value: Any) -> Any:
        """The same for an answer whose last text still grows: half a mark at its end is left out until it is whole."""
        if isinstance(value, str):
            return self.restore(_HALF.sub(self._held_back, value))
        if isinstance(value, dict) and value:
            *_, last = value
            return {self.value(key): self._part(held, key == last) for key, held in value.items()}
        if isinstance(value, list):
            return [self._part(held, at == len(value)) for at, held in enumerate(value, 1)]
        return value

    def _part(self, held: Any, last: bool) -> Any:
        return self.growing(held) if last else self.value(held)

    def _held_back(self, found: re.Match[str]) -> str:
        half = found.group().lstrip("[")
        return "" if any(mark[1:-1].startswith(half) for mark in self._texts) else found.group()
