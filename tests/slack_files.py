"""Files that people dropped and the app uploaded, of the loopback Slack."""

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from slack_blocks import Plain

TYPES = {
    "vtt": ("vtt", "text/vtt"), "srt": ("srt", "application/x-subrip"), "txt": ("text", "text/plain"),
    "json": ("json", "application/json"), "md": ("markdown", "text/markdown"), "png": ("png", "image/png"),
    "pdf": ("pdf", "application/pdf"), "mp4": ("mp4", "video/mp4"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}  # fmt: skip
"""ending → what Slack calls it, and its media type"""


@dataclass
class Dropped:
    """A file in this Slack: what is told of it, and what a download gives."""

    plain: Plain
    data: bytes
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    """what the next downloads give instead"""


class SlackFiles:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""

    changed: threading.Condition

    @property
    def files(self) -> dict[str, Dropped]:
        """The files by id."""
        held: dict[str, Dropped] = self.__dict__.setdefault("_files", {})
        return held

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """(file, token) of every download."""
        made: list[tuple[str, str]] = self.__dict__.setdefault("_downloads", [])
        return made

    def drop(self, name: str, data: bytes, **more: Any) -> Plain:
        """Keep a file that a person uploads; gives what an event tells of it."""
        number = len(self.files) + 1
        file_id, (filetype, kind) = (
            f"F{number}",
            TYPES.get(name.rpartition(".")[2], ("binary", "application/octet-stream")),
        )
        plain = {
            "id": file_id, "name": name, "title": name, "mimetype": kind, "filetype": filetype, "size": len(data),
            "mode": "hosted", "is_external": False,
            "url_private": f"{self._root}/files/{file_id}/{name}",
            "url_private_download": f"{self._root}/files/{file_id}/download/{name}",
            "permalink": f"https://t1.example.test/files/{file_id}/{name}",
        }  # fmt: skip
        self.files[file_id] = Dropped({**plain, **more}, data)
        return self.files[file_id].plain

    @property
    def _root(self) -> str:
        url: str = self.api_url  # type: ignore[attr-defined]
        return url.removesuffix("/api/")

    def _do_files_info(self, params: Plain) -> Plain:
        found = self.files.get(params["file"])
        return {"file": found.plain} if found else {"ok": False, "error": "file_not_found"}

    def download(self, path: str, token: str) -> tuple[int, dict[str, str], bytes]:
        """Give a file's bytes to who has the bot's token."""
        file_id = path.split("/")[2]
        with self.changed:
            self.downloads.append((file_id, token))
            self.changed.notify_all()
        found = self.files.get(file_id)
        if found is None:
            return 404, {}, b""
        if found.answers:
            return found.answers.pop(0)
        if token != "xoxb-loopback":
            return 302, {"Location": "https://t1.slack.example/?redir=login"}, b""
        return 200, {"Content-Type": found.plain["mimetype"]}, found.data

    @cached_property
    def pictures(self) -> list[Plain]:
        """What the app uploaded and shared: channel, thread_ts, title, alt and data; without sheets of figures."""
        return []

    @cached_property
    def sheets(self) -> list[tuple[str, str]]:
        """(title, text) of the CSV files that came in one message with another file."""
        return []

    @cached_property
    def _uploads(self) -> dict[str, Plain]:
        return {}

    def take_upload(self, key: str, data: bytes) -> None:
        """Keep the bytes that were sent to an address for uploads."""
        self._uploads[key]["data"] = data

    def _do_files_getuploadurlexternal(self, params: Plain) -> Plain:
        key = f"F{len(self._uploads) + 1}"
        self._uploads[key] = {"alt": params.get("alt_txt"), "length": int(params["length"])}
        return {"file_id": key, "upload_url": f"{self.api_url.removesuffix('/api/')}/upload/{key}"}  # type: ignore[attr-defined]

    def _do_files_completeuploadexternal(self, params: Plain) -> Plain:
        for file in params["files"]:
            sent = self._uploads[file["id"]]
            assert len(sent["data"]) == sent["length"]
            where = {"channel": params.get("channel_id"), "thread_ts": params.get("thread_ts")}
            if file["title"].endswith(".csv") and len(params["files"]) > 1:
                self.sheets.append((file["title"], sent["data"].decode()))
                continue
            self.pictures.append({**where, "title": file["title"], "alt": sent["alt"], "data": sent["data"]})
        return {"files": params["files"]}
