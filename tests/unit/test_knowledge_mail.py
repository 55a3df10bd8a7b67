"""Mails as people send them: forwarded, answered, attached, in old encodings."""

from email.message import EmailMessage

import pytest

from knowledge.loaders import load

HEAD = b"From: lena@f.example\r\nSubject: Rules\r\n"


def texts(data: bytes) -> list[str]:
    """Give what stands below the header."""
    return [unit.text for section in load("mail.eml", data).sections for unit in section.units][1:]


def mail(subject: str, words: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "lena@f.example", subject
    message.set_content(words)
    return message


FORWARD = "This holds now.\n\n---------- Forwarded message ---------\nFrom: Tom\n\nAbove 12 percent ask first.\n"
WRAPPED = "Agreed.\n\nOn Mon, Nov 9, 2026 at 10:00 AM Lena Fischer <lena@f.example>\nwrote:\n\n> May I give thirty?\n"
OUTLOOK = "Fine.\n\n________________________________\nFrom: Tom\nSent: Friday\n\nMay I give thirty?\n"


@pytest.mark.parametrize(
    ("subject", "words", "read"),
    [
        ("Fwd: Rules", FORWARD, ["This holds now.", "---------- Forwarded message ---------\nFrom: Tom", "Above 12 percent ask first."]),
        ("WG: Rules", OUTLOOK, ["Fine.", OUTLOOK.split("\n\n")[1], "May I give thirty?"]),
        ("Re: Rules", OUTLOOK, ["Fine."]),
        ("Re: Rules", WRAPPED, ["Agreed."]),
    ],
)  # fmt: skip
def test_what_is_forwarded_stays_and_what_is_quoted_goes(subject: str, words: str, read: list[str]) -> None:
    assert texts(mail(subject, words).as_bytes()) == read


def test_an_html_mail_is_read_in_the_encoding_of_its_header_without_the_quoted_mail() -> None:
    page = "<meta charset=utf-8><p>価格表</p><div class=gmail_quote>On Mon Tom wrote:<blockquote>old</blockquote></div>"
    head = HEAD + b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=shift_jis\r\n\r\n"
    assert texts(head + page.encode("shift-jis")) == ["価格表"]


def test_a_mail_in_an_unknown_encoding_keeps_what_is_plain() -> None:
    data = HEAD + b"Content-Type: text/plain; charset=x-unknown\r\n\r\nTen percent at most, says Zo\xeb.\r\n"
    assert texts(data) == ["Ten percent at most, says Zo\N{REPLACEMENT CHARACTER}."]


def test_a_mail_attached_to_a_mail_is_read() -> None:
    outer = mail("See attached", "Please read.")
    outer.add_attachment(mail("Yard", "Dock plans the yard."))
    parsed = load("mail.eml", outer.as_bytes())
    assert [(s.path, s.units[-1].text) for s in parsed.sections][1:] == [
        ((), "Please read."),
        (("Yard",), "From: lena@f.example\nSubject: Yard"),
        (("Yard",), "Dock plans the yard."),
    ]
