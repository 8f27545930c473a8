"""The board's report in a real browser: read by axe, on a wide screen, a phone and paper."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser
from sqlalchemy import select

from bot.database import Database
from bot.reporting.board_report import build_report, resolve_period
from bot.reporting.report_pages import render_report_html
from models import Board
from tests.browser.axe import OPTIONS, axe_or_skip, find_violations
from tests.fixtures.databases import fresh_url
from tests.fixtures.plans import NOW

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_page_is_readable_for_everyone(browser: Browser, tmp_path: Path) -> None:
    database = Database(fresh_url("sqlite", tmp_path, "planned"), threads=1)
    later = NOW + timedelta(days=20)
    with database.transaction() as session:
        board = session.scalars(select(Board)).one()
        report = build_report(session, board, resolve_period(board, None, None, later), later)
    database.close()
    path = tmp_path / "report.html"
    path.write_text(render_report_html(report))
    # The page's own policy keeps every script out, axe's too.
    context = await browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 800})
    page = await context.new_page()
    await page.goto(path.as_uri())
    assert await find_violations(page, axe_or_skip(), OPTIONS) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.emulate_media(media="print")
    assert await page.locator("h1").inner_text() == "Board: progress report"
    await context.close()
