"""Views that the app published or changed, of the loopback Slack."""

from slack_blocks import Plain


class Homes:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""

    modals: list[Plain]

    def _do_views_update(self, params: Plain) -> Plain:
        shown = next(one for one in self.modals if one["id"] == params["view_id"])
        shown.clear()
        shown.update({**params["view"], "id": params["view_id"], "hash": "h2"})
        return {"view": shown}
