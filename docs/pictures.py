"""Draw docs/images: what Slack shows of the sample company, in a quiet style of our own; needs Chromium.

python docs/pictures.py
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageChops

from bot.app import App
from bot.assistant import Request
from bot.charts import png
from bot.proposals import Chart, Series
from bot.settings import Settings
from bot.slack.proposals.cards import card_view
from bot.slack.showing import views

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
table{border-collapse:collapse;margin:6px 0}td{border:1px solid #ddd;padding:4px 10px}
</style><div class="who">Seller Assistant<i>APP</i></div>"""


def main() -> None:
    """Draw every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["SELLER_HOME"] = home
        subprocess.run([sys.executable, "-m", "bot", "demo"], input="", text=True, check=True, capture_output=True)
        with App(Settings()) as app:
            for name, message in _messages(app):
                _shoot(name, PAGE + "".join(map(_html, message.blocks)), Path(home))
            (IMAGES / "chart.png").write_bytes(png(_funnel(app)))


def _messages(app: App) -> Iterator[tuple[str, views.Message]]:
    user = app.user(None)
    for name, words in QUESTIONS.items():
        reply = app.assistant.answer(Request(text=words, user=user, now=app.clock(), thread=name))
        if name == "proposal" and reply.proposal:
            yield name, views.card(card_view(reply.proposal, app.rights.reader_for(user)))
        else:
            yield name, views.answer(reply.draft, reply.request_id)[0]


def _funnel(app: App) -> Chart:
    deals = [deal for deal in app.reader.opportunities() if not deal.is_closed and deal.amount]
    stages = [stage for stage in sorted(app.reader.stages(), key=lambda s: s.order) if not stage.is_closed]
    sums: Counter[str] = Counter()
    for deal in deals:
        sums[deal.stage] += int(deal.amount or 0)
    labels = tuple(stage.name for stage in stages if sums[stage.name])
    values = tuple(float(sums[label]) for label in labels)
    series = (Series(name="Amount", values=values),)
    return Chart(kind="barh", title="Open pipeline by stage", alt="By stage.", labels=labels, series=series, unit="USD")


def _html(block: views.Block) -> str:
    if block["type"] == "actions":
        buttons = (f'<button class="{b.get("style", "")}">{b["text"]["text"]}</button>' for b in block["elements"])
        return f"<div>{''.join(buttons)}</div>"
    if block["type"] == "table":
        rows = ("".join(f"<td>{cell['text']}</td>" for cell in row) for row in block["rows"])
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    texts = [block["text"]] if "text" in block else block["elements"]
    return "".join(f'<div class="{block["type"]}">{_marked(text["text"])}</div>' for text in texts)


def _marked(text: str) -> str:
    linked = re.sub(r"<([^|<>]+)\|([^<>]*)>", r'<a href="\1">\2</a>', text)
    bold = re.sub(r"^(\*)(.+?)\*", r"<b>\2</b>", linked, flags=re.MULTILINE)
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
