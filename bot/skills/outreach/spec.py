"""What a letter is to be: all that its words, a click or a form can choose (pure)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Purpose = Literal["first", "follow_up", "re_engage", "renewal", "event"]
Channel = Literal["email", "linkedin", "call", "voicemail"]
Length = Literal["short", "usual", "long"]
Language = Literal["en", "de", "fr", "es"]
Address = Literal["", "familiar", "distant"]
"""“du” or “Sie”, where the language tells them apart"""


class Spec(BaseModel):
    """One letter to one person; a quick edit makes another one of it."""

    model_config = ConfigDict(frozen=True)

    account_id: str
    contact_id: str
    purpose: Purpose = "first"
    channel: Channel = "email"
    length: Length = "usual"
    tone: str = ""
    """formal, friendly or such; empty: plain"""
    language: Language = "en"
    address: Address = ""
    """empty: the distant one"""
    topic: str = ""
    """what it is to be about, in the seller's words"""
    wished_subject: str = ""
    """of an e-mail, in the seller's words, where it is honest"""
    angle: int = 0
    """which of the possible reasons and problems, best first, it is built on"""
    points: tuple[str, ...] | None = None
    """keys of the talking points that the seller ticked; None: the writer's choice"""


class Voice(BaseModel):
    """How a seller writes, learnt from what they made of their drafts; empty where nothing is known."""

    model_config = ConfigDict(frozen=True)

    greeting: str = ""
    """such as "Hi {first}," """
    closing: str = ""
    """such as "Best," """
    samples: tuple[str, ...] = ()
    """letters of theirs, the newest first, for a model to follow in tone alone: common words, all others left out"""
    replaced: tuple[tuple[str, str], ...] = ()
    """words that they always take out or replace, with what stands there then"""
    length: Length | None = None
    """of their letters against the drafts"""
    address: Address = ""
    """how they address their readers"""
    count: int = 0
    """letters that this is learnt from"""
