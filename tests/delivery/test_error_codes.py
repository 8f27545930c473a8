"""Every error code is of a kind, also one that Slack has not thought of yet."""

import pytest

from bot.delivery.error_codes import kind_of
from bot.errors import ErrorKind

TOKEN, PERMISSION, CHANNEL, ACCOUNT, MESSAGE, SERVER, UNKNOWN = (
    ErrorKind.TOKEN,
    ErrorKind.PERMISSION,
    ErrorKind.CHANNEL,
    ErrorKind.ACCOUNT,
    ErrorKind.MESSAGE,
    ErrorKind.SERVER,
    ErrorKind.UNKNOWN,
)


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (TOKEN, "invalid_auth not_authed token_revoked token_expired account_inactive org_login_required"),
        (TOKEN, "ekm_access_denied team_access_not_granted two_factor_setup_required token_rotated"),
        (PERMISSION, "missing_scope no_permission not_allowed_token_type messages_tab_disabled"),
        (PERMISSION, "access_denied_by_policy feature_not_enabled sharing_disabled not_paid"),
        (CHANNEL, "not_in_channel channel_not_found is_archived restricted_action"),
        (CHANNEL, "restricted_action_read_only_channel restricted_action_of_next_year"),
        (CHANNEL, "channel_is_frozen invalid_channel user_not_in_channel"),
        (ACCOUNT, "user_disabled user_not_found cannot_dm_bot user_is_restricted"),
        (MESSAGE, "invalid_blocks msg_too_long invalid_something too_many_pictures message_not_found"),
        (MESSAGE, "no_text metadata_too_large"),
        (SERVER, "fatal_error internal_error service_unavailable request_timeout http_500 http_503"),
        (SERVER, "upstream_unavailable"),
        (UNKNOWN, "blue_moon http_418 http_403"),
    ],
)
def test_a_code_is_of_a_kind(kind: ErrorKind, codes: str) -> None:
    assert {code: kind_of(code) for code in codes.split()} == dict.fromkeys(codes.split(), kind)


def test_an_endless_code_is_judged_by_its_beginning() -> None:
    assert kind_of("x" * 100_000 + "_channel") is UNKNOWN
