"""A letter as an address that opens it in the mail program; nothing is sent (pure)."""

from urllib.parse import quote

MOST = 2_000
"""signs of an address that browsers and mail programs pass on whole"""


def mailto(address: str, subject: str, text: str) -> tuple[str, bool]:
    """(the address of a new mail by RFC 6068, whether it holds the text); empty without an address to write to."""
    if "@" not in address:
        return "", False
    whom = quote(address.strip(), safe="@!$'*+-._~")
    head = f"mailto:{whom}?subject={_said(subject)}"
    whole = f"{head}&body={_said(text)}"
    if len(whole) <= MOST:
        return whole, True
    return (head, False) if len(head) <= MOST else (f"mailto:{whom}", False)


def _said(text: str) -> str:
    """A text as a field of the address, its lines ended as mails end them."""
    return quote("\r\n".join(text.splitlines()), safe="-._~!'*")
