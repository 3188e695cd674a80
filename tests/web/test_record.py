"""Anyone can read the record and the rules, and check a receipt (LOG-03, LOG-05)."""

from __future__ import annotations

import json
import re
from html import unescape
from uuid import UUID

import pytest

from referendum.i18n.words import Language, Words
from referendum.kernel.log import LogKey
from referendum.verifying.records import verify_export
from signatures.collecting import Signed
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends
from tests.web.recording import acts_in_the_source
from thresholds import library
from thresholds.vocabulary import Instrument


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    town.seals()
    return site(database=database_url)


def test_an_entry_is_shown_with_a_proof_that_was_just_checked(client: Browser) -> None:
    page = client.get("/record").text
    assert "/record/entries/" in page
    entry = client.get("/record/entries/0").text
    assert "방금 확인했습니다" in entry
    assert client.get("/record/entries/999999").status_code == 404
    assert client.get("/record?before=1").text.count("/record/entries/") == 1


@pytest.mark.parametrize("language", list(Language))
def test_every_act_that_the_code_can_record_has_words(language: Language) -> None:
    acts = acts_in_the_source()
    assert {
        "measure.drafted",
        "project.relisted",
        "projects.imported",
        "return.count_corrected",
        "signature.withdrawn",
        "staff.locked",
        "vote.not_called",
    } <= acts, "found where they are written, through whatever passes them on"
    words = Words.load(language)
    assert [act for act in sorted(acts) if not words.has(f"record.act.{act}")] == []


def test_the_command_that_checks_the_download_brings_the_key_along(
    client: Browser, log_key: LogKey
) -> None:
    command = f"record verify record.jsonl --vkey '{log_key.vkey}'"
    assert command in unescape(client.get("/record").text)


def test_the_download_verifies_offline(client: Browser, log_key: LogKey) -> None:
    lines = client.get("/record/record.jsonl").text.splitlines()
    assert verify_export(lines, vkey=log_key.vkey).ok


def test_a_signers_receipt_is_found_and_proved(
    client: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    signed = town.signs(measure, town.some(3)[2])
    assert isinstance(signed, Signed)
    assert signed.receipt
    html = client.get("/record").text
    path = "/record/verification"
    soon = sends(client, path, html=html, receipt=signed.receipt)
    assert soon.status_code == 422, "not sealed yet"
    town.seals()
    proved = sends(client, path, html=html, receipt=signed.receipt.lower())
    assert proved.status_code == 200
    assert "이 확인증의 기록은 봉인된 기록에 들어 있습니다" in proved.text
    assert "나중에 철회한 서명도 기록에는 남습니다." in proved.text
    copied = f"안건: 도서관 (안건 1호)\n서명한 날: 2027년 2월 1일\n서명 확인증: {signed.receipt}\n"
    whole = sends(client, path, html=html, receipt=copied)
    assert (whole.status_code, "notice-success" in whole.text) == (200, True), "as it was copied"
    mistyped = sends(client, path, html=html, receipt=signed.receipt[:-1])
    assert (mistyped.status_code, 'id="error-receipt"' in mistyped.text) == (422, True)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_receipt_in_json_that_was_touched_is_refused(client: Browser, language: str) -> None:
    client.headers["accept-language"] = language
    receipt = client.get("/record/entries/1/receipt.json").json()
    html = client.get("/record").text
    path = "/record/verification"
    good = sends(client, path, html=html, receipt=json.dumps(receipt))
    assert good.status_code == 200
    assert "철회한" not in good.text
    assert "withdrawn later" not in good.text
    touched = sends(client, path, html=html, receipt=json.dumps({**receipt, "index": 0}))
    assert touched.status_code == 422
    assert {"ko": "봉인에 이르지 않습니다", "en": "does not lead to the seal"}[
        language
    ] in touched.text
    assert sends(client, path, html=html, receipt="{}").status_code == 422
    assert sends(client, path, html=html, receipt="").status_code == 422


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_rulebook_can_be_read(client: Browser, town: Town, language: str) -> None:
    client.headers["accept-language"] = language
    page = client.get("/rules").text
    assert "/promises" in page.partition('id="advisory"')[2].partition("</section>")[0]
    town.delegates()
    page = client.get("/rules").text
    assert 'href="/rules/kr-goyang-advisory-1"' in page, "the promise that advisory votes follow"
    assert 'href="/rules/kr-goyang-advisory"' not in page, "an example is not in force"
    here = page.partition('id="in-force"')[2].partition('id="sets"')[0]
    aside = [book for book in library.all_rulebooks() if book.country != "kr" or book.proposed]
    assert not [book.id for book in aside if f'href="/rules/{book.id}"' in here]
    assert f'href="/rules/{aside[0].id}"' in page, "they are there to compare with"
    for book in library.all_rulebooks():
        full = client.get(f"/rules/{book.id}")
        assert full.status_code == 200
        for requirement in book.petition.requirements if book.petition else ():
            if hasattr(requirement, "citation"):
                assert requirement.citation in full.text
    assert client.get("/rules/nothing").status_code == 404


def test_a_proposal_is_shown_as_one_and_with_what_it_chooses(client: Browser) -> None:
    """No page says of a draft ordinance or a bill that it is in force, or that it binds."""
    client.headers["accept-language"] = "en"
    for book in library.all_rulebooks():
        page = client.get(f"/rules/{book.id}").text
        assert ("A proposal, in force nowhere" in page) is book.proposed
        assert ("In force from" in page) is not book.proposed
        if book.proposed:
            assert "legally binding" not in page
        if book.choices.share is not None:
            assert f"at least {book.choices.share} of" in page
    reform = client.get("/rules/kr-reform-recall-mayor").text
    assert "depends on the total of claimants" in reform


def test_the_acts_of_one_measure_are_told_in_words_and_alike_ones_together(
    site: Open, town: Town, initiative_open: UUID, database_url: str
) -> None:
    for resident in town.some(4):
        town.signs(initiative_open, resident)
    other = town.opens(Instrument.RECALL)
    town.seals()
    client = site(database=database_url)
    measure = town.measure(initiative_open)
    client.headers["accept-language"] = "en"
    page = client.get(f"/record?measure={measure.number}").text
    assert f"What was done on measure no. {measure.number}" in page
    assert "Step taken: Representatives&#39; certificate issued and published" in page
    assert page.count("4 of them") == 1, "one row for four signatures of a day"
    entries = {int(one) for one in re.findall(r"/record/entries/(\d+)", page)}
    elsewhere = client.get(f"/record?measure={town.measure(other).number}").text
    assert entries.isdisjoint(int(one) for one in re.findall(r"/record/entries/(\d+)", elsewhere))
    assert len(entries) >= 5


def test_a_measure_that_nobody_may_read_of_is_no_choice_of_the_record(
    site: Open, town: Town, database_url: str
) -> None:
    town.drafts(Instrument.INITIATIVE)
    town.seals()
    page = site(database=database_url).get("/record?measure=1").text
    assert 'name="measure"' not in page
