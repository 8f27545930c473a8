"""Files on their way in, and out again for whoever may read them."""

from aiohttp import web

from bot.sandbox.local_only import local_only
from bot.sandbox.web_api.files import LARGEST
from bot.sandbox.workspace import Workspace


def add_routes(app: web.Application, workspace: Workspace) -> None:
    async def receive(request: web.Request) -> web.Response:
        upload = workspace.uploads.get(request.match_info["key"])
        if upload is None:
            return web.Response(status=404, text="No upload was announced for this address.")
        content = await _bytes_of(request)
        if len(content) > LARGEST:
            return web.Response(status=413, text="The file is larger than was announced.")
        upload["length"] = len(content)
        workspace.store.put_file(upload["id"], content)
        workspace.store.commit()
        return web.Response(text=f"OK - {len(content)}")

    async def send(request: web.Request) -> web.StreamResponse:
        content = workspace.store.file(request.match_info["id"])
        if content is None:
            return web.Response(status=404, text="There is no such file.")
        headers = {"Content-Disposition": "attachment", "Content-Type": "application/octet-stream"}
        return web.Response(body=content, headers=headers)

    app.router.add_post("/sandbox/upload/{key}", receive)
    app.router.add_get("/sandbox/files/{id}/{name}", local_only(send))


async def _bytes_of(request: web.Request) -> bytes:
    """Read the body, or the one file of a form."""
    if not request.content_type.startswith("multipart/"):
        content = bytearray()
        async for chunk in request.content.iter_any():
            content += chunk
            if len(content) > LARGEST:
                break
        return bytes(content)
    part = await (await request.multipart()).next()
    return bytes(await part.read()) if part is not None and hasattr(part, "read") else b""
