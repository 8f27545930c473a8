"""The page of the sandbox: one HTML document, and the static files it asks this server for."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from aiohttp import web
from jinja2 import Environment

from bot.sandbox.page_api.local_only import CONTENT_SECURITY_POLICY, PageError, local_only
from bot.templating import TEMPLATES, build_environment

STATIC = TEMPLATES / "sandbox" / "static"
STATIC_URL = "/sandbox/static/"

# Named here, not guessed: what a machine's own registry says of .js has been wrong before.
CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

PAGE_POLICY = f"{CONTENT_SECURITY_POLICY}; require-trusted-types-for 'script'; trusted-types 'none'"
PAGE_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


def add_page_routes(app: web.Application) -> None:
    """Serve the page at `/` and its files under `/sandbox/static/`. Both answer this machine only."""
    app.router.add_get("/", local_only(show_page))
    app.router.add_get(STATIC_URL + "{edition}/{name}", local_only(show_static))


async def show_page(_request: web.Request) -> web.StreamResponse:
    return web.Response(text=render_page(), content_type="text/html", charset="utf-8", headers=PAGE_HEADERS)


async def show_static(request: web.Request) -> web.StreamResponse:
    """Send a file of the page. The edition of now never changes, so browsers keep it and ask no more."""
    path = find_static_file(request.match_info["name"])
    kind = f"{CONTENT_TYPES[path.suffix]}; charset=utf-8"
    is_current = request.match_info["edition"] == static_version()
    kept = "max-age=31536000, immutable" if is_current else "no-cache"
    return web.FileResponse(path, headers={**PAGE_HEADERS, "Content-Type": kind, "Cache-Control": kept})


def static_version() -> str:
    """A name for the files as they are now: another as soon as one of them changes."""
    seen = sha256()
    for path in sorted(STATIC.iterdir()):
        seen.update(f"{path.name} {path.stat().st_mtime_ns} {path.stat().st_size}\n".encode())
    return seen.hexdigest()[:12]


def find_static_file(name: str) -> Path:
    """Find the file of that name, directly in the static room. PageError when there is none."""
    known = {path.name: path for path in STATIC.iterdir() if path.suffix in CONTENT_TYPES}
    if name not in known:
        raise PageError("There is no such file here.", 404)
    return known[name]


@cache
def _environment() -> Environment:
    """Templates are read once, and again when one of them changes."""
    return build_environment("sandbox", autoescape=True, lstrip_blocks=False)


def render_page() -> str:
    folder = f"{STATIC_URL}{static_version()}/"
    return _environment().get_template("page.html").render(static=lambda name: folder + name)
