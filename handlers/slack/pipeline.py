"""The Slack part of the request pipeline; the part that any chat platform would share is
handlers/pipeline.py.

1. http.py or socket_mode.py receives the request; over HTTP its signature is checked and its body parsed.
2. app.py: Bolt asks the authorizer who the bot is, and calls the listener registered for the request.
3. commands.py, actions.py, views.py, events.py: the listener builds a RequestInfo and a Job and calls
   handlers.pipeline.handle_request, which runs the job in a transaction and renders its response.
4. wait_for_ack: the response goes out in the acknowledgement, within Slack's 3 seconds; a later one goes
   to the response url (responses.py).
5. start_follow_up: a job that left work for a background task has it started.
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
# By the name of a job: the background work to start once such a job has run.
FollowUps = Mapping[str, Callable[[], None]]


def build_authorizer(client: AsyncWebClient, team: Team) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt's `authorize`, called for each request. team: asked once, at the start, so that it calls
    nobody.
    """

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
    """A function that renders a message to the parts of a response, each {"text", "blocks"} in Block Kit."""
    return partial(_render_parts, renderer)


def _render_parts(renderer: Renderer, message: Message) -> list[Part]:
    return [{"text": each.text, "blocks": each.blocks} for each in renderer.slack(message)]


async def wait_for_ack(
    pending: "asyncio.Task[Response]", deferred: DeferredReply | None = None
) -> Response | None:
    """As handlers.pipeline.wait_for_ack, with Slack's timeout."""
    return await pipeline.wait_for_ack(pending, ACK_TIMEOUT, deferred)


def payload(part: Part) -> Part:
    """The arguments of a Slack call that shows this part, without any key of our own stored with it."""
    return {name: part[name] for name in ("text", "blocks") if part.get(name)}


def start_follow_up(follow_ups: FollowUps, job: Job) -> None:
    """Start the background work registered under the job's name, if any."""
    if start := follow_ups.get(job.name):
        start()
