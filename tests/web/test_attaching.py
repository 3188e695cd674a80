"""Attachments by page: brought and told of by initiators, seen by everybody once they are fixed."""

from __future__ import annotations

import io
import re
from uuid import UUID

import pytest
from PIL import Image

from referendum.lifecycle import drafting
from referendum.lifecycle.stages import Act
from tests.attached import PHOTO, PLAN, document, hangs, locked, photograph
from tests.papers import WORDS
from tests.town import Town
from tests.web.conftest import Open
from tests.web.test_workspace import number_of
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument

LIST = "/workspace/1/attachments"


@pytest.fixture
def author(site: Open, town: Town, database_url: str) -> Visitor:
    visitor = Visitor(site(database=database_url), town).is_signed_in(1)
    with town.begin() as uow:
        drafting.draft(uow, instrument=Instrument.INITIATIVE, words=WORDS, by=town.resident(1))
    return visitor


def brings(author: Visitor, content: bytes, name: str = "a.jpg", **fields: str) -> tuple[int, str]:
    """Send the form; what comes back, with the page it leads to."""
    html = author.opens(LIST)
    data = {**fields, "csrf": re.findall(r'name="csrf" value="([^"]+)"', html)[0]}
    sent = author.client.post(LIST, data=data, files={"file": (name, io.BytesIO(content))})
    return sent.status_code, author.opens(LIST) if sent.status_code == 303 else sent.text


def test_from_a_photograph_to_what_everybody_sees(
    author: Visitor, site: Open, database_url: str
) -> None:
    said = {"title_ko": PHOTO.title_ko, "description_ko": PHOTO.description_ko}
    status, html = brings(author, photograph(), "IMG_0001.HEIC", **said)
    assert status == 303
    assert f'alt="{PHOTO.description_ko}"' in html
    assert "IMG_0001" not in html, "the name of a file may say more than its owner thinks"
    status, html = brings(author, document(), title_ko=PLAN.title_ko)
    assert status == 303
    author.sends(f"{LIST}/2/up", seen=html)
    own = author.client.get(f"{LIST}/1/file")
    assert own.headers["content-type"] == "application/pdf"
    assert own.headers["cache-control"] == "no-store"
    asked = author.opens("/workspace/1/apply")
    assert asked.index("전문") < asked.index(PLAN.title_ko) < asked.index(PHOTO.title_ko)

    everyone = site(database=database_url)
    assert everyone.get("/measures/1/attachments/1").status_code == 404, "it is a draft"
    author.sends("/workspace/1/apply", seen=asked)
    measure = number_of(author.town)
    author.town.acts(measure, Act.ADMIT, author.town.examiner_of(measure))
    for page in ("/measures/1", "/measures/1/sign"):
        shown = everyone.get(page).text
        assert '/measures/1/attachments/1"' in shown, page
        assert PHOTO.description_ko in shown, page
    sheet = author.opens("/workspace/1/sheet")
    assert PLAN.title_ko in sheet
    assert author.client.get(LIST).status_code == 409, "the text is fixed"

    paper = everyone.get("/measures/1/attachments/1")
    assert paper.content.startswith(b"%PDF-")
    assert paper.headers["content-disposition"].startswith("attachment; filename*=UTF-8''1-")
    assert paper.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in paper.headers["content-security-policy"]
    again = everyone.get(
        "/measures/1/attachments/1", headers={"if-none-match": paper.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    small = everyone.get("/measures/1/attachments/2/preview")
    with Image.open(io.BytesIO(small.content)) as picture:
        assert picture.format == "JPEG"
    assert everyone.get("/measures/1/attachments/1/preview").status_code == 404
    assert everyone.get("/measures/1/attachments/3").status_code == 404


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    author: Visitor,
) -> None:
    cases = (
        (b"words", {"title_ko": "이름"}, "file", "PDF, PNG, JPEG 파일이 아닙니다."),
        (locked(), {"title_ko": "이름"}, "file", "암호가 걸린 PDF입니다."),
        (photograph(), {"title_ko": "이름"}, "description_ko", "파일은 다시 골라 주세요."),
        (document(), {"description_ko": "이름 없음"}, "title_ko", "파일은 다시 골라 주세요."),
    )
    for content, fields, field, words in cases:
        status, html = brings(author, content, **fields)
        assert status == 422
        assert f'href="#field-{field}"' in html
        assert words in html
        for typed in fields.values():
            assert typed in html
    page = author.opens(LIST)
    assert "아직 붙임이 없습니다." in page
    missing = author.sends(LIST, seen=page, title_ko="이름")
    assert "붙일 파일을 골라 주세요." in missing.text


def test_one_that_is_taken_away_comes_back_with_a_press(author: Visitor) -> None:
    _, html = brings(author, document(), title_ko=PLAN.title_ko)
    taken = author.sends(f"{LIST}/1/remove", seen=html)
    assert taken.status_code == 303
    html = author.opens(LIST)
    assert PLAN.title_ko not in html
    (version,) = re.findall(r'name="version" value="(\d+)"', html)
    author.sends(f"{LIST}/undo", seen=html, version=version)
    assert PLAN.title_ko in author.opens(LIST)
    told = author.sends(f"{LIST}/1", seen=author.opens(f"{LIST}/1"), title_ko="새 이름")
    assert told.status_code == 303
    assert "새 이름" in author.opens(LIST)
    assert author.client.get(f"{LIST}/2").status_code == 404


def test_nobody_else_sees_or_sends_anything(author: Visitor, site: Open, database_url: str) -> None:
    brings(author, document(), title_ko=PLAN.title_ko)
    other = Visitor(site(database=database_url), author.town)
    assert other.client.get(LIST).status_code in {303, 401}
    large = b"%PDF-" + b"x" * 200_000
    strangers = other.client.post(LIST, files={"file": ("a.pdf", io.BytesIO(large))})
    assert strangers.status_code in {401, 303}, "nothing large is read of a stranger"
    other.is_signed_in(2)
    for path in (LIST, f"{LIST}/1", f"{LIST}/1/file", f"{LIST}/1/preview"):
        assert other.client.get(path).status_code == 404


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
    author: Visitor, site: Open, database_url: str
) -> None:
    client = site(database=database_url, attachment_limit=100_000)
    client.cookies = author.client.cookies
    huge = document() + b"%" * 400_000
    sent = client.post(LIST, files={"file": ("a.pdf", io.BytesIO(huge))})
    assert sent.status_code == 413


def test_a_page_in_english_has_the_english_title(
    site: Open, town: Town, database_url: str, initiative_open: UUID
) -> None:
    hangs(town, initiative_open)
    html = site(database=database_url).get("/measures/1?lang=en").text
    assert "Attachments" in html
    assert ">Plan<" in html
