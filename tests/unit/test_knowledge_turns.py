"""Transcripts as recorders write them, in JSON and in subtitle files."""

import json
from typing import Any

import pytest

from knowledge.errors import NotAPage
from knowledge.loaders import load

TWO = [("Lena", "Hi there.", "00:04"), ("Tom", "We pay 60k.", "01:05")]
JSON: dict[str, tuple[Any, tuple[str, str]]] = {
    # who writes it → what, and the two speakers
    "a list": ([{"speaker": "Lena", "text": "Hi there.", "start": 4}, {"speaker": "Tom", "text": "We pay 60k.", "start": 65}], ("Lena", "Tom")),
    "AssemblyAI": ({"text": "Hi", "words": [{"text": "Hi", "start": 4200, "speaker": "A"}], "utterances": [
        {"speaker": "A", "text": "Hi there.", "start": 4200, "words": []}, {"speaker": "B", "text": "We pay 60k.", "start": 65000}]}, ("A", "B")),
    "Deepgram": ({"results": {"channels": [{"alternatives": [{"transcript": "hi", "words": [{"word": "hi", "start": 0.1}]}]}], "utterances": [
        {"start": 4.2, "speaker": 0, "transcript": "Hi there."}, {"start": 65.2, "speaker": 1, "transcript": "We pay 60k."}]}}, ("Speaker 0", "Speaker 1")),
    "Amazon": ({"results": {"transcripts": [{"transcript": "Hi"}], "items": [{"type": "pronunciation", "start_time": "0.1", "alternatives": [{"content": "Hi"}]}],
        "audio_segments": [{"transcript": "Hi there.", "start_time": "4.2", "speaker_label": "spk_0"},
                           {"transcript": "We pay 60k.", "start_time": "65.2", "speaker_label": "spk_1"}]}}, ("spk_0", "spk_1")),
    "Gong": ({"callTranscripts": [{"callId": "7", "transcript": [
        {"speakerId": "11", "sentences": [{"start": 4200, "text": "Hi"}, {"start": 5100, "text": "there."}]},
        {"speakerId": "12", "sentences": [{"start": 65000, "text": "We pay 60k."}]}]}]}, ("Speaker 11", "Speaker 12")),
    "Fireflies": ({"data": {"transcript": {"title": "Call", "date": 1762000000000, "sentences": [
        {"speaker_name": "Lena", "text": "Hi there.", "start_time": 4.2}, {"speaker_name": "Tom", "text": "We pay 60k.", "start_time": 65}]}}}, ("Lena", "Tom")),
    "Rev": ({"monologues": [
        {"speaker": 0, "elements": [{"type": "text", "value": "Hi", "ts": 4.2}, {"type": "punct", "value": " "}, {"type": "text", "value": "there"}, {"type": "punct", "value": "."}]},
        {"speaker": 1, "elements": [{"type": "text", "value": "We pay 60k", "ts": 65.2}, {"type": "punct", "value": "."}]}]}, ("Speaker 0", "Speaker 1")),
    "Recall": ([{"participant": {"id": 1, "name": name}, "words": [{"text": w, "start_timestamp": {"relative": at}} for w in words.split()]}
        for name, words, at in (("Lena", "Hi there.", 4.2), ("Tom", "We pay 60k.", 65.2))], ("Lena", "Tom")),
    "Whisper": ({"text": "Hi", "segments": [{"id": 0, "start": 4.0, "text": " Hi there."}, {"id": 1, "start": 65.0, "text": " We pay 60k."}]}, ("", "")),
}  # fmt: skip


def turns(name: str, data: bytes) -> list[tuple[str, str]]:
    return [(unit.text, unit.time) for section in load(name, data).sections for unit in section.units]


@pytest.mark.parametrize("recorder", JSON)
def test_the_turns_of_a_recorder_are_found_with_speaker_and_time(recorder: str) -> None:
    data, (first, second) = JSON[recorder]
    if not first:
        assert turns("call.json", json.dumps(data).encode()) == [("Hi there. We pay 60k.", "00:04")]
        return
    found = turns("call.json", json.dumps(data).encode())
    assert found == [(f"{first}: Hi there.", "00:04"), (f"{second}: We pay 60k.", "01:05")]


def test_a_transcript_written_as_one_text_is_read_and_a_date_that_is_none_is_left() -> None:
    data = {"title": "Call", "date": "5 Nov", "transcript": "Lena: Hi.\nTom: We pay 60k.\nLena: Good."}
    parsed = load("call.json", json.dumps(data).encode())
    assert (parsed.title, parsed.kind, dict(parsed.front), parsed.sections[0].units[1].text) == (
        "Call", "transcript", {}, "Tom: We pay 60k.",
    )  # fmt: skip


def test_lists_without_words_or_times_are_no_transcript() -> None:
    with pytest.raises(NotAPage):
        load("users.json", b'{"results": [{"text": "a"}, {"text": "b"}], "name": "x"}')


VTT = """WEBVTT

NOTE made by Teams

1f3c-aa/12-0
00:00:03.120 --> 00:00:05.900
<v Lena O&#39;Hara>Thanks &amp; <c.loud>welcome</c>.</v>

00:00:06.120 --> 00:00:09.900 align:start
<v.first Tom>We pay <00:00:07.000>60 k.</v>
<v Lena O&#39;Hara>Noted.</v>
"""


def test_each_voice_of_a_cue_has_its_own_words() -> None:
    assert turns("call.vtt", VTT.encode()) == [
        ("Lena O'Hara: Thanks & welcome.", "00:03"),
        ("Tom: We pay 60 k.", "00:06"),
        ("Lena O'Hara: Noted.", "00:06"),
    ]


@pytest.mark.parametrize(
    "broken", ["00:0x:05.000 --> 00:00:08.000", "00:00:05 --> 00:00:08", "00:00:65.000 --> 00:01:08.000"]
)
@pytest.mark.parametrize("kind", ["vtt", "srt"])
def test_a_cue_whose_times_cannot_be_read_keeps_its_words(kind: str, broken: str) -> None:
    head = {"vtt": "WEBVTT\n\n", "srt": "1\n"}[kind]
    text = f"{head}00:00:01.000 --> 00:00:04.000\nLena: Hello.\n\n2\n{broken}\nTom: We pay --> 60 k.\n\n"
    text += "3\n00:00:09.000 --> 00:00:12.000\nLena: Thanks.\n"
    assert turns(f"call.{kind}", text.encode()) == [
        ("Lena: Hello.", "00:01"), ("Tom: We pay → 60 k.", "00:01"), ("Lena: Thanks.", "00:09"),
    ]  # fmt: skip
