import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, OTHER, PRIVATE, RM, TOKEN
from tests.sandbox.errors import code_of

BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def test_a_file_arrives_and_can_be_fetched(client: AsyncWebClient, sandbox: Sandbox) -> None:
    content = bytes(range(256)) * 10_000
    answer = await client.files_upload_v2(
        channel=BOARD, content=content, filename="pack.docx", title="Pack", initial_comment="Here it is"
    )
    assert answer["file"]["size"] == len(content)
    message = sandbox.visible_messages(RM, BOARD)[-1]
    assert (message.text, message.files[0]["title"]) == ("Here it is", "Pack")
    async with (
        aiohttp.ClientSession() as session,
        session.get(answer["file"]["url_private"], headers=BEARER) as found,
    ):
        assert await found.read() == content
        assert found.headers["Content-Disposition"] == "attachment"


async def test_a_file_in_a_form_and_in_a_thread(client: AsyncWebClient, sandbox: Sandbox) -> None:
    parent = (await client.chat_postMessage(channel=BOARD, text="digest"))["ts"]
    asked = await client.files_getUploadURLExternal(filename="a.csv", length=5)
    form = aiohttp.FormData()
    form.add_field("file", b"a,b,c", filename="a.csv")
    async with aiohttp.ClientSession() as session, session.post(asked["upload_url"], data=form) as answer:
        assert await answer.text() == "OK - 5"
    files = [{"id": asked["file_id"]}]
    await client.files_completeUploadExternal(files=files, channel_id=BOARD, thread_ts=parent)
    message = sandbox.visible_messages(RM, BOARD)[-1]
    assert (message.thread_ts, message.files[0]["name"]) == (parent, "a.csv")


async def test_what_cannot_be_uploaded(client: AsyncWebClient, sandbox: Sandbox) -> None:
    empty = client.files_getUploadURLExternal(filename="a.csv", length=0)
    assert await code_of(empty) == "invalid_arguments"
    huge = client.files_getUploadURLExternal(filename="a.csv", length=10**9)
    assert await code_of(huge) == "file_upload_size_restricted"
    asked = await client.files_getUploadURLExternal(filename="a.csv", length=5)
    early = client.files_completeUploadExternal(files=[{"id": asked["file_id"]}])
    assert await code_of(early) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        nowhere = await session.post(f"{sandbox.settings.base_url}/sandbox/upload/nothing", data=b"x")
        assert nowhere.status == 404
        unknown = await session.get(f"{sandbox.settings.base_url}/sandbox/files/F0NONE/a.csv", headers=BEARER)
        assert unknown.status == 404
        await session.post(asked["upload_url"], data=b"a,b,c")
    outside = client.files_completeUploadExternal(files=[{"id": asked["file_id"]}], channel_id=OTHER)
    assert await code_of(outside) == "not_in_channel"
    assert await code_of(client.files_info(file=asked["file_id"])) == "file_not_found"


async def test_where_a_file_is_shown(client: AsyncWebClient, sandbox: Sandbox) -> None:
    async def places(file_id: str) -> tuple[list[str], list[str], list[str], dict[str, object]]:
        file = (await client.files_info(file=file_id))["file"]
        return file["channels"], file["groups"], file["ims"], file["shares"]

    kept = await client.files_upload_v2(content=b"a,b,c", filename="a.csv")
    assert await places(kept["file"]["id"]) == ([], [], [], {})
    dm = (await client.conversations_open(users=RM))["channel"]["id"]
    for channel, expected in ((BOARD, 0), (PRIVATE, 1), (dm, 2)):
        answer = await client.files_upload_v2(channel=channel, content=b"a,b,c", filename="a.csv")
        found = await places(answer["file"]["id"])
        assert [each for each in range(3) if found[each]] == [expected]
        assert found[expected] == [channel]
        (message,) = [each for each in sandbox.workspace.messages.in_channel(channel) if each.files]
        kind = "private" if expected else "public"
        assert found[3] == {kind: {channel: [{"ts": message.ts}]}}
    assert await code_of(client.files_info(file="F0NONE")) == "file_not_found"
