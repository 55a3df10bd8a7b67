"""Agent sessions, suggested prompts and streams of the loopback Slack."""

from typing import Any

from slack_blocks import Plain, Shown

STATUSES = ("active", "processing", "suspended", "closed")
MOST_MARKDOWN = 12_000


class Agents:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""

    def __init__(self) -> None:
        self.sessions: dict[tuple[str, str], Plain] = {}
        """(channel, thread) → status, title and the statuses it went through"""
        self.streaming: dict[str, str] = {}
        """timestamp of a message that grows → its text so far"""

    def session(self, channel: str, thread_ts: str) -> Plain:
        """The session of a thread."""
        return self.sessions[channel, thread_ts]

    def _do_agents_sessions_setstatus(self, params: Plain) -> Plain:
        if params["status"] not in STATUSES or len(params.get("title", "")) > 200 or not params.get("thread_ts"):
            return {"ok": False, "error": "invalid_arguments"}
        key, status = (params["channel_id"], params["thread_ts"]), params["status"]
        made = {"title": params.get("title"), "by": params.get("initiator_user_id"), "went": []}
        session = self.sessions.setdefault(key, made)
        session["status"] = status
        session["went"].append(status)
        return {"status": status, "title": session["title"]}

    def _do_agents_sessions_rename(self, params: Plain) -> Plain:
        session = self.sessions.get((params["channel_id"], params.get("thread_ts", "")))
        if session is None or not 0 < len(params["title"]) <= 200:
            return {"ok": False, "error": "session_not_found" if session is None else "invalid_arguments"}
        session["title"] = params["title"]
        return {"title": params["title"]}

    def _do_assistant_threads_setstatus(self, params: Plain) -> Plain:
        wrong = len(params.get("loading_messages") or ()) > 10 or not (params["channel_id"] and params["thread_ts"])
        return {"ok": False, "error": "invalid_arguments"} if wrong or "status" not in params else {}

    def _do_chat_startstream(self, params: Plain) -> Plain:
        in_channel = not params["channel"].startswith("D")
        recipient = params.get("recipient_user_id") and params.get("recipient_team_id")
        if not params.get("thread_ts") or (in_channel and not recipient):
            return {"ok": False, "error": "invalid_arguments"}
        message = self._grown({**params, "text": params.get("markdown_text") or ""})
        self.streaming[message.ts] = message.text
        return {"channel": message.channel, "ts": message.ts}

    def _do_chat_appendstream(self, params: Plain) -> Plain:
        if params["ts"] not in self.streaming:
            return {"ok": False, "error": "message_not_in_streaming_state"}
        if not 0 < len(params["markdown_text"]) <= MOST_MARKDOWN:
            return {"ok": False, "error": "msg_too_long"}
        self.streaming[params["ts"]] += params["markdown_text"]
        self._find(params).text = self.streaming[params["ts"]]
        return {"channel": params["channel"], "ts": params["ts"]}

    def _do_chat_stopstream(self, params: Plain) -> Plain:
        if self.streaming.pop(params["ts"], None) is None:
            return {"ok": False, "error": "message_not_in_streaming_state"}
        message, key = self._find(params), (params["channel"], self._find(params).thread_ts or "")
        if key in self.sessions:
            self._do_agents_sessions_setstatus(
                {"channel_id": key[0], "thread_ts": key[1], "status": params.get("session_status", "active")}
            )
        return {"channel": message.channel, "ts": message.ts, "message": {"text": message.text}}

    def _do_chat_delete(self, params: Plain) -> Plain:
        shown: list[Shown] = self._here.shown
        found = [m for m in shown if (m.channel, m.ts) == (params["channel"], params["ts"])]
        if not found or found[0].user is not None:
            return {"ok": False, "error": "message_not_found"}
        shown.remove(found[0])
        return {"channel": params["channel"], "ts": params["ts"]}

    @property
    def _here(self) -> Any:
        return self

    def _grown(self, params: Plain) -> Shown:
        message: Shown = self._here._show(params)
        return message

    def _find(self, params: Plain) -> Shown:
        message: Shown = self._here.find(params["channel"], params["ts"])
        return message
