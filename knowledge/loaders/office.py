"""What the three office formats share: a zip that may be damaged, encrypted or a bomb, and its properties."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any

from knowledge.errors import NotReadable

MOST_UNPACKED = 200_000_000
"""bytes that the parts of one document may unpack to"""
ENCRYPTED = b"\xd0\xcf\x11\xe0"
"""how the container begins in which office programs encrypt, and the formats of before 2007"""


@contextmanager
def opened(data: bytes, what: str) -> Iterator[bytes]:
    """Give a document's bytes once they are safe to unpack; whatever breaks while reading is NotReadable."""
    if data.startswith(ENCRYPTED):
        raise NotReadable(f"the {what} is protected by a password or of an old format; save it anew without one")
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise NotReadable(f"the {what} unpacks to more than {MOST_UNPACKED // 1_000_000} MB; split it")
        yield data
    except NotReadable:
        raise
    # The parsers raise whatever they stumble over: KeyError, lxml's and zlib's errors, AttributeError.
    except Exception as error:
        raise NotReadable(f"the {what} is damaged; open it and save it anew") from error


def front(author: object, modified: object) -> dict[str, Any]:
    """Give author and date, where the document has them."""
    date = modified.date() if isinstance(modified, datetime) else None
    found = {"author": str(author or "").strip(), "date": date}
    return {name: value for name, value in found.items() if value and value not in ("python-docx", "openpyxl")}
