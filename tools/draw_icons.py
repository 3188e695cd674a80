"""Draws the mark (`web/static/mark.svg`) in the sizes that telephones and old browsers ask for.

Run by hand after the mark has changed; needs Chromium (`CHROMIUM`), as the tests do.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

STATIC = Path(__file__).resolve().parents[1] / "referendum" / "web" / "static"
SIZES = (180, 192, 512)
LARGEST = max(SIZES)


def main() -> None:
    """One drawing, made smaller for each size, and one file of the smallest."""
    mark = (STATIC / "mark.svg").read_text("utf-8")
    page_of = f'<body style="margin:0;background:#0b50d0">{mark}</body>'
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium")
        )
        page = browser.new_page(viewport={"width": LARGEST, "height": LARGEST})
        page.set_content(page_of)
        page.add_style_tag(content="svg { display: block; width: 100vw; height: 100vh }")
        whole = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        browser.close()
    folder = STATIC / "icons"
    folder.mkdir(exist_ok=True)
    for size in SIZES:
        small = whole.resize((size, size), Image.Resampling.LANCZOS)
        small.quantize(64).save(folder / f"mark-{size}.png", optimize=True)
    whole.save(folder / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])


if __name__ == "__main__":
    main()
