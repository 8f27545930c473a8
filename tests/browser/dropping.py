"""Drops a file on the page, as a hand does."""

import base64

from playwright.async_api import Page

DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  for (const kind of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(
      new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
PLAN = b"Ref,Action,Owner,Due,Status\n1.1,Open the hub,RM,31/03/2027,In progress\n"


async def drop_file(page: Page, name: str, content: bytes = PLAN) -> None:
    """Drop it anywhere on the page."""
    await page.evaluate(DROP, [name, base64.b64encode(content).decode()])
