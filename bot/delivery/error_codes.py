"""Slack's error codes by kind. A code that is not listed is judged by the words it is made of."""

import re

from bot.errors import ErrorKind

_LISTED = {
    ErrorKind.TOKEN: (
        "account_inactive app_uninstalled accesslimited enterprise_is_restricted invalid_auth invalid_token"
        " not_authed org_login_required ekm_access_denied team_access_not_granted team_disabled"
        " team_not_found token_expired token_revoked two_factor_setup_required"
    ),
    ErrorKind.PERMISSION: (
        "access_denied as_user_not_supported messages_tab_disabled missing_scope no_permission"
        " not_allowed_token_type"
    ),
    ErrorKind.CHANNEL: (
        "channel_is_limited_access channel_not_found external_channel_migrating is_archived is_inactive"
        " not_in_channel posting_to_general_channel_denied posting_to_channel_denied restricted_action"
        " restricted_action_non_threadable_channel restricted_action_read_only_channel"
        " restricted_action_thread_locked restricted_action_thread_only_channel"
    ),
    ErrorKind.ACCOUNT: (
        "cannot_dm_bot cannot_message_own_bot not_reachable user_disabled user_is_bot user_not_found"
        " user_not_visible users_not_found"
    ),
    ErrorKind.MESSAGE: (
        "block_mismatch cannot_reply_to_message cant_update_message duplicate_message_not_found"
        " edit_window_closed invalid_blocks markdown_text_conflict message_not_found metadata_too_large"
        " msg_blocks_too_long msg_too_long no_text slack_connect_blocked_file_type thread_not_found"
        " too_many_attachments"
    ),
    ErrorKind.SERVER: (
        "fatal_error internal_error message_limit_exceeded request_timeout service_unavailable"
        " team_added_to_org"
    ),
}
_KIND_BY_CODE = {code: kind for kind, codes in _LISTED.items() for code in codes.split()}
# The first that fits counts. What somebody may put right comes before what is wrong with the message: where
# in doubt, a message waits.
_PATTERNS = (
    (ErrorKind.TOKEN, r"(^|_)(auth|authed|token|login|team|org|enterprise|workspace|two_factor|2fa)(_|$)"),
    (ErrorKind.TOKEN, r"^(account|app|bot)_"),
    (ErrorKind.CHANNEL, r"channel|conversation|archived|^restricted|^posting_|^not_in_|_not_in_"),
    (ErrorKind.PERMISSION, r"scope|permission|access|denied|forbidden|not_allowed|not_enabled|policy"),
    (ErrorKind.PERMISSION, r"_(blocked|prohibited|not_permitted)$|^no_access"),
    (ErrorKind.ACCOUNT, r"(^|_)(user|users|member)(_|$)"),
    (ErrorKind.MESSAGE, r"^not_found$|^(invalid|too|cant|cannot|msg|message|thread|missing|duplicate)_"),
    (ErrorKind.PERMISSION, r"_disabled$|^(no|not)_"),
    (ErrorKind.MESSAGE, r"_too_(long|large|many|old)$|_(conflict|mismatch|not_found)$"),
    (
        ErrorKind.SERVER,
        r"^http_5\d\d$|^fatal|^internal|_(unavailable|error|timeout|timed_out|limit_exceeded)$",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
MAX_CODE_LENGTH = 60


def kind_of(code: str) -> ErrorKind:
    """What a call failed for. code: Slack's, or "http_503" for an answer without one."""
    listed = _KIND_BY_CODE.get(code)
    if listed is not None:
        return listed
    short = code[:MAX_CODE_LENGTH]
    return next((kind for kind, pattern in _COMPILED if pattern.search(short)), ErrorKind.UNKNOWN)
