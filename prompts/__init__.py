"""Prompts as Markdown files: strict placeholders, inserted text marked as data, versions by content."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
DATA_TAG = re.compile(r"<(?=\s*/?\s*data\b)", re.IGNORECASE)
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
FRONT_MATTER = re.compile(r"\A---\n(?P<head>.*?\n)---\n(?P<body>.*)\Z", re.DOTALL)
DIVIDER = "\n---\n"
"""parts the static text (system message) from the data (user message)"""


class PromptError(ValueError):
    """A prompt file that breaks the rules, or inputs that do not fit it."""


@dataclass(frozen=True)
class Rendered:
    """Two messages for a model, and what they were made from."""

    name: str
    version: str
    system: str
    user: str


@dataclass(frozen=True)
class Prompt:
    """One prompt file with its partials."""

    name: str
    description: str
    inputs: tuple[str, ...]
    static: str
    template: str
    version: str
    """first 12 hexadecimal digits of the SHA-256 over the file and its partials"""

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """Template cut at its placeholders: text, name, text, name, …, text."""
        return tuple(PLACEHOLDER.split(self.template))

    def render(self, **inputs: str) -> Rendered:
        """Fill the template; inserted text is tagged as data and never expanded again.

        Raises PromptError naming the inputs that are missing or surplus.
        """
        missing, surplus = sorted(set(self.inputs) - set(inputs)), sorted(set(inputs) - set(self.inputs))
        if missing or surplus:
            raise PromptError(f"Prompt {self.name}: missing inputs {missing}, surplus inputs {surplus}.")
        user = "".join(
            piece if at % 2 == 0 else as_data(piece.strip(), inputs[piece.strip()])
            for at, piece in enumerate(self.pieces)
        )
        return Rendered(self.name, self.version, self.static, user)


def as_data(name: str, text: str) -> str:
    """Wrap text so that a model can tell it from instructions; a tag inside the text cannot close the wrap."""
    safe = DATA_TAG.sub("&lt;", INVISIBLE.sub("", text))
    return f'<data name="{name}">\n{safe.strip()}\n</data>'


@cache
def load(name: str) -> Prompt:
    """Read `NAME.md` and the partials it includes.

    Raises PromptError where there is no such prompt or its file breaks the rules.
    """
    return parse(name, _read(f"{name}.md"), _read)


def names() -> tuple[str, ...]:
    """Names of all prompts, without partials."""
    return tuple(sorted(path.stem for path in FOLDER.glob("[!_]*.md")))


def parse(name: str, text: str, read: Callable[[str], str]) -> Prompt:
    """Make a prompt of a file's text; `read` fetches a partial by its file name."""
    found = FRONT_MATTER.match(text)
    if not found:
        raise PromptError(f"Prompt {name}: the front matter between two lines of --- is missing.")
    head = yaml.safe_load(found["head"])
    if not isinstance(head, dict) or set(head) != {"description", "inputs", "include"}:
        raise PromptError(f"Prompt {name}: the front matter needs description, inputs and include, nothing else.")
    partials = [read(f"{partial}.md") for partial in head["include"]]
    static, divider, template = found["body"].partition(DIVIDER)
    inputs = tuple(str(name) for name in head["inputs"])
    _check(name, inputs, "\n".join([static, *partials]), template if divider else None)
    system = "\n\n".join(part.strip() for part in (static, *partials))
    return Prompt(name, str(head["description"]), inputs, system, template.strip(), _version(text, *partials))


def _check(name: str, inputs: tuple[str, ...], static: str, template: str | None) -> None:
    """Refuse a file whose placeholders and declared inputs differ, or whose static text holds a placeholder."""
    if template is None:
        raise PromptError(f"Prompt {name}: a line of --- must part the static text from the data.")
    if PLACEHOLDER.search(static):
        raise PromptError(f"Prompt {name}: placeholders belong below the line of ---.")
    used = {found.strip() for found in PLACEHOLDER.findall(template)}
    if used != set(inputs):
        raise PromptError(f"Prompt {name}: declares {sorted(inputs)} and uses {sorted(used)}.")


def _read(file: str) -> str:
    path = FOLDER / file
    if not re.fullmatch(r"_?[a-z][a-z_]*\.md", file) or not path.is_file():
        raise PromptError(f"There is no prompt file {file}.")
    return path.read_text(encoding="utf-8")


def _version(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
