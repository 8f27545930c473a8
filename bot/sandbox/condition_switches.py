"""The switches of the page for conditions that stand, with what it says about each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.sandbox.condition_controls import ConditionControls, UnknownTargetError
from bot.sandbox.entities import SandboxChannel, SandboxUser
from bot.sandbox.workspace import SandboxWorkspace

RENAMED_SUFFIX = "-renamed"
TIMEZONES = (
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Etc/UTC",
)
SLACKBOT_TEXT = "You asked me to remind you: look at your actions."


class UnknownConditionError(ValueError):
    """There is no condition, notice, channel or person of that name."""


@dataclass(frozen=True)
class ConditionSwitch:
    """title, description: what the page says. state: what is wrong, in a few words that follow a name.

    is_on, turn: take the id of a channel or person, "" where the condition is of the whole workspace.
    """

    name: str
    title: str
    description: str
    state: str
    is_on: Callable[[SandboxWorkspace, str], bool]
    turn: Callable[[ConditionControls, str, bool], Awaitable[object] | None]
    code: str = ""


@dataclass(frozen=True)
class NoticeButton:
    """Something the bot is sent once. send: takes the id of a person, "" where it concerns nobody."""

    name: str
    title: str
    description: str
    send: Callable[[ConditionControls, str], Awaitable[object]]


def _channel(workspace: SandboxWorkspace, channel_id: str) -> SandboxChannel:
    return workspace.channels[channel_id]


def _user(workspace: SandboxWorkspace, user_id: str) -> SandboxUser:
    return workspace.users[user_id]


def _turn_token(controls: ConditionControls, _target: str, on: bool) -> None:
    controls.revoke_token() if on else controls.renew_token()


def _turn_limits(controls: ConditionControls, _target: str, on: bool) -> None:
    controls.limit_calls(on)


PLATFORM_SWITCHES = (
    ConditionSwitch(
        "token",
        "Take back the token",
        "Every call is refused, as after somebody removed the app. Off again, the token is good again, and"
        " what had to wait goes out.",
        "the token is taken back",
        lambda workspace, _: bool(workspace.conditions.record.token_error),
        _turn_token,
        "token_revoked",
    ),
    ConditionSwitch(
        "limits",
        "Limits on calls",
        "No more calls a minute than Slack allows: 50 to look up an address, 20 to list people or channels."
        " The bot is told how long to wait.",
        "calls are limited",
        lambda workspace, _: workspace.conditions.record.limits_calls,
        _turn_limits,
        "ratelimited",
    ),
)

_SCOPE_LOSSES = {
    "app_mentions:read": "The bot does not hear when somebody mentions it in a channel.",
    "channels:history": "The bot cannot look whether its message is in a public channel already.",
    "channels:read": "The bot cannot find public channels, nor see whether it is in one.",
    "chat:write": "The bot cannot post anything.",
    "files:read": "The bot cannot open what people send it. It gets a page to sign in instead.",
    "files:write": "The bot cannot send a plan as a file.",
    "groups:history": "The bot cannot look whether its message is in a private channel already.",
    "groups:read": "The bot cannot find private channels, nor see whether it is in one.",
    "im:history": "The bot does not hear what people write to it directly.",
    "im:write": "The bot cannot open a direct message with anybody.",
    "users:read": "The bot cannot read who is here, or their timezones.",
    "users:read.email": "The bot cannot find people by their e-mail address.",
}


def _scope_switch(scope: str, loss: str) -> ConditionSwitch:
    def turn(controls: ConditionControls, _target: str, on: bool) -> None:
        controls.remove_scope(scope) if on else controls.grant_scope(scope)

    return ConditionSwitch(
        f"scope {scope}",
        f"Without {scope}",
        loss,
        f"no {scope}",
        lambda workspace, _: scope in workspace.conditions.record.missing_scopes,
        turn,
    )


SCOPE_SWITCHES = tuple(_scope_switch(scope, loss) for scope, loss in _SCOPE_LOSSES.items())

CHANNEL_SWITCHES = (
    ConditionSwitch(
        "removed",
        "Take the bot out",
        "The bot cannot post in the channel. Off again, somebody invites it, and it hears of that.",
        "without the bot",
        lambda workspace, channel: not workspace.is_bot_member(_channel(workspace, channel)),
        lambda controls, channel, on: controls.remove_bot(channel) if on else controls.invite_bot(channel),
        "not_in_channel",
    ),
    ConditionSwitch(
        "archived",
        "Archive it",
        "Nobody can write in the channel any more. The bot hears when it is taken back out of the archive.",
        "archived",
        lambda workspace, channel: _channel(workspace, channel).is_archived,
        lambda controls, channel, on: controls.archive(channel) if on else controls.unarchive(channel),
        "is_archived",
    ),
    ConditionSwitch(
        "renamed",
        "Rename it",
        "The channel gets another name, and stays the same channel for the bot.",
        "renamed",
        lambda workspace, channel: channel in workspace.conditions.record.former_names,
        lambda controls, channel, on: controls.rename_for_a_while(channel, RENAMED_SUFFIX, on=on),
        "channel_rename",
    ),
    ConditionSwitch(
        "shared",
        "Share it with another organisation",
        "People from elsewhere may be in the channel, so the bot should be careful what it shows there.",
        "shared",
        lambda workspace, channel: _channel(workspace, channel).is_ext_shared,
        lambda controls, channel, on: controls.share_channel(channel, on),
        "is_ext_shared",
    ),
)

PERSON_SWITCHES = (
    ConditionSwitch(
        "deactivated",
        "Deactivate the account",
        "They have left: the bot cannot write to them, and they should get nothing more.",
        "deactivated",
        lambda workspace, user: _user(workspace, user).deleted,
        lambda controls, user, on: controls.deactivate(user, on),
        "user_disabled",
    ),
    ConditionSwitch(
        "guest",
        "Make them a guest",
        "A guest of the workspace, such as a supplier. The bot should not show them the plan.",
        "a guest",
        lambda workspace, user: _user(workspace, user).is_restricted,
        lambda controls, user, on: controls.make_guest(user, on),
        "is_restricted",
    ),
    ConditionSwitch(
        "foreign",
        "Let them be of another organisation",
        "Somebody of a shared channel. The bot should not show them the plan.",
        "of another organisation",
        lambda workspace, user: bool(_user(workspace, user).team_id),
        lambda controls, user, on: controls.make_foreign(user, on),
        "team_id",
    ),
)

PLATFORM_NOTICES = (
    NoticeButton(
        "app-rate-limited",
        "Too many events",
        "Slack tells the bot that it will hear no more in this minute. Nothing may break.",
        lambda controls, _: controls.send_app_rate_limited(),
    ),
)
PERSON_NOTICES = (
    NoticeButton(
        "slackbot",
        "A message from Slackbot",
        "Slackbot writes in their messages with the bot. The bot should not answer it.",
        lambda controls, user: controls.post_as_slackbot(user, SLACKBOT_TEXT),
    ),
    NoticeButton(
        "user-token",
        "Their own token is revoked",
        "Slack tells the bot about it. The token of the bot is as good as before, so nothing should change.",
        lambda controls, user: controls.revoke_user_tokens(user),
    ),
)
SWITCHES = {
    one.name: one for one in (*PLATFORM_SWITCHES, *SCOPE_SWITCHES, *CHANNEL_SWITCHES, *PERSON_SWITCHES)
}
NOTICES = {one.name: one for one in (*PLATFORM_NOTICES, *PERSON_NOTICES)}


async def turn_switch(controls: ConditionControls, name: str, target: str, *, on: bool) -> None:
    """UnknownConditionError for a switch, channel or person that does not exist."""
    switch = SWITCHES.get(name)
    if switch is None:
        raise UnknownConditionError(name)
    try:
        done = switch.turn(controls, target, on)
        if done is not None:
            await done
    except UnknownTargetError:
        raise UnknownConditionError(target) from None
    if target:
        controls.remember_switch(f"{name} {target}", on=on)


async def send_notice(controls: ConditionControls, name: str, target: str) -> None:
    """UnknownConditionError for a notice or person that does not exist."""
    notice = NOTICES.get(name)
    if notice is None:
        raise UnknownConditionError(name)
    try:
        await notice.send(controls, target)
    except UnknownTargetError:
        raise UnknownConditionError(target) from None


async def set_timezone(controls: ConditionControls, user: str, tz: str) -> None:
    """UnknownConditionError for a person that does not exist, or a timezone that the page does not offer."""
    if tz not in TIMEZONES:
        raise UnknownConditionError(tz)
    try:
        await controls.set_timezone(user, tz)
    except UnknownTargetError:
        raise UnknownConditionError(user) from None


async def turn_all_off(controls: ConditionControls, workspace: SandboxWorkspace) -> None:
    """Put right what the page's switches have put wrong, and the token, the scopes and the limits."""
    for switch, target in remembered_switches(workspace):
        await turn_switch(controls, switch.name, target, on=False)
    controls.end_all()


def remembered_switches(workspace: SandboxWorkspace) -> list[tuple[ConditionSwitch, str]]:
    """The switches for channels and people that the page has turned on, with the ids of their targets."""
    return [
        (SWITCHES[name], target)
        for name, _, target in (each.rpartition(" ") for each in workspace.conditions.record.switched_on)
        if name in SWITCHES and (target in workspace.channels or target in workspace.users)
    ]
