"""Transcripts as recorders write them: who speaks, when, in which line, and what stands around the turns."""

import json
from datetime import date

import pytest

from bot.crm.records import Account, Contact, User
from bot.skills.summarising.attendees import attendees
from bot.skills.summarising.consent import read_consent
from bot.skills.summarising.language import language_of
from bot.skills.summarising.transcript import Transcript, read

ACME = Account(id="a1", name="Acme Cheese")
PEOPLE = [
    Contact(id="c1", account_id="a1", name="Ingrid Solheim", title="CFO", email="ingrid@acme.example"),
    Contact(id="c2", account_id="a1", name="Per Aune"),
    Contact(id="c3", account_id="a1", name="Per Dahl"),
]
USERS = [User(id="u1", name="Maya Lindqvist", email="maya@us.example")]


def said(transcript: Transcript) -> list[tuple[str, str, tuple[int, ...]]]:
    """(who, words, lines) of each sentence."""
    return [(one.turn.who, one.text, one.lines) for one in transcript.said]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("names-above.txt", "Maya Lindqvist  0:03\nGood morning.\n\nIngrid Solheim  0:09\nYes.\n\nMaya Lindqvist  0:12\nSo.\n"),
        ("times-first.txt", "[00:00:03] Maya Lindqvist\nGood morning.\n\n[00:00:09] Ingrid Solheim\nYes.\n\n[0:12] Maya Lindqvist\nSo.\n"),
        ("colons.txt", "Maya Lindqvist: Good morning.\n\nIngrid Solheim: Yes.\n\nMaya Lindqvist: So.\n"),
        ("bold.txt", "**Maya Lindqvist** [00:01]: Good morning.\n**Ingrid Solheim** [00:03]: Yes.\n**Maya Lindqvist** [00:05]: So.\n"),
        ("times-between.txt", "Maya Lindqvist: Good morning.\nIngrid Solheim: Yes.\n\n00:05:00\n\nMaya Lindqvist: So.\n"),
        ("voices.vtt", "WEBVTT\n\n1\n00:03.000 --> 00:05.000 align:start\n<v Maya Lindqvist>Good morning.</v>\n\n00:04.000 --> 00:06.000\n<v Ingrid Solheim>Yes.</v>\n\n100:00:07.000 --> 100:00:08.000\n<v Maya Lindqvist>So.\n"),
        ("arrows.vtt", "WEBVTT\n\n00:03.000 --> 00:05.000\n>> Maya Lindqvist: Good morning.\n\n00:04.000 --> 00:06.000\n>> Ingrid Solheim: Yes.\n\n00:07.000 --> 00:08.000\n>> Maya Lindqvist: So.\n"),
        ("gap-above.vtt", "\n\nWEBVTT\n\n00:03.000 --> 00:05.000\n>> Maya Lindqvist: Good morning.\n\n00:04.000 --> 00:06.000\n>> Ingrid Solheim: Yes.\n\n00:07.000 --> 00:08.000\n>> Maya Lindqvist: So.\n"),
        ("cues.srt", "1\n00:00:01,000 --> 00:00:02,000\nMaya Lindqvist: Good morning.\n\n2\n00:00:03,000 --> 00:00:04,000\nIngrid Solheim: Yes.\n\n3\n00:00:05,000 --> 00:00:06,000\nMaya Lindqvist: So.\n"),
        ("gap-above.srt", "\n1\n00:00:01,000 --> 00:00:02,000\nMaya Lindqvist: Good morning.\n\n2\n00:00:03,000 --> 00:00:04,000\nIngrid Solheim: Yes.\n\n3\n00:00:05,000 --> 00:00:06,000\nMaya Lindqvist: So.\n"),
    ],
)  # fmt: skip
def test_every_shape_gives_the_same_turns_and_each_sentence_its_own_line(name: str, text: str) -> None:
    for written in (
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\n", "\r\n").encode(),
        text.encode("utf-16"),
    ):
        found = said(read(name, written))
        assert [(who, words) for who, words, _ in found] == [
            ("Maya Lindqvist", "Good morning."), ("Ingrid Solheim", "Yes."), ("Maya Lindqvist", "So."),
        ]  # fmt: skip
        lines = text.splitlines()
        assert all(words in lines[line - 1] for _, words, (line,) in found)


