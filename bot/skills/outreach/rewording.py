"""What people say of a draft that was just written, and why it is not done (pure)."""

import re

from bot.errors import BotError

REWORD = re.compile(
    r"^(?:please |can you |could you |and |now )*(?:make (?:it|that) )?(?:a (?:bit|little) )?(?:much )?"
    r"(?:shorter|longer|warmer|friendlier|softer|simpler|(?:more|less) (?:formal|friendly|direct|personal|casual)|another (?:angle|version|try)|"
    r"(?:in|translate (?:it|that)(?: (?:in)?to)?) ?(?:german|french|spanish|italian|english|swedish|norwegian|danish|dutch)?|rewrite (?:it|that)|reword (?:it|that)|"
    r"try again)(?: please)?[.!? ]*$",
    re.IGNORECASE,
)
"""after a draft: words that ask for other wording, which is not done so far"""
NOT_REWORDED = (
    "A draft is not reworded so far: change it in your copy, or ask for a new one and say what it is to be about, "
    "such as “draft a note to Ingrid Solheim about the SOC 2 report”."
)
SEND = re.compile(
    r"^(?:please |ok,? |now )*send (?:it|that|the (?:e-?mail|mail|draft|letter))(?: off| now| please)*[.! ]*$", re.I
)
NOT_SENT = "Nothing is sent from here: copy the letter, fill in what stands in brackets, and send it yourself."


def check_new(text: str) -> None:
    """Raise BotError where the words ask to reword or to send the draft, which is no question for the pages."""
    if REWORD.match(text):
        raise BotError(NOT_REWORDED)
    if SEND.match(text):
        raise BotError(NOT_SENT)
