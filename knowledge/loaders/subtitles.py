"""WebVTT and SubRip: cues of one speaker joined to turns, with the time they begin."""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from knowledge.errors import NotReadable
from knowledge.loaders.parsed import Parsed, Section
from knowledge.loaders.source import read_lines
from knowledge.loaders.turns import Turn, turn_units

_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_NAMED = re.compile(r"^(?:>>\s*)?(?P<who>[^\W\d_][\w .'’()-]{0,40}?):\s+(?P<words>\S.*)$", re.DOTALL)


def load(source: Path | bytes) -> Parsed:
    """Read cues; NotReadable where the file is no subtitle file."""
    lines = read_lines(source)
    kind = "vtt" if lines and lines[0].lstrip("\ufeff").startswith("WEBVTT") else "srt"
    try:
        captions = webvtt.from_buffer(StringIO("\n".join(lines)), format=kind)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise NotReadable("it holds no cues with times, such as 00:01:02.000 --> 00:01:05.000") from error
    units = tuple(turn_units(list(_turns(captions))))
    if not units:
        raise NotReadable("it holds no cues with times, such as 00:01:02.000 --> 00:01:05.000")
    return Parsed(None, (Section((), units),), {}, {}, "transcript")


def _turns(captions: webvtt.WebVTT) -> Iterator[Turn]:
    for caption in captions.captions:
        words = " ".join(_TAG.sub("", caption.text).split())
        named = _NAMED.match(words)
        who = caption.voice or (named["who"] if named else "")
        said = named["words"] if named and not caption.voice else words
        if said:
            yield Turn(who, said, caption.start.split(".")[0].split(",")[0].removeprefix("00:"))
