"""Files that people dropped and the app uploaded, of the loopback Slack."""

from functools import cached_property
from typing import Any

Plain = dict[str, Any]


class SlackFiles:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""

    @cached_property
    def pictures(self) -> list[Plain]:
        """What the app uploaded and shared: channel, thread_ts, title, alt and data."""
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
            self.pictures.append({**where, "title": file["title"], "alt": sent["alt"], "data": sent["data"]})
        return {"files": params["files"]}
