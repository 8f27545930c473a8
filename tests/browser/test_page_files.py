from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.page_api.page import STATIC, render_page, static_version
from tests.fixtures.sandbox import FakeTimeTravel, FixedClock, running_sandbox


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    time = FakeTimeTravel(FixedClock())
    async with running_sandbox(time=time) as one, aiohttp.ClientSession(one.settings.base_url) as session:
        yield session


async def test_the_page_allows_nothing_inline_and_nothing_from_elsewhere(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.status == 200
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy


async def test_the_page_may_not_be_framed_or_guessed_at(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/sandbox/static/now/app.js"])
async def test_only_this_machine_is_answered(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path, headers={"Host": "plans.example"}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    ("name", "kind"),
    [("app.js", "text/javascript"), ("tokens.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
async def test_files_come_with_their_type_and_are_kept_for_as_long_as_they_are_the_same(
    http: aiohttp.ClientSession, name: str, kind: str
) -> None:
    async with http.get(f"/sandbox/static/{static_version()}/{name}") as answer:
        assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
        assert await answer.read() == (STATIC / name).read_bytes()


async def test_a_page_left_open_gets_its_files_but_keeps_none_of_them(http: aiohttp.ClientSession) -> None:
    async with http.get("/sandbox/static/before/app.js") as answer:
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2fpage.html", "%2e%2e%2fpage.html", "page.html", ".gitkeep"]
)
async def test_only_the_files_of_the_page_are_given(http: aiohttp.ClientSession, name: str) -> None:
    async with http.get(f"/sandbox/static/now/{name}") as answer:
        assert answer.status == 404


def test_the_page_is_whole_and_has_no_inline_script_or_style() -> None:
    page = render_page()
    assert "<script>" not in page
    assert "style=" not in page
    assert "<style" not in page
    assert " on" + "click=" not in page
    assert "https://" not in page


def test_every_file_the_page_names_is_there() -> None:
    page = render_page()
    named = {part.split('"')[0] for part in page.split(f"/sandbox/static/{static_version()}/")[1:]}
    assert named >= {"app.js", "theme.js", "tokens.css", "icon.svg"}
    assert named <= {path.name for path in STATIC.iterdir()}
