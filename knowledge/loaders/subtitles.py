"""WebVTT and SubRip: cues of one speaker joined to turns, with the time they begin."""

import html
import re
from collections.abc import Iterator
from io import StringIO
from itertools import dropwhile
from pathlib import Path

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from knowledge.errors import NotReadable
from knowledge.loaders.parsed import Parsed, Section
from knowledge.loaders.source import read_lines
from knowledge.loaders.turns import Turn, turn_units

_TAG = re.compile(r"</?[a-z][^>]*>|<[\d:.]+>", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>", re.IGNORECASE)
_SECOND = r"[0-5]?\d:[0-5]?\d"
_TIMES = {
    "vtt": re.compile(rf"\s*(?:\d+:)?{_SECOND}\.\d{{1,3}}\s*-->\s*(?:\d+:)?{_SECOND}\.\d{{1,3}}"),
    "srt": re.compile(rf"\s*\d+:{_SECOND}[,.]\d+\s*-->\s*\d+:{_SECOND}[,.]\d+"),
}
_NAMED = re.compile(r"^(?:>>\s*)?(?P<who>[^\W\d_][\w .'’()-]{0,40}?):\s+(?P<words>\S.*)$", re.DOTALL)


def load(source: Path | bytes) -> Parsed:
    """Read cues; NotReadable where the file is no subtitle file."""
    # The parser takes a file that begins with an empty line for none.
    lines = list(dropwhile(lambda line: not line.strip("\ufeff \t"), read_lines(source)))
    kind = "vtt" if lines and lines[0].lstrip("\ufeff").startswith("WEBVTT") else "srt"
    try:
        captions = webvtt.from_buffer(StringIO("\n".join(_timed(lines, _TIMES[kind]))), format=kind)
    except (MalformedFileError, MalformedCaptionError) as error:
        raise NotReadable("it holds no cues with times, such as 00:01:02.000 --> 00:01:05.000") from error
    units = tuple(turn_units(list(_turns(captions))))
    if not units:
        raise NotReadable("it holds no cues with times, such as 00:01:02.000 --> 00:01:05.000")
    return Parsed(None, (Section((), units),), {}, {}, "transcript")


def _timed(lines: list[str], times: re.Pattern[str]) -> Iterator[str]:
    """Give a cue whose times cannot be read those of the cue before it, as the parser would drop its words."""
    last = next((line for line in lines if times.match(line)), None)
    for line in lines:
        if "-->" in line and last and not times.match(line):
            # What does not begin like a time is something that was said.
            line = last if line.lstrip()[:1].isdigit() else line.replace("-->", "→")
        elif "-->" in line:
            last = line
        yield line


def _turns(captions: webvtt.WebVTT) -> Iterator[Turn]:
    for caption in captions.captions:
        time = caption.start.split(".")[0].split(",")[0].removeprefix("00:")
        # What stands before the first voice, then each voice with its words.
        unnamed, *voices = _VOICE.split(caption.raw_text)
        for who, words in [("", unnamed), *zip(voices[::2], voices[1::2], strict=True)]:
            yield from _turn(html.unescape(who).strip(), words, time)


def _turn(voice: str, words: str, time: str) -> Iterator[Turn]:
    plain = " ".join(html.unescape(_TAG.sub("", words)).split())
    named = None if voice else _NAMED.match(plain)
    if plain:
        yield Turn(named["who"], named["words"], time) if named else Turn(voice, plain, time)
