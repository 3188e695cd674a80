"""A measure's page tells residents who are signed in what is their own, and nobody else."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select, update

from referendum.i18n.words import Language, Words
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority
from referendum.kernel.sealing import SealedDataKey
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web import assets
from referendum.web.districts import Row, Shown
from referendum.web.templating import environments
from signatures import tallying
from signatures.tables import Petition
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.reading import Page
from tests.web.staff import hire
from tests.web.visitors import Visitor, folds
from thresholds.requirement import DistrictFinding
from thresholds.vocabulary import Instrument

SIGNER, OTHER = 30, 31
PATH = "/measures/1"
SIGN = 'href="/measures/1/sign"'
LANGUAGES = ("ko", "en")
OWN = re.compile(r"내 읍·면·동|서명하셨습니다|/my-signatures#")
SAID = re.compile(r'<section class="panel" aria-labelledby="district">.*?</section>', re.DOTALL)
MARKED = re.compile(r'<tr class="row-chosen">.*?</tr>', re.DOTALL)


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    """Of a site whose public pages are shared."""
    return Visitor(site(database=database_url, page_seconds=60), town)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def leaves(visitor: Visitor) -> Browser:
    """Nobody is signed in any more."""
    visitor.client.cookies.clear()
    return visitor.client


def panel(html: str) -> str:
    """What a page says of the one district that was chosen, or is one's own."""
    found = SAID.search(html)
    assert found, "no district is shown by itself"
    return words_of(found[0])


# One's signature


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_signed_is_told_so_in_place_of_the_button(
    visitor: Visitor, initiative_open: UUID, language: str
) -> None:
    town, words = visitor.town, Words.load(language)
    visitor.client.headers["accept-language"] = language
    before = visitor.client.get(PATH)
    assert before.headers["cache-control"].startswith("public")
    assert SIGN in visitor.is_signed_in(SIGNER).opens(PATH)
    town.signs(initiative_open, SIGNER)
    answer = visitor.client.get(PATH)
    day = town.now().date()
    said = words("public.signed", day=day, how=words("signatures.origin.online"))
    assert said in answer.text
    assert 'href="/my-signatures#measure-1"' in answer.text
    assert SIGN not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert 'id="measure-1"' in visitor.opens("/my-signatures")
    shared = leaves(visitor).get(PATH)
    assert shared.text == before.text
    assert said not in shared.text


def test_it_is_told_to_nobody_else(
    visitor: Visitor, town: Town, initiative_open: UUID, site: Open, database_url: str
) -> None:
    town.signs(initiative_open, SIGNER)
    html = visitor.is_signed_in(OTHER).opens(PATH)
    assert SIGN in html
    assert "서명하셨습니다" not in html
    desk = sits(site(database=database_url), hire(town, "officer"))
    assert OWN.search(desk.get(PATH).text) is None
    assert OWN.search(leaves(visitor).get(PATH).text) is None


def test_who_takes_it_back_may_sign_again(visitor: Visitor, initiative_open: UUID) -> None:
    visitor.town.signs(initiative_open, SIGNER)
    visitor.is_signed_in(SIGNER)
    visitor.sends("/my-signatures/1/withdraw", seen=visitor.opens("/my-signatures/1/withdraw"))
    html = visitor.opens(PATH)
    assert SIGN in html
    assert "서명하셨습니다" not in html


def test_it_is_told_after_the_signing_too_and_no_more_once_the_key_is_gone(
    visitor: Visitor, initiative_open: UUID
) -> None:
    town = visitor.town
    town.signs(initiative_open, SIGNER)
    town.waits_for("collection_ends", initiative_open)
    assert "서명하셨습니다" in visitor.is_signed_in(SIGNER).opens(PATH)
    with town.begin() as uow:
        petition = uow.session.get_one(Petition, town.petition(initiative_open))
        key = SealedDataKey.id == petition.key_id
        uow.session.execute(update(SealedDataKey).where(key).values(wrapped=None))
    assert "서명하셨습니다" not in visitor.opens(PATH)


# One's district


@pytest.fixture
def recall(visitor: Visitor, recall_open: UUID) -> Town:
    """Twelve signed on paper in each of five districts, and two in each of ten: just enough."""
    town = visitor.town
    few = [number for one in town.districts[5:15] for number in town.people[one.id][:2]]
    town.reviews(recall_open, [*town.some(60), *few], bad=2)
    town.certifies(recall_open, Authority.ELECTION_COMMISSION)
    assert town.stage(recall_open) is Stage.SUFFICIENT
    folds(town, recall_open)
    return town


