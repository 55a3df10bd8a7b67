"""What Slack's refusals mean to a person: the sentence, and whether another way is left (pure)."""

from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.sending.client import AddressGone, SlackUnreachable

TOKEN = frozenset(
    {"token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed", "org_login_required"}
)
ABSENT = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "user_not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "thread_not_found",
        "cannot_reply_to_message",
        "ekm_access_denied",
        "method_not_supported_for_channel_type",
    }
)
"""the place takes no message of ours; a direct message is left"""
SHAPE = frozenset(
    {
        "msg_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "too_many_attachments",
        "invalid_attachments",
        "invalid_arguments",
        "no_text",
    }
)
"""the message is built in a way that Slack does not take; its plain text is left"""
UNREACHABLE = frozenset(
    {"cannot_dm_bot", "user_disabled", "user_not_found", "messages_tab_disabled", "user_not_visible", "not_allowed"}
)
GONE = frozenset(
    {
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "expired_url",
        "used_url",
        "message_limit_exceeded",
    }
)
WHY = {
    "not_in_channel": "I am no member there",
    "channel_not_found": "I do not see that channel",
    "is_archived": "it is archived",
    "user_not_in_channel": "you are no member there",
    "thread_not_found": "that thread is gone",
}
LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"})


def reason(error: BaseException) -> str:
    """Return Slack's own word for a refusal; empty where it gave none."""
    return str(error.response.get("error") or "") if isinstance(error, SlackApiError) else ""


def sentence(error: SlackClientError) -> str | None:
    """Return what a person reads of it; None for what nobody foresaw."""
    if isinstance(error, SlackUnreachable):
        return "Slack did not answer me in time; nothing is lost on your side, please ask again in a minute."
    why = "expired_url" if isinstance(error, AddressGone) else reason(error)
    if why == "missing_scope":
        return missing_scope(getattr(error, "response", {}))
    if why == "ratelimited":
        return "Slack lets me send nothing more for the moment; please ask again in a minute."
    if why in TOKEN:
        return (
            f"Slack no longer takes this app's bot token ({why}); an admin copies it again from the app's page "
            "“OAuth & Permissions” into SELLER_SLACK_BOT_TOKEN and restarts me."
        )
    return _about_the_message(why)


def missing_scope(response: Any) -> str:
    """Say which scope is missing and where it is given."""
    needed = str(response.get("needed") or "one that Slack does not name").replace(",", ", ")
    return (
        f"Slack does not let me do this without the scope {needed}; an admin adds it on the app's page "
        "“OAuth & Permissions” under “Bot Token Scopes” and installs the app again."
    )


def elsewhere(channel: str, error: BaseException) -> str:
    """Return the line above an answer that comes as a direct message, since its own place took none."""
    why = WHY.get(reason(error), "Slack takes no message of mine there")
    where = "there" if channel.startswith("D") else f"in <#{channel}>"
    return f"I could not answer {where} ({why}), so here it is."


def _about_the_message(why: str) -> str | None:
    if why in LATE:
        return "Slack gives three seconds to open a form, and that was too slow; click once more."
    if why in GONE:
        return "The message that I wanted to bring up to date is gone; ask me again to see how things stand."
    if why in ABSENT:
        return f"I cannot write there ({WHY.get(why, why)}); invite me with /invite, or write to me directly."
    if why in UNREACHABLE:
        return (
            f"Slack does not let me write to that person ({why}); they have to open the app's Messages tab themselves."
        )
    if why in SHAPE:
        return "Slack does not take the answer in this form; ask for a part of it."
    return None
