"""Papers by page: chosen or typed with an act, read with a reason, public as a copy alone."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.i18n.words import Language, Words
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import serving
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.stages import Stage
from referendum.papers import filing
from referendum.papers.naming import Issuer
from referendum.papers.tables import Paper, PaperPiece
from tests import scans
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import Page
from tests.web.staff import Colleague, hire

DAY = date(2027, 2, 1)
TYPED = {"document_number": "시민-9", "document_day": DAY.isoformat()}
OURS = {"issuer": "mayor", "reason": "사유"}


@pytest.fixture
def mayor(town: Town) -> Colleague:
    return hire(town, "mayor")


@pytest.fixture
def client(site: Open, mayor: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), mayor)


def brought(data: bytes, name: str = "scan.pdf") -> dict[str, Any]:
    return {"document_file": (name, data, "application/octet-stream")}


def entered(
    town: Town,
    number: str = "시민-9",
    *,
    authority: Authority = Authority.MAYOR,
    data: bytes | None = None,
) -> UUID:
    scan = scans.scan(data, town.vault) if data else None
    with town.begin() as uow:
        by = town.officer(authority)
        document = Document(number, DAY, scan=scan)
        return serving.enter(uow, issuer=Issuer(authority), document=document, by=by).id


def marked(html: str) -> set[str | None]:
    return {one.get("name") for _, one in Page(html).elements if "aria-invalid" in one}


def papers(town: Town) -> list[Paper]:
    with town.begin() as uow:
        return list(uow.session.scalars(select(Paper)))


@pytest.fixture
def annulling(town: Town, referendum_open: UUID) -> str:
    return f"/desk/measures/{town.measure(referendum_open).number}/acts/annul"


# An act and its paper


def test_an_act_takes_its_paper_with_the_file(
    client: Browser, town: Town, referendum_open: UUID, annulling: str
) -> None:
    data = scans.pdf(size=200_000)
    response = sends(client, annulling, files=brought(data), **TYPED, issuer="mayor", reason="사유")
    assert response.status_code == 303
    assert town.measure(referendum_open).stage == Stage.COLLECTING
    assert town.seconds_all() == 1
    assert town.measure(referendum_open).stage == Stage.ANNULLED
    (paper,) = papers(town)
    with town.begin() as uow:
        own = filing.own(uow.session, paper.id)
    assert own is not None
    assert own.sha256 == hashlib.sha256(data).hexdigest()


def test_a_paper_on_file_is_chosen_and_not_typed_again(
    client: Browser, town: Town, referendum_open: UUID, annulling: str
) -> None:
    paper = entered(town)
    page = client.get(annulling).text
    assert f'<option value="{paper}">' in page
    response = sends(client, annulling, document_paper=str(paper), reason="사유")
    assert response.status_code == 303
    assert town.measure(referendum_open).stage == Stage.COLLECTING
    assert town.seconds_all() == 1
    assert town.measure(referendum_open).stage == Stage.ANNULLED
    assert [one.id for one in papers(town)] == [paper]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html></html>", "내용으로 가립니다"),
        (scans.pdf()[:-9], "온전하지 않습니다"),
    ],
    ids=["a page called pdf", "cut off"],
)
def test_a_file_that_is_none_is_refused_at_its_field_and_nothing_is_done(
    client: Browser, town: Town, referendum_open: UUID, annulling: str, data: bytes, said: str
) -> None:
    response = sends(client, annulling, files=brought(data), **TYPED, reason="")
    assert response.status_code == 422
    assert said in response.text
    assert marked(response.text) == {"document_file", "reason"}, "all faults at once"
    assert 'value="시민-9"' in response.text
    assert papers(town) == []
    assert town.measure(referendum_open).stage == Stage.COLLECTING


def test_a_number_with_another_day_is_refused_with_the_way_to_the_paper(
    client: Browser, town: Town, annulling: str
) -> None:
    paper = entered(town)
    typed = TYPED | {"document_day": "2027-01-31"}
    response = sends(client, annulling, **typed, issuer="mayor", reason="사유")
    assert response.status_code == 409
    assert marked(response.text) == {"document_number"}
    assert f'href="/desk/papers/{paper}"' in response.text
    assert client.get(f"/desk/papers/{paper}").status_code == 200


def test_another_offices_paper_does_not_carry_the_act(
    client: Browser, town: Town, referendum_open: UUID, annulling: str
) -> None:
    paper = entered(town, "선관위-1", authority=Authority.ELECTION_COMMISSION)
    response = sends(client, annulling, document_paper=str(paper), reason="사유")
    assert response.status_code == 409
    assert marked(response.text) == {"document_paper"}
    assert "선거관리위원회" in response.text
    assert town.measure(referendum_open).stage == Stage.COLLECTING


def test_who_chooses_one_and_types_another_is_asked_which(
    client: Browser, town: Town, annulling: str
) -> None:
    paper = entered(town, "시민-1")
    response = sends(client, annulling, document_paper=str(paper), **TYPED, reason="사유")
    assert response.status_code == 422
    assert marked(response.text) == {"document_paper"}


def test_a_courts_ruling_is_a_courts_paper_and_the_officer_says_so(
    client: Browser, town: Town, referendum_open: UUID, annulling: str
) -> None:
    ruling = {"document_number": "2026구합55", "document_day": "2027-02-01"}
    silent = sends(client, annulling, **ruling, reason="청구 무효 판결")
    assert silent.status_code == 422
    assert 'id="error-issuer"' in silent.text
    other = sends(client, annulling, **ruling, issuer="election_commission", reason="사유")
    assert other.status_code == 422
    assert "선거관리위원회의 문서에 따라 할 수 없습니다" in other.text
    assert papers(town) == []
    put = sends(client, annulling, **ruling, issuer="court", reason="청구 무효 판결")
    assert put.status_code == 303
    assert "법원" in client.get(put.headers["location"]).text, "the second officer reads it"
    assert town.seconds_all() == 1
    (paper,) = papers(town)
    assert (paper.number, paper.issuer) == ("2026구합55", "court")
    number = town.measure(referendum_open).number
    for language, said in (("ko", "법원"), ("en", "Court")):
        client.headers["accept-language"] = language
        html = client.get(f"/measures/{number}?lang={language}").text
        step = html.partition('aria-labelledby="times"')[2].partition("</section>")[0]
        assert "2026구합55" in step
        assert said in step


def test_a_file_above_the_limit_is_turned_away_and_a_stranger_sends_no_file_at_all(
    site: Open, mayor: Colleague, database_url: str, annulling: str
) -> None:
    client = sits(site(database=database_url, paper_limit=300_000), mayor)
    page = client.get(annulling).text
    within = sends(
        client,
        annulling,
        html=page,
        files=brought(scans.pdf(size=330_000)),
        **TYPED,
        issuer="court",
        reason="사유",
    )
    assert within.status_code == 413
    assert marked(within.text) == {"document_file"}
    above = sends(
        client, annulling, html=page, files=brought(scans.pdf(size=900_000)), **TYPED, reason="사유"
    )
    assert above.status_code == 413
    stranger = site(database=database_url, paper_limit=300_000)
    turned = sends(stranger, annulling, html=page, files=brought(scans.pdf(size=200_000)), **TYPED)
    assert turned.status_code in {303, 401, 403}


# A file that was chosen and a page that came back


CHOSEN = {"chosen": "document_file"}


@pytest.mark.parametrize(
    ("language", "said"), [("ko", "다시 골라"), ("en", "Choose the file again")]
)
def test_a_page_that_comes_back_says_that_the_file_must_be_chosen_again(
    client: Browser, town: Town, annulling: str, language: str, said: str
) -> None:
    client.headers["accept-language"] = language
    back = sends(client, annulling, files=brought(scans.pdf()), **TYPED, reason="")
    assert said in back.text
    assert marked(back.text) == {"document_file", "reason"}
    assert '<input type="hidden" name="chosen" value="document_file">' in back.text
    never = sends(client, annulling, **TYPED, reason="")
    assert said not in never.text, "who chose none has none to choose again"
    assert 'name="chosen"' not in never.text
    assert papers(town) == []


def test_who_sends_it_again_without_the_file_is_stopped_and_who_means_to_says_so(
    client: Browser, town: Town, referendum_open: UUID, annulling: str
) -> None:
    silent = sends(client, annulling, **TYPED, **CHOSEN, **OURS)
    assert silent.status_code == 422
    assert marked(silent.text) == {"document_file"}
    assert 'name="sure" value="document_file:without"' in silent.text
    assert papers(town) == [], "nothing was entered without its file"
    again = sends(client, annulling, files=brought(scans.pdf()), **TYPED, **CHOSEN, **OURS)
    assert again.status_code == 303
    (paper,) = papers(town)
    with town.begin() as uow:
        assert filing.own(uow.session, paper.id) is not None
    town.seconds_all()
    assert town.measure(referendum_open).stage == Stage.ANNULLED


def test_who_means_to_go_on_without_the_file_ticks_it(
    client: Browser, town: Town, annulling: str
) -> None:
    meant = {"sure": "document_file:without"}
    assert sends(client, annulling, **TYPED, **CHOSEN, **meant, **OURS).status_code == 303
    (paper,) = papers(town)
    with town.begin() as uow:
        assert filing.own(uow.session, paper.id) is None


def test_a_moved_deadline_is_looked_at_first_and_its_file_is_asked_for_again(
    client: Browser, mayor: Colleague, town: Town, referendum_open: UUID
) -> None:
    """The first press only shows what moves: the second one must not lose the letter."""
    number = town.measure(referendum_open).number
    path = f"/desk/measures/{number}/deadlines/collection_ends"
    with town.begin() as uow:
        kept = deadlines.kept(uow.session, referendum_open, "collection_ends")
        assert kept is not None
        later = kept.latest + timedelta(days=3)
    asked = {**TYPED, "day": later.isoformat(), "reason": "사유", "code": mayor.code()}
    shown = sends(client, path, files=brought(scans.pdf()), **asked)
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', shown.text)
    assert len(seen) == 1
    assert "다시 골라" in shown.text
    assert papers(town) == []
    silent = sends(client, path, **asked, **CHOSEN, seen=seen[0])
    assert marked(silent.text) == {"document_file"}
    put = sends(client, path, files=brought(scans.pdf()), **asked, **CHOSEN, seen=seen[0])
    assert put.status_code == 303, put.text


# The papers of the desk


def test_a_paper_is_entered_and_found_by_its_number(client: Browser, town: Town) -> None:
    response = sends(
        client, "/desk/papers", files=brought(scans.png()), issuer="court",
        document_number="2027구합 12", document_day=DAY.isoformat(),
    )  # fmt: skip
    assert response.status_code == 303
    (paper,) = papers(town)
    assert response.headers["location"] == f"/desk/papers/{paper.id}"
    assert "2027구합 12" in client.get("/desk/papers?q=구합12").text
    assert "2027구합 12" not in client.get("/desk/papers?q=선관위").text
    again = sends(
        client, "/desk/papers", issuer="court",
        document_number="2027구합12", document_day="2027-01-02",
    )  # fmt: skip
    assert again.status_code == 409
    assert marked(again.text) == {"document_number"}


def test_one_paper_shows_what_rests_on_it(
    client: Browser, town: Town, referendum_open: UUID
) -> None:
    town.halts(referendum_open)
    (paper,) = papers(town)
    page = client.get(f"/desk/papers/{paper.id}").text
    assert f'href="/desk/measures/{town.measure(referendum_open).number}"' in page
    assert "절차 정지" in page
    assert "법원" in page


def test_a_file_is_saved_with_a_reason_and_never_shown(client: Browser, town: Town) -> None:
    data = scans.pdf(size=2 * filing.PIECE)
    paper = entered(town, data=data)
    path = f"/desk/papers/{paper}/reading"
    page = client.get(f"/desk/papers/{paper}").text
    without = sends(client, path, html=page, reason=" ")
    assert without.status_code == 422
    assert marked(without.text) == {"reason"}
    response = sends(client, path, html=page, reason="이의 검토")
    assert response.content == data
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"


def test_ops_02_another_offices_file_is_neither_offered_nor_given(
    client: Browser, town: Town
) -> None:
    paper = entered(town, authority=Authority.ELECTION_COMMISSION, data=scans.pdf())
    page = client.get(f"/desk/papers/{paper}").text
    assert f"/desk/papers/{paper}/reading" not in page
    assert f"/desk/papers/{paper}/copy" not in page
    response = sends(client, f"/desk/papers/{paper}/reading", reason="궁금함")
    assert response.status_code == 403


def test_papers_are_for_those_who_act_on_them(site: Open, town: Town, database_url: str) -> None:
    registrar = hire(town, "registrar", roles=(Role.REGISTRAR,))
    client = sits(site(database=database_url), registrar)
    assert client.get("/desk/papers").status_code == 403
    assert "/desk/papers" not in client.get("/desk").text


@pytest.mark.parametrize("language", Language)
def test_the_record_tells_in_words_what_was_done_with_a_paper(language: Language) -> None:
    words = Words.load(language)
    for done in ("entered", "filed", "read", "copy_published", "copy_withdrawn"):
        assert words.has(f"record.act.paper.{done}")


# What everybody sees


def test_everybody_sees_number_day_office_and_fingerprint_and_never_the_file(
    client: Browser,
    site: Open,
    town: Town,
    referendum_open: UUID,
    annulling: str,
    database_url: str,
) -> None:
    data = scans.pdf("이름이 있음")
    sends(client, annulling, files=brought(data), **TYPED, issuer="mayor", reason="사유")
    (paper,) = papers(town)
    visitor = site(database=database_url)
    measure = f"/measures/{town.measure(referendum_open).number}"
    assert "시민-9" not in visitor.get(measure).text, "it waits for a second officer"
    assert town.seconds_all() == 1
    page = visitor.get(measure).text
    assert "시민-9 (2027년 2월 1일" in page
    assert hashlib.sha256(data).hexdigest() in page
    assert f"/papers/{paper.id}/copy" not in page
    assert visitor.get(f"/papers/{paper.id}/copy").status_code == 404


def test_a_copy_is_published_after_a_check_and_taken_back_for_good(
    client: Browser, site: Open, town: Town, mayor: Colleague, database_url: str
) -> None:
    paper = entered(town, data=scans.pdf("이름이 있음"))
    path = f"/desk/papers/{paper}"
    page = client.get(path).text
    unchecked = sends(client, f"{path}/copy", html=page, files=brought(scans.pdf("가림")), code="")
    assert marked(unchecked.text) == {"checked", "document_file"}, "the file is to be chosen again"
    same = sends(
        client, f"{path}/copy", html=page, files=brought(scans.pdf("이름이 있음")),
        checked="yes", code=mayor.code(),
    )  # fmt: skip
    assert marked(same.text) == {"document_file"}
    done = sends(client, f"{path}/copy", html=page, files=brought(scans.jpeg()), checked="yes")
    assert done.status_code == 303
    visitor = site(database=database_url)
    given = visitor.get(f"/papers/{paper}/copy")
    assert given.content == scans.jpeg()
    assert given.headers["content-disposition"].startswith("attachment")
    assert 'name="reason"' in client.get(path).text
    back = sends(client, f"{path}/copy/removal", html=page, reason="이름이 보임")
    assert back.status_code == 303
    assert visitor.get(f"/papers/{paper}/copy").status_code == 404
    with town.begin() as uow:
        assert uow.session.scalars(select(PaperPiece.number)).all() != []
