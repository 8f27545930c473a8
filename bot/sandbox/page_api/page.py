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

# Fixed here and not guessed: the registry of the operating system may be wrong about .js.
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
    app.router.add_get(STATIC_URL + "{static_version}/{name}", local_only(show_static))


async def show_page(_request: web.Request) -> web.StreamResponse:
    return web.Response(text=render_page(), content_type="text/html", charset="utf-8", headers=PAGE_HEADERS)


async def show_static(request: web.Request) -> web.StreamResponse:
    """Send a file of the page. Its current version never changes, so browsers may cache it for good."""
    path = find_static_file(request.match_info["name"])
    kind = f"{CONTENT_TYPES[path.suffix]}; charset=utf-8"
    is_current = request.match_info["static_version"] == static_version()
    caching = "max-age=31536000, immutable" if is_current else "no-cache"
    return web.FileResponse(path, headers={**PAGE_HEADERS, "Content-Type": kind, "Cache-Control": caching})


def static_version() -> str:
    """A name for the current state of the files, which changes as soon as one of them does."""
    digest = sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(f"{path.name} {path.stat().st_mtime_ns} {path.stat().st_size}\n".encode())
    return digest.hexdigest()[:12]


def find_static_file(name: str) -> Path:
    """Find the file of that name, directly in the static folder. PageError when there is none."""
    files = {path.name: path for path in STATIC.iterdir() if path.suffix in CONTENT_TYPES}
    if name not in files:
        raise PageError("There is no such file here.", 404)
    return files[name]


@cache
def _environment() -> Environment:
    """Templates are read once, and again when one of them changes."""
    return build_environment("sandbox", autoescape=True, lstrip_blocks=False)


def render_page() -> str:
    folder = f"{STATIC_URL}{static_version()}/"
    return _environment().get_template("page.html").render(static=lambda name: folder + name)
