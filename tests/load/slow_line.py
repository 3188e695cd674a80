"""How long until a page can be read: `python -m tests.load.slow_line URL [PATH …]`.

Chromium plays a slow 3G line (400 kbit/s both ways, 400 ms to answer) and a phone's processor a
quarter as fast as this one, with nothing kept from before. Told in seconds: the first text that is
painted, and the largest piece. It is a measurement and no test: it depends on the machine.
"""

from __future__ import annotations

import os
import sys
from typing import Final

from playwright.sync_api import Browser, sync_playwright

PATHS: Final = ("/", "/measures/5", "/measures/5/sign", "/measures/7/vote", "/measures/1", "/help")
LINE: Final = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
"""As Chromium's protocol has it: milliseconds, and bytes a second."""
SLOWER: Final = 4
PAINTED: Final = """() => new Promise(done => {
  const seen = { first: 0, largest: 0 };
  new PerformanceObserver(list => {
    for (const one of list.getEntries())
      if (one.name === "first-contentful-paint") seen.first = one.startTime;
  }).observe({ type: "paint", buffered: true });
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) seen.largest = one.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(seen), 500);
})"""


def measured(browser: Browser, address: str) -> tuple[float, float, float]:
    """Seconds to the first paint and to the largest, and kilobytes that came altogether."""
    context = browser.new_context(
        locale="ko-KR", viewport={"width": 360, "height": 740}, service_workers="block"
    )
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    came: list[float] = []
    line.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    page.goto(address, wait_until="load", timeout=120_000)
    seen = page.evaluate(PAINTED)
    context.close()
    return seen["first"] / 1_000, seen["largest"] / 1_000, sum(came) / 1_000


def main() -> None:
    """Print a line for each page."""
    base, *paths = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        for path in paths or PATHS:
            first, largest, kilobytes = measured(browser, base + path)
            print(f"{path:24} {first:5.2f} s first, {largest:5.2f} s largest, {kilobytes:6.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
