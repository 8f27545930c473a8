"""What Slack adds to the way of a request, the rest of which is in handlers/pipeline.py.

1. HTTP or Socket Mode brings the request; over HTTP its signature is checked and its content read.
2. Bolt asks the authorizer who the bot is, and calls the listener registered for the request.
3. The listener reads a RequestInfo and a Job from it and calls handlers.pipeline.handle_request.
4. wait_for_ack: the response is acknowledged within Slack's 3 seconds, or follows by response url.
5. start_follow_up: what the job asked for begins.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.slack_lookup import Team
from bot.messages import Message
from bot.rendering import Renderer
from handlers import pipeline
from handlers.pipeline import DeferredReply, Job, Part, Response

# In seconds. Slack waits 3 for the acknowledgement.
ACK_TIMEOUT = 2.3
# By the name of a job: what is to begin once one has been done.
FollowUps = Mapping[str, Callable[[], None]]


def build_authorizer(client: AsyncWebClient, team: Team) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt asks it for each request who the bot is. That was asked once, at the start, so it asks nobody."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=client.token,
            bot_user_id=team.bot_user_id,
            bot_id=team.bot_id,
        )

    return authorize


def build_parts_renderer(renderer: Renderer) -> Callable[[Message], list[Part]]:
    """Renders a message to the parts of a response, each in Block Kit."""
    return partial(_render_parts, renderer)


def _render_parts(renderer: Renderer, message: Message) -> list[Part]:
    return [{"text": each.text, "blocks": each.blocks} for each in renderer.slack(message)]


async def wait_for_ack(
    pending: "asyncio.Task[Response]", deferred: DeferredReply | None = None
) -> Response | None:
    """As handlers.pipeline.wait_for_ack, for as long as Slack waits."""
    return await pipeline.wait_for_ack(pending, ACK_TIMEOUT, deferred)


def payload(part: Part) -> Part:
    """The arguments of a call that shows this part: what else was kept with it is not Slack's."""
    return {name: part[name] for name in ("text", "blocks") if part.get(name)}


def start_follow_up(follow_ups: FollowUps, job: Job) -> None:
    if start := follow_ups.get(job.name):
        start()