def is_shown(town: Town, district: UUID) -> bool:
    """Some of twelve are hidden as well, by their ids, so that a sum gives nobody away."""
    with town.begin() as uow:
        petition = uow.session.scalars(select(Petition.id)).one()
        counted = tallying.tally(uow.session, petition)
    public = tallying.public_districts(counted, [one.id for one in town.districts])
    return public[district] is not None


def test_a_district_is_found_by_choosing_it(visitor: Visitor, recall: Town) -> None:
    district = next(one for one in recall.districts if is_shown(recall, one.id))
    plain = visitor.client.get(PATH)
    assert SAID.search(plain.text) is None
    assert f'<option value="{district.code}"' in plain.text
    answer = visitor.client.get(PATH, params={"district": district.code})
    assert answer.headers["cache-control"].startswith("public"), "anybody may ask for any district"
    said = panel(answer.text)
    assert said.startswith(f"{district.name_ko} 청구권자 수 12 유효한 서명 12 최소 서명수 2")
    assert said.endswith("최소 서명수를 채웠습니다.")
    marked = MARKED.findall(answer.text)
    assert [words_of(row).startswith(f"{district.name_ko} 고른 곳") for row in marked] == [True]
    assert Page(answer.text).faults == []
    nowhere = visitor.opens(f"{PATH}?district=nowhere")
    assert (SAID.search(nowhere), MARKED.findall(nowhere)) == (None, [])


def test_what_a_district_lacks_is_not_told_where_its_number_is_not(
    visitor: Visitor, recall: Town
) -> None:
    last = recall.districts[-1]
    said = panel(visitor.opens(f"{PATH}?district={last.code}"))
    assert "유효한 서명 표시 안 함" in said
    assert "몇 명이 모자라는지 알려 드릴 수 없습니다" in said
    assert "명 모자랍니다" not in said


def test_ones_own_district_is_marked_for_oneself_alone(visitor: Visitor, recall: Town) -> None:
    own, other = recall.districts[0], recall.districts[1]
    visitor.is_signed_in(recall.people[own.id][0])
    answer = visitor.client.get(PATH)
    assert answer.headers["cache-control"] == "no-store"
    assert panel(answer.text).startswith(f"내 읍·면·동: {own.name_ko}")
    marked = MARKED.findall(answer.text)
    assert [words_of(row).startswith(f"{own.name_ko} 내 읍·면·동") for row in marked] == [True]
    looked = visitor.opens(f"{PATH}?district={other.code}")
    assert panel(looked).startswith(other.name_ko)
    assert "내 읍·면·동" not in looked
    shared = leaves(visitor).get(PATH).text
    assert OWN.search(shared) is None
    assert SAID.search(shared) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("standing", "examined", "told"),
    [
        (7, False, ["short", "so-far"]),
        (7, True, ["short"]),
        (13, False, ["reached-so-far"]),
        (13, True, ["reached"]),
        (None, False, ["hidden", "short-hidden"]),
        (None, True, ["hidden", "short-hidden"]),
    ],
)
def test_what_is_missing_is_told_as_surely_as_it_is_known(
    keyring: Keyring, language: str, standing: int | None, told: list[str], *, examined: bool
) -> None:
    floor = DistrictFinding(name="가동", whole=494, counted=standing, needed=13, sum="")
    row = Row("ga", "가동", "", 494, standing, floor, None, None, None, 0)
    shown = Shown([row], [], None, row)
    macros = environments(services(keyring), assets.built())[Language(language)]
    page = macros.get_template("macros/measure.html").make_module()
    words = Words.load(language)
    said = [words(f"public.districts.{key}", short=6) for key in told]
    html = page.one_district(Measure(number=1), shown, examined)  # type: ignore[attr-defined]
    assert words_of(html).endswith(" ".join(["13", *said]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "instrument", [Instrument.INITIATIVE, Instrument.ADVISORY, Instrument.RECALL]
)
def test_whether_single_districts_must_reach_something_is_said(
    visitor: Visitor, language: str, instrument: Instrument
) -> None:
    town, words = visitor.town, Words.load(language)
    town.opens(instrument)
    visitor.client.headers["accept-language"] = language
    html = visitor.opens(PATH)
    count = len(town.districts)
    none = words("public.districts.no-minimum")
    each = words("public.districts.minimum", needed=-(-count // 3), count=count)
    is_recall = instrument is Instrument.RECALL
    assert (each in html, none in html) == (is_recall, not is_recall)
