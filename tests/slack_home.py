"""Views that the app published and prompts that it offered, of the loopback Slack."""

from slack_blocks import Call, Plain, Shown


class Homes:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""

    modals: list[Plain]
    calls: list[Call]

    def _do_views_update(self, params: Plain) -> Plain:
        shown = next(one for one in self.modals if one["id"] == params["view_id"])
        shown.clear()
        shown.update({**params["view"], "id": params["view_id"], "hash": "h2"})
        return {"view": shown}

    def _do_views_publish(self, params: Plain) -> Plain:
        return {"view": {**params["view"], "id": f"VHOME{params['user_id']}", "hash": "h1"}}

    def _do_assistant_threads_setsuggestedprompts(self, params: Plain) -> Plain:
        assert 0 < len(params["prompts"]) <= 4
        # With agent_view the prompts belong to the direct message, and a thread makes the call fail.
        return {"ok": False, "error": "invalid_thread_ts"} if "thread_ts" in params else {}

    def home_of(self, user_id: str) -> Shown | None:
        """The tab as it was drawn last for a person; None where it never was."""
        views = [c.params["view"] for c in self.calls if c.method == "views.publish" and c.params["user_id"] == user_id]
        return Shown("", "", "", views[-1]["blocks"], user_id) if views else None
