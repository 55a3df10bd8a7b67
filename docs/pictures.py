"""Draw docs/images: what Slack shows of the sample company, in a quiet style of our own; needs Chromium.

python docs/pictures.py
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

from PIL import Image, ImageChops

from bot.app import App
from bot.assistant import Request
from bot.charts import png
from bot.commands.serve import kit
from bot.settings import Settings
from bot.slack.home.reading import shown
from bot.slack.proposals.cards import card_view
from bot.slack.showing import card_views, home_views, views
from bot.store.preferences import Preference

IMAGES = Path(__file__).parent / "images"
QUESTIONS = {
    "brief": "brief me on Northwick",
    "proposal": "log that I spoke to Northwick's CFO, push close to the 30th, follow up Tuesday",
}
WIDE = 720
PAGE = """<meta charset="utf-8"><style>
body{margin:0;padding:18px;background:#fff;color:#1d1c1d;font:15px/1.46 "Liberation Sans",Arial,sans-serif;width:684px}
.who{font-weight:700;margin-bottom:2px}.who i{font:11px Arial;background:#e8e8e8;border-radius:3px;padding:1px 4px;margin-left:6px}
.section{margin:6px 0}.context{color:#616061;font-size:13px;margin:6px 0}a{color:#1264a3;text-decoration:none}s{color:#616061}
button{font:700 13px Arial;border:1px solid #bbb;border-radius:4px;background:#fff;padding:5px 12px;margin:2px 8px 8px 0}
.primary{background:#1f6e54;border-color:#1f6e54;color:#fff}.danger{color:#b3261e;border-color:#b3261e}
h3{margin:8px 0}.beside{float:right;margin-left:12px}
table{border-collapse:collapse;margin:6px 0}td{border:1px solid #ddd;padding:4px 10px}
</style><div class="who">Seller Assistant<i>APP</i></div>"""


def main() -> None:
    """Draw every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["SELLER_HOME"] = home
        subprocess.run([sys.executable, "-m", "bot", "demo"], input="", text=True, check=True, capture_output=True)
        with App(Settings()) as app:
            for name, blocks in [*_messages(app), ("home", _home(app))]:
                _shoot(name, PAGE + "".join(map(_html, blocks)), Path(home))
            (IMAGES / "chart.png").write_bytes(_funnel(app))


def _messages(app: App) -> Iterator[tuple[str, list[views.Block]]]:
    user = app.user(None)
    for name, words in QUESTIONS.items():
        reply = app.assistant.answer(Request(text=words, user=user, now=app.clock(), thread=name))
        if name == "proposal" and reply.proposal:
            view = card_view(reply.proposal, app.rights.reader_for(user), app.clock())
            yield name, card_views.card(view).blocks
        else:
            yield name, views.answer(reply.draft, reply.request_id)[0].blocks


def _funnel(app: App) -> bytes:
    """The chart that the answer about the pipeline brings."""
    reply = app.assistant.answer(Request(text="show me the pipeline", user=app.user(None), now=app.clock(), thread="p"))
    return png(reply.draft.charts[0])


def _home(app: App) -> list[views.Block]:
    """App Home of the sample company's seller at breakfast, when the day's appointments lie ahead."""
    user = app.user(None)
    morning = datetime.combine(app.clock().date(), time(7, 30), UTC)
    found: list[views.Block] = home_views.home(shown(kit(app), user, Preference(user_id=user.id), morning), "D1")[
        "blocks"
    ]
    return found


def _html(block: views.Block) -> str:
    if block["type"] == "header":
        return f"<h3>{block['text']['text']}</h3>"
    if block["type"] == "actions":
        return f"<div>{''.join(map(_button, block['elements']))}</div>"
    if block["type"] == "table":
        sides = [setting["align"] for setting in block["column_settings"]]
        rows = (
            "".join(f'<td align="{side}">{cell["text"]}</td>' for side, cell in zip(sides, row, strict=True))
            for row in block["rows"]
        )
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    texts = [block["text"]] if "text" in block else block["elements"]
    beside = f'<div class="beside">{_button(block["accessory"])}</div>' if "accessory" in block else ""
    return beside + "".join(f'<div class="{block["type"]}">{_marked(text["text"])}</div>' for text in texts)


def _button(button: views.Block) -> str:
    return f'<button class="{button.get("style", "")}">{button["text"]["text"]}</button>'


def _marked(text: str) -> str:
    linked = re.sub(r"<([^|<>]+)\|([^<>]*)>", r'<a href="\1">\2</a>', text)
    bold = re.sub(r"^(• )?\*(.+?)\*", r"\1<b>\2</b>", linked, flags=re.MULTILINE)
    return re.sub(r"~(.+?)~", r"<s>\1</s>", bold).replace("\n", "<br>")


def _shoot(name: str, page: str, folder: Path) -> None:
    source, shot = folder / f"{name}.html", folder / f"{name}.png"
    source.write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={WIDE},2000"]
    command = ["chromium", *options, f"--screenshot={shot}", source.as_uri()]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # our own page
    with Image.open(shot) as opened:
        whole = opened.convert("RGB")
    box = ImageChops.difference(whole, Image.new("RGB", whole.size, "white")).getbbox()
    bottom = (box[3] if box else whole.height) + 18
    whole.crop((0, 0, WIDE, min(bottom, whole.height))).quantize(64).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
