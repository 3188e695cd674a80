"""A paper in a real browser: brought with an act, saved with a reason, and what bars anybody."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, expect

from referendum.kernel.people import Authority
from referendum.lifecycle import serving
from referendum.lifecycle.acting import Document
from referendum.lifecycle.stages import Stage
from referendum.papers.naming import Issuer
from tests import scans
from tests.browser.conftest import WIDTHS, OpenPage, barriers
from tests.browser.test_desk import session_of
from tests.papers import PAPER
from tests.town import Town
from tests.web.staff import hire

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without"])
def test_an_officer_brings_a_paper_with_an_act_and_saves_its_file(
    town: Town, referendum_open: UUID, open_page: OpenPage, *, js: bool
) -> None:
    number, data = town.measure(referendum_open).number, scans.pdf(size=120_000)
    session = session_of(town, hire(town, "mayor"))
    page = open_page(f"/desk/measures/{number}/acts/annul", session=session, js=js, width=320)
    page.get_by_label("문서 번호").fill("시민-9")
    page.get_by_label("문서 날짜").fill("2027-02-01")
    page.get_by_label("법원", exact=True).check()
    page.get_by_label("사유").fill("판결에 따름")
    broken: FilePayload = {
        "name": "공문.pdf", "mimeType": "application/pdf", "buffer": data[:-9],
    }  # fmt: skip
    page.set_input_files("#field-document_file", broken)
    page.locator("#field-form button[type=submit]").click()
    expect(page.locator("#error-document_file")).to_contain_text("온전하지 않습니다")
    assert barriers(page, js=js) == []
    page.set_input_files("#field-document_file", {**broken, "buffer": data})
    page.locator("#field-form button[type=submit]").click()
    expect(page.locator(".notice-success")).to_contain_text("다른 담당자가 확인하면 처리됩니다")
    assert town.seconds_all() == 1
    assert town.stage(referendum_open) is Stage.ANNULLED
    page.goto("/desk/papers")
    assert barriers(page, js=js) == []
    page.get_by_role("link", name="시민-9").click()
    page.get_by_label("파일을 보는 사유").fill("이의 검토")
    with page.expect_download() as saved:
        page.get_by_role("button", name="파일 내려받기").click()
    assert saved.value.suggested_filename == "paper-20270201.pdf"
    assert Path(saved.value.path()).read_bytes() == data


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nothing_bars_anybody_from_papers(
    town: Town, referendum_open: UUID, open_page: OpenPage, lang: str
) -> None:
    town.halts(referendum_open)
    by = town.officer(Authority.MAYOR)
    document = Document("시민참여과-9", PAPER.day, scan=scans.scan(scans.pdf(), town.vault))
    with town.begin() as uow:
        paper = serving.enter(uow, issuer=Issuer.MAYOR, document=document, by=by).id
        copy = scans.scan(scans.jpeg(), town.vault)
        serving.publish_copy(uow, paper, scan=copy, by=by)
    number = town.measure(referendum_open).number
    session = session_of(town, hire(town, "mayor"))
    page = open_page("/desk/papers", session=session, lang=lang)
    for path in (
        "/desk/papers",
        f"/desk/papers/{paper}",
        f"/desk/measures/{number}/holds",
        f"/measures/{number}",
    ):
        page.goto(path)
        assert barriers(page, widths=WIDTHS) == []
