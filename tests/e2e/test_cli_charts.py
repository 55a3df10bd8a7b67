"""`--charts FOLDER` saves each chart of an answer as a picture and its figures as CSV, and says where."""

import csv
import json
from pathlib import Path

from PIL import Image

from bot.charts import file_name
from bot.proposals import Chart
from tests.conftest import Seller

NOW = "2026-11-16T09:00:00Z"
DANA = ("--as", "dana.whitfield@fernhollow.example", "--now", NOW)


def test_charts_are_saved_beside_what_is_there(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "charts"
    told = json.loads(seller("pipeline", "--json", "--charts", str(folder), *DANA).out)
    names = [file_name(Chart.model_validate(chart)) for chart in told["charts"]]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{n}.{end}" for n in names for end in ("csv", "png")
    )
    for chart, name in zip(told["charts"], names, strict=True):
        with Image.open(folder / f"{name}.png") as picture:
            assert picture.width == 1080
        _, *rows = csv.reader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines())
        assert [(row[0], float(row[1])) for row in rows] == list(
            zip(chart["labels"], chart["series"][0]["values"], strict=True)
        )
    said = seller("pipeline", "--charts", str(folder), *DANA).out
    assert [line for line in said.splitlines() if line.startswith("Saved ")] == [
        f"Saved {folder / name}-1.png and {folder / name}-1.csv: {chart['alt']}"
        for chart, name in zip(told["charts"], names, strict=True)
    ]


def test_a_question_has_its_charts_too(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    seller("ask", "show me the pipeline", "--charts", str(tmp_path / "charts"), *DANA)
    assert {path.suffix for path in (tmp_path / "charts").iterdir()} == {".csv", ".png"}


def test_with_json_the_words_are_on_standard_error(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    ran = seller("pipeline", "--json", "--charts", str(tmp_path), *DANA)
    assert json.loads(ran.out)["skill"] == "pipeline"
    assert f"Saved {tmp_path}" in ran.err


def test_an_answer_without_a_chart_says_so(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    ran = seller("ask", "hello", "--charts", str(tmp_path / "none"), *DANA)
    assert ran.out.splitlines()[-1] == "This answer has no chart, so none was saved."
    assert not (tmp_path / "none").exists()


def test_a_file_is_no_folder_for_charts(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    ran = seller("pipeline", "--charts", str(tmp_path / "f"), *DANA)
    assert (ran.code, ran.err.replace("\n", " ").strip()) == (
        2,
        f"{tmp_path / 'f'} is no folder; name one for the charts, it is made if it is not there.",
    )
