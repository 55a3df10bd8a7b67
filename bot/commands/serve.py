"""`seller serve`: Slack until stopped."""

from bot.app import App
from bot.slack.listeners import build_app, serve


def run(app: App, http_port: int | None) -> None:
    """Answer in Slack over Socket Mode, or over HTTP on a port; this process applies approved changes."""
    bolt = build_app(app.settings, app.assistant, app.approvals, app.reader, app.deliveries, app.clock, app.loop)
    app.deliveries.forget_old(app.clock())
    app.work()
    serve(app.settings, bolt, http_port)
