"""An officer hands in files at the desk; and the words of a page, as somebody reads them."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

from tests.api.test_found_in_use import DAY, REGISTER, SHEET
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.desk import sends
from tests.web.staff import Colleague

INTAKES = "/desk/register/preview/import"
LANGUAGES = ("ko", "en")


def upload(data: bytes | str) -> dict[str, Any]:
    return {"file": ("file.csv", data.encode() if isinstance(data, str) else data)}


def looks(
    desk: Browser, *rows: str, head: str = REGISTER, mode: str = "changes"
) -> tuple[str, str]:
    """The report on a register's file: its address and what it says."""
    sent = sends(desk, INTAKES, as_of=DAY, mode=mode, files=upload("\n".join([head, *rows, ""])))
    assert sent.status_code == 303, read(sent.text)
    way = sent.headers["location"]
    return way, desk.get(way).text


def takes_in(desk: Browser, colleague: Colleague, *rows: str, head: str = REGISTER) -> str:
    """The file is looked at, confirmed with a fresh code, and in."""
    way, report = looks(desk, *rows, head=head)
    given = dict(re.findall(r'name="(preview)" value="([^"]+)"', report))
    done = sends(desk, f"{way}/import", **given, code=colleague.code())
    assert done.status_code == 303, read(done.text)
    assert "notice-success" in desk.get(way).text
    return report


def read(page: str) -> str:
    """The words of a page, as somebody reads them."""
    main = page.partition("<main")[2].partition("</main>")[0] or page
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def paper(desk: Browser, town: Town, measure: UUID, *rows: str) -> Any:
    path = f"/desk/measures/{town.measure(measure).number}/examination/paper"
    day = town.now().date().isoformat()
    file = upload("\n".join([SHEET, *rows, ""]))
    return sends(desk, f"{path}/import", received_on=day, files=file)
