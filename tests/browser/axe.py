"""axe-core, as the package axe-playwright-python carries it: nothing is fetched."""

import importlib.util
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

PACKAGE = "axe_playwright_python"
OPTIONS: dict[str, Any] = {"resultTypes": ["violations"]}
# What depends on the theme and the size alone: the rest is the same page.
VISUAL_OPTIONS: dict[str, Any] = OPTIONS | {"runOnly": ["color-contrast", "scrollable-region-focusable"]}
RUN = "options => axe.run(document, options).then(found => found.violations)"


def axe_or_skip() -> str:
    """The script of axe-core. Where the package is missing the test is skipped, but in CI it fails."""
    found = importlib.util.find_spec(PACKAGE)
    if found is not None and found.origin is not None:
        return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    reason = "axe-core is not installed: pip install axe-playwright-python"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


async def find_violations(page: Page, script: str, options: dict[str, Any]) -> list[str]:
    """What axe finds wrong with the page as it stands: rule, what it asks, and where."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(script)
    found: list[dict[str, Any]] = await page.evaluate(RUN, options)
    return [f"{one['id']}: {one['help']}: {node['target']}" for one in found for node in one["nodes"]]