@pytest.mark.parametrize(
    "data",
    [
        [{"speakerName": "Maya Lindqvist", "spokenText": "Good morning."}, {"speakerName": "Ingrid Solheim", "spokenText": "Yes."}],
        {"data": {"transcript": {"sentences": [{"speaker_name": "Maya Lindqvist", "text": "Good morning.", "start_time": 0.1}, {"speaker_name": "Ingrid Solheim", "text": "Yes.", "start_time": 2}]}}},
        {"callTranscripts": [{"callId": "1", "transcript": [{"speakerId": "64", "sentences": [{"start": 460, "text": "Good morning."}]}, {"speakerId": "65", "sentences": [{"start": 900, "text": "Yes."}]}]}], "parties": [{"speakerId": "64", "name": "Maya Lindqvist"}, {"speakerId": "65", "name": "Ingrid Solheim"}]},
        {"transcriptEntries": [{"name": "e/1", "participant": "p/1", "text": "Good morning."}, {"name": "e/2", "participant": "p/2", "text": "Yes."}], "participants": [{"name": "p/1", "signedinUser": {"displayName": "Maya Lindqvist"}}, {"name": "p/2", "anonymousUser": {"displayName": "Ingrid Solheim"}}]},
        {"speech": {"speakers": [{"id": 7, "speaker_name": "Maya Lindqvist"}, {"id": 8, "speaker_name": "Ingrid Solheim"}], "transcripts": [{"speaker_id": 7, "transcript": "Good morning."}, {"speaker_id": 8, "transcript": "Yes."}]}},
        {"monologues": [{"speaker": {"name": "Maya Lindqvist"}, "elements": [{"value": "Good"}, {"value": "morning."}]}, {"speaker": {"name": "Ingrid Solheim"}, "elements": [{"value": "Yes."}]}]},
        {"utterances": [{"speaker": "Maya Lindqvist", "text": "Good morning."}, {"speaker": "Ingrid Solheim", "text": "Yes."}]},
    ],
)  # fmt: skip
def test_every_recorders_json_gives_the_same_turns(data: object) -> None:
    assert said(read("call.json", json.dumps(data).encode())) == [
        ("Maya Lindqvist", "Good morning.", (1,)), ("Ingrid Solheim", "Yes.", (2,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "day"),
    [({"date": 1794528000000}, date(2026, 11, 13)), ({"started": "2026-11-13T10:00:00Z"}, date(2026, 11, 13)), ({"date": "soon"}, None)],
)  # fmt: skip
def test_the_day_host_and_consent_stand_beside_the_turns(told: dict[str, object], day: date | None) -> None:
    turns = [{"speaker": "Ann", "text": "Hi."}, {"speaker": "Ben", "text": "Yes."}]
    data = {
        "meeting": {**told, "host": {"name": "Maya Lindqvist"}, "recordingConsent": {"status": "granted"}},
        "turns": turns,
    }
    found = read("call.json", json.dumps(data).encode())
    assert (found.front.get("date"), found.front["host"], read_consent(found, {}).status) == (
        day,
        "Maya Lindqvist",
        "all",
    )


def test_a_note_in_a_subtitle_file_tells_of_consent() -> None:
    text = "WEBVTT\nKind: captions\n\nNOTE Consent: all parties\n\ncue-1\n00:01.000 --> 00:02.000\nAnn: Hello.\n"
    assert read_consent(read("call.vtt", text.encode()), {}).status == "all"


def test_entities_are_read_and_still_found_in_their_line() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Tom &amp; Ingrid of R&amp;D agree.</v>\n"
    assert said(read("call.vtt", text.encode())) == [("Ann", "Tom & Ingrid of R&D agree.", (4,))]


@pytest.mark.parametrize(
    ("label", "contact", "user"),
    [
        ("Ingrid Solheim", "c1", None), ("ingrid solheim", "c1", None), ("Solheim, Ingrid", "c1", None), ("Ingrid", "c1", None),
        ("Ingrid (Acme Cheese)", "c1", None), ("Ingrid Solheim - Acme Cheese", "c1", None), ("ingrid@acme.example", "c1", None),
        ("IS", "c1", None), ("I.S.", "c1", None), ("Ingrid S.", "c1", None), ("maya@us.example", None, "u1"), ("ML", None, "u1"),
        ("Per", None, None), ("Per D", "c3", None), ("Speaker 1", None, None), ("Ingrid Berg", None, None), ("IB", None, None),
    ],
)  # fmt: skip
def test_a_speaker_is_matched_only_where_one_person_is_meant(label: str, contact: str | None, user: str | None) -> None:
    data = json.dumps([{"speaker": label, "text": "Hello."}, {"speaker": "X", "text": "Yes."}]).encode()
    found = attendees(read("call.json", data), ACME, PEOPLE, USERS, USERS[0])[label]
    assert (found.contact and found.contact.id, found.user and found.user.id) == (contact, user)
    assert bool(found.doubt) == (contact is None and user is None)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("we will send you the offer and that is what the board has to see for the plan", "en"),
        ("wir schicken ihnen das angebot und das ist was der vorstand für den plan sehen muss", "de"),
        ("nous vous envoyons la proposition et c'est ce que le comité doit voir pour les plans", "fr"),
        ("le enviamos la oferta y eso es lo que el comité tiene que ver para los planes", "es"),
        ("vi sender dere tilbudet så snart styret har sett planene og godkjent budsjettet", ""),
        ("Hello.", "en"),
    ],
)  # fmt: skip
def test_the_language_is_told_by_its_commonest_words(words: str, language: str) -> None:
    assert language_of([words]) == language
