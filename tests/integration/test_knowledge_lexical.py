"""The word index against a real registry: found by word, and in step after edits, deletes, kills and damage."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from knowledge.documents import Chunk, Document
from knowledge.lexical import Lexical
from knowledge.registry import Registry, Stamp, Version, create_all, door

SHARED = door(Document(id="x", uri="x", title="x"))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    engine = create_engine(f"sqlite:///{tmp_path / 'kb.db'}")
    create_all(engine)
    yield Registry(engine)
    engine.dispose()


def publish(registry: Registry, name: str, text: str, *, version: int = 1, account: str | None = None) -> str:
    document = Document(id=name, uri=f"/{name}.md", title=name, account=account)
    chunk = Chunk(f"{name}-{version}", name, 0, "line 1", text)
    registry.stage([Version(document, (chunk,), (name,), Stamp(version, 1, str(version), "r"))])
    registry.publish([chunk.id])
    return chunk.id


def found(lexical: Lexical, registry: Registry, words: str, doors: tuple[str, ...] = (SHARED,)) -> list[str]:
    lexical.sync(registry)
    return [chunk_id for chunk_id, _ in lexical.search([(words, 1.0)], doors, 10)]


@pytest.fixture(params=["folder", "memory"])
def lexical(request: pytest.FixtureRequest, tmp_path: Path) -> Lexical:
    return Lexical(tmp_path / "words" if request.param == "folder" else None)


def test_a_rare_word_finds_its_page_in_any_form(lexical: Lexical, registry: Registry) -> None:
    wanted = publish(registry, "sso", "We support SAML-2 and SCIM provisioning for Müller.")
    publish(registry, "price", "The price of a plan is 60,000 a year.")
    assert found(lexical, registry, "saml") == [wanted]
    assert found(lexical, registry, "provisions for MULLER") == [wanted]
    assert found(lexical, registry, "the and of") == []
    assert found(lexical, registry, "🙂") == []


def test_edited_and_deleted_pages_leave_no_ghost(lexical: Lexical, registry: Registry) -> None:
    publish(registry, "a", "the old zebra rule")
    assert found(lexical, registry, "zebra") == ["a-1"]
    publish(registry, "a", "the new giraffe rule", version=2)
    assert (found(lexical, registry, "zebra"), found(lexical, registry, "giraffe")) == ([], ["a-2"])
    registry.bury(["a"])
    assert found(lexical, registry, "giraffe") == []


def test_only_what_stands_behind_the_doors_is_found(lexical: Lexical, registry: Registry) -> None:
    publish(registry, "shared", "discount limits")
    publish(registry, "secret", "discount for Acme", account="acme")
    behind = door(Document(id="y", uri="y", title="y", account="acme"))
    assert found(lexical, registry, "discount") == ["shared-1"]
    assert sorted(found(lexical, registry, "discount", (SHARED, behind))) == ["secret-1", "shared-1"]
    assert found(lexical, registry, "discount", ()) == []


def test_words_that_stand_together_count_more(lexical: Lexical, registry: Registry) -> None:
    publish(registry, "apart", "deal terms are long here, and at the other end of it there is the desk")
    together = publish(registry, "together", "ask the deal desk and wait, terms are long and at the end of it")
    assert found(lexical, registry, "deal desk")[0] == together


def test_a_kill_before_the_stamp_is_written_repeats_nothing(tmp_path: Path, registry: Registry) -> None:
    publish(registry, "a", "zebra crossing")
    lexical = Lexical(tmp_path / "words")
    assert found(lexical, registry, "zebra") == ["a-1"]
    next((tmp_path / "words").rglob("stamp.json")).write_text('{"born": "cut sho')
    assert found(Lexical(tmp_path / "words"), registry, "zebra") == ["a-1"]


def test_a_second_process_sees_what_the_first_took_in(tmp_path: Path, registry: Registry) -> None:
    one, other = Lexical(tmp_path / "words"), Lexical(tmp_path / "words")
    publish(registry, "a", "zebra crossing")
    assert found(one, registry, "zebra") == ["a-1"]
    assert found(other, registry, "zebra") == ["a-1"]
    publish(registry, "b", "another zebra")
    assert sorted(found(other, registry, "zebra")) == ["a-1", "b-1"]
    assert sorted(found(one, registry, "zebra")) == ["a-1", "b-1"]


def test_a_damaged_index_is_made_anew(tmp_path: Path, registry: Registry) -> None:
    publish(registry, "a", "zebra crossing")
    found(Lexical(tmp_path / "words"), registry, "zebra")
    next((tmp_path / "words").rglob("meta.json")).write_text("not what it was")
    assert found(Lexical(tmp_path / "words"), registry, "zebra") == ["a-1"]


def test_another_database_is_not_taken_for_this_one(tmp_path: Path, registry: Registry) -> None:
    publish(registry, "a", "zebra crossing")
    lexical = Lexical(tmp_path / "words")
    found(lexical, registry, "zebra")
    engine = create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    create_all(engine)
    other = Registry(engine)
    publish(other, "c", "giraffe park")
    assert (found(lexical, other, "zebra"), found(lexical, other, "giraffe")) == ([], ["c-1"])
    engine.dispose()
