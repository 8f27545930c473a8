"""The page's endpoints for conditions that stand until they are put right."""

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.condition_controls import ConditionControls
from bot.sandbox.condition_switches import (
    CHANNEL_SWITCHES,
    PERSON_NOTICES,
    PERSON_SWITCHES,
    PLATFORM_NOTICES,
    PLATFORM_SWITCHES,
    SCOPE_SWITCHES,
    TIMEZONES,
    ConditionSwitch,
    NoticeButton,
    UnknownConditionError,
    remembered_switches,
    send_notice,
    set_timezone,
    turn_all_off,
    turn_switch,
)
from bot.sandbox.entities import Json
from bot.sandbox.page_api.actions import require_text
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.workspace import SandboxWorkspace

SCOPES_WORDS = "As if whoever put the app in had left one out. What needs it is refused with missing_scope."
CODE_WORDS = "In the words of Slack:"
UNKNOWN_CONDITION = "There is no such condition, channel or person here."


@dataclass(frozen=True)
class ConditionEndpoints:
    workspace: SandboxWorkspace
    controls: ConditionControls
    time: TimeTravel

    async def read(self, _request: web.Request) -> web.Response:
        return web.json_response(describe_conditions(self.workspace))

    async def change(self, request: web.Request) -> web.Response:
        """Turn a switch (`name`, `on`, and `target` where it is of a channel or person), set a timezone
        (`timezone`, `target`), send a notice (`notice`, `target`) or put everything right (`clear`).
        """
        body = await read_json(request)
        try:
            await self._apply(body)
        except UnknownConditionError:
            raise PageError(UNKNOWN_CONDITION, 404) from None
        if body.get("clear") or body.get("on") is False:
            await self.time.retry_refused()
        return web.json_response(describe_conditions(self.workspace))

    async def _apply(self, body: Json) -> None:
        target = require_text(body, "target") if "target" in body else ""
        if body.get("clear"):
            await turn_all_off(self.controls, self.workspace)
        elif "notice" in body:
            await send_notice(self.controls, require_text(body, "notice"), target)
        elif "timezone" in body:
            await set_timezone(self.controls, target, require_text(body, "timezone"))
        else:
            if not isinstance(body.get("on"), bool):
                raise PageError("On must be true or false.")
            await turn_switch(self.controls, require_text(body, "name"), target, on=body["on"])


def describe_conditions(workspace: SandboxWorkspace) -> Json:
    """Every switch with its state, as JSON for the page."""
    channels = {one.id: one for one in workspace.channels.values() if not one.is_im}
    people = {one.id: one for one in workspace.directory.people()}
    return {
        "standing": list(_standing(workspace)),
        "groups": [
            _group("platform", "The token and the limits", workspace, PLATFORM_SWITCHES)
            | {"notices": [_notice_payload(one) for one in PLATFORM_NOTICES]},
            _group("scopes", "Permissions of the app", workspace, SCOPE_SWITCHES)
            | {"notices": [], "words": SCOPES_WORDS},
            {
                "id": "channel",
                "title": "A channel",
                "label": "Which channel",
                "code_words": CODE_WORDS,
                "switches": [_switch_payload(one) for one in CHANNEL_SWITCHES],
                "notices": [],
                "targets": [
                    {"id": id_, "name": f"#{one.name}", "on": _names_on(workspace, CHANNEL_SWITCHES, id_)}
                    for id_, one in channels.items()
                ],
            },
            {
                "id": "person",
                "title": "A person",
                "label": "Which person",
                "code_words": CODE_WORDS,
                "switches": [_switch_payload(one) for one in PERSON_SWITCHES],
                "notices": [_notice_payload(one) for one in PERSON_NOTICES],
                "timezones": list(TIMEZONES),
                "targets": [
                    {
                        "id": id_,
                        "name": one.real_name,
                        "tz": one.tz,
                        "on": _names_on(workspace, PERSON_SWITCHES, id_),
                    }
                    for id_, one in people.items()
                ],
            },
        ],
    }


def _group(id_: str, title: str, workspace: SandboxWorkspace, switches: tuple[ConditionSwitch, ...]) -> Json:
    """A group of the whole workspace: its one target has no name."""
    return {
        "id": id_,
        "title": title,
        "code_words": CODE_WORDS,
        "switches": [_switch_payload(one) for one in switches],
        "targets": [{"id": "", "name": "", "on": _names_on(workspace, switches, "")}],
    }


def _names_on(workspace: SandboxWorkspace, switches: tuple[ConditionSwitch, ...], target: str) -> list[str]:
    return [one.name for one in switches if one.is_on(workspace, target)]


def _standing(workspace: SandboxWorkspace) -> Iterator[str]:
    """What is wrong, each in a few words: "the token is taken back", "#board: archived"."""
    for switch in (*PLATFORM_SWITCHES, *SCOPE_SWITCHES):
        if switch.is_on(workspace, ""):
            yield switch.state
    for switch, target in remembered_switches(workspace):
        if switch.is_on(workspace, target):
            yield f"{_target_name(workspace, target)}: {switch.state}"


def _target_name(workspace: SandboxWorkspace, target: str) -> str:
    channel = workspace.channels.get(target)
    return f"#{channel.name}" if channel else workspace.users[target].real_name


def _switch_payload(switch: ConditionSwitch) -> Json:
    return {
        "name": switch.name,
        "title": switch.title,
        "words": switch.description,
        "code": switch.code,
    }


def _notice_payload(notice: NoticeButton) -> Json:
    return {"name": notice.name, "title": notice.title, "words": notice.description}
