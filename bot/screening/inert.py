"""A text of others as it may be shown: without links, pictures, calls and unseen signs (pure)."""

import re
from collections.abc import Sequence

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
"""signs that nobody sees, or that turn and steer what one sees; those that join letters and pictures stay"""
PICTURE = re.compile(r"!\[[^\[\]\n]*\](?:\([^)\n]*\)?|\[[^\]\n]*\])?")
MARKDOWN = re.compile(r"\[([^\[\]\n]*)\]\([^)\n]*\)?")
SLACK = re.compile(r"<(?:https?|mailto|tel|ftp|slack)[:/][^<>|\s]*(?:\|([^<>\n]*))?>?", re.IGNORECASE)
"""its end may be cut off with the text that holds it"""
CALL = re.compile(r"<[!@#][^<>\n]*>")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>@]*)?/?>", re.IGNORECASE)
ADDRESS = re.compile(
    r"\b(?:https?|ftp|file)\s*:\s*/{1,2}[^\s<>\"”»]+|\b(?:javascript:|data:\w+/)[^\s<>\"”»]+|\bwww\.[^\s<>\"”»]+"
    r"|(?<![\w@./-])(?:[\w-]+\.)+[a-z]{2,24}/[^\s<>\"”»]+",
    re.IGNORECASE,
)
"""an address that some program makes a link of; a bare name such as northwick.example is none"""
EVERYBODY = re.compile(r"(?<![\w.])@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
DEFINED = re.compile(r"\]:(?=\s*http)", re.IGNORECASE)
"""how Markdown names the address of a link beneath the text"""
AFTER = ".,;:!?)]}'’"
"""signs that end a sentence rather than an address"""
A_LINK, A_PICTURE, A_CALL = "(link)", "(picture)", "(mention)"


def seen(text: str) -> str:
    """A text without signs that nobody sees, or that steer a terminal or turn the reading direction."""
    return UNSEEN.sub("", text)


def inert(text: str, own: Sequence[str] = ()) -> str:
    """A text without links, pictures, calls, markup and unseen signs; an address that stands in the asker's `own` words stays.

    Whoever wants to follow a link opens the source, where they see whose it is.
    """
    return linkless(TAG.sub("", COMMENT.sub("", seen(text))), own)


def linkless(text: str, own: Sequence[str] = ()) -> str:
    """The same but for markup, for places that escape it: there “Pellworm <North>” is a name."""
    plain = PICTURE.sub(A_PICTURE, seen(text))
    plain = SLACK.sub(lambda found: f"{found[1]} {A_LINK}".lstrip() if found[1] else A_LINK, plain)
    plain = MARKDOWN.sub(lambda found: f"{found[1]} {A_LINK}".lstrip(), plain)
    plain = CALL.sub(A_CALL, plain)
    plain = EVERYBODY.sub("", ADDRESS.sub(lambda found: _address(found[0], own), plain))
    # What is left of a broken one must not become a link or a picture beside other words.
    return DEFINED.sub("] :", plain.replace("](", "] (").replace("![", "! ["))


def _address(found: str, own: Sequence[str]) -> str:
    address = found.rstrip(AFTER)
    return found if any(address in words for words in own) else f"{A_LINK}{found[len(address) :]}"


def carries(text: str) -> bool:
    """Whether a text holds what is taken out of it before it is shown."""
    return inert(text) != text
