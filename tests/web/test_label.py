"""CER-08: nothing of an advisory vote can be taken for a binding one, through its whole life."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from ballots import stations
from referendum.certificates.layout import Fonts, render
from referendum.certificates.tables import Certificate
from referendum.kernel.draw import Source
from referendum.kernel.people import Authority
from referendum.kernel.record import RecordEntry, RecordPlace
from referendum.lifecycle import locating, polling
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import answering, arguing, drawing, following_up
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.advisory.following_up import Content, ItemKind
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.stages import Stage
from referendum.web.app import routes
from tests.doors.browser import Browser
from tests.town import Town, seconded
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.staff import hire
from tests.web.visitors import Visitor, folds
from tests.web.wording import unfit
from thresholds.vocabulary import Instrument

LABEL = {"ko": "자문투표 · 법적 구속력 없음", "en": "Advisory vote · not legally binding"}
SHORT = {"ko": "자문투표", "en": "Advisory vote"}
STATUTORY = re.compile(r"주민투표")
DOC = Document("시민참여과-7", date(2027, 2, 1))


@dataclass
class Crawl:
    """Opens every page that an advisory vote has, as everybody who may."""

    town: Town
    measure: UUID
    clients: list[Browser]
    """A visitor, a resident, an officer: the last alone is let in at the desk."""
    seen: set[str] = field(default_factory=set)
    opened: list[tuple[Browser, str, str]] = field(default_factory=list)
    """The pages of the last walk, each with whoever saw it."""

    def goes(self) -> None:
        """In Korean, wherever something may be."""
        addresses = list(self.addresses())
        self.opened = [
            (client, route, path)
            for client in self.clients
            for route, path in addresses
            if (client is self.clients[-1] or not route.startswith("/desk"))
            and self.looks(client, path, "ko")
        ]
        self.seen |= {route for _, route, _ in self.opened}

    def goes_again(self) -> None:
        """In English, to what was there."""
        assert self.opened
        assert all(self.looks(client, path, "en") for client, _, path in self.opened)

    def looks(self, client: Browser, path: str, language: str) -> bool:
        """Whether there is a page, which then carries the label."""
        answer = client.get(path, headers={"accept-language": language})
        if answer.status_code != 200:
            assert answer.status_code in NOT_HERE, f"{path}: {answer.status_code}"
            return False
        assert unfit(answer, language) == [], path
        kind = answer.headers["content-type"].partition(";")[0]
        if kind == "text/html" and "<title>" in answer.text:
            labelled(path, answer.text, language)
        elif kind in ("application/json", "text/calendar"):
            said = answer.text.replace("\r\n ", "")
            assert SHORT[language if kind == "text/calendar" else "ko"] in said, path
            assert not STATUTORY.search(said), path
        return True

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Every page that can be read whose address names a measure, a certificate or an entry."""
        known = self.known()
        for route in routes():
            if "GET" in (route.methods or ()) and ABOUT.search(route.path):
                for act in ("call", "annul") if "{act}" in route.path else ("",):
                    values = {**known, "act": act}
                    yield route.path, PARAMETER.sub(partial(_value, values), route.path)

    def known(self) -> dict[str, object]:
        """What stands for the parameters of addresses now."""
        with self.town.begin() as uow:
            found = locating.get(uow.session, self.measure)
            poll = polling.current_poll(uow.session, found)
            box = stations.boxes_of(uow.session, poll.id)[0].id if poll else "none"
            issued = select(Certificate.id).where(Certificate.measure_id == self.measure)
            own = select(RecordPlace.index).join(
                RecordEntry, RecordEntry.id == RecordPlace.entry_id
            )
            index = uow.session.scalars(own.where(RecordEntry.measure_id == self.measure)).first()
            return {
                "number": found.number,
                "box_id": box,
                "certificate_id": uow.session.scalars(issued).first() or "none",
                "index": index or 0,
                "option": "yes",
                "item": 1,
                "name": "arguments_end" if poll else "collection_ends",
                "kind": "turnout",
            }


NOT_HERE = (202, 303, 401, 403, 404, 409, 422)
"""A page may be in the making, of another stage or for others; a failure is a fault."""
ABOUT = re.compile(
    r"^(/desk)?/(measures|workspace|my-signatures)/\{number\}"
    r"|^/certificates/\{|^/record/entries/\{index\}$"
)


PARAMETER = re.compile(r"\{(\w+)[^}]*\}")


def _value(values: Mapping[str, object], found: re.Match[str]) -> str:
    return str(values.get(found[1]))


def labelled(path: str, page: str, language: str) -> None:
    """The mark in title and text; the statutory name nowhere in what the page says of it."""
    label = LABEL[language]
    title = html.unescape(re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[0])
    main = page.partition("<main")[2].partition("</main>")[0]
    said = html.unescape(re.sub(r"<[^>]+>", "", main))
    assert label in title, f"{path}: {title}"
    assert label in said, path
    # The what-if page holds the same petition against other laws, and names them.
    assert path.endswith("/what-if") or not STATUTORY.search(said), path
    assert not STATUTORY.search(title), path


@pytest.fixture
def clients(site: Open, town: Town, database_url: str) -> list[Browser]:
    """A visitor, the first resident (who represents petitions), and an officer of the mayor."""
    officer = sits(site(database=database_url), hire(town, "mayor.one"))
    resident = Visitor(site(database=database_url), town).is_signed_in(town.some(1)[0])
    return [site(database=database_url), resident.client, officer]


def test_cer_08_every_page_of_a_petition_for_an_advisory_vote_carries_the_label(
    town: Town, clients: list[Browser]
) -> None:
    measure = town.drafts(Instrument.ADVISORY)
    crawl = Crawl(town, measure, clients)
    crawl.goes()
    assert "/workspace/{number}/edit" in crawl.seen
    collecting = town.opens(Instrument.ADVISORY)
    town.signs(collecting, town.some(3)[2])
    folds(town, collecting)
    town.seals()
    crawl = Crawl(town, collecting, clients)
    crawl.goes()
    crawl.goes_again()
    assert {
        "/measures/{number}",
        "/measures/{number}/sign",
        "/workspace/{number}",
        "/workspace/{number}/sheet",
        "/desk/measures/{number}",
        "/desk/measures/{number}/examination",
        "/record/entries/{index}",
    } <= crawl.seen
    for path in ("/", "/measures"):
        page = clients[0].get(path, headers={"accept-language": "ko"}).text
        cards = re.findall(r'<li class="card.*?</li>', page, re.DOTALL)
        assert cards
        assert [one for one in cards if LABEL["ko"] not in re.sub(r"<[^>]+>", "", one)] == []


def test_cer_08_every_page_from_the_call_to_the_follow_up_carries_the_label(
    town: Town, clients: list[Browser]
) -> None:
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    crawl = Crawl(town, measure, clients)
    crawl.goes()
    town.calls(measure, Authority.MAYOR)
    with town.begin() as uow:
        arguing.enter(
            uow, measure, option="yes", said_by="이름난 모임", points=[Point("까닭")],
            document=DOC, by=mayor,
        )  # fmt: skip
        day = town.now().date() + timedelta(days=2)
        drawing.commit(
            uow, measure, kind=Source.DRAND, name="default", number="1", day=day, by=mayor
        )
    crawl.goes()
    town.waits_for("polls_open", measure)
    crawl.goes()
    town.votes(measure, turnout=5, votes={"yes": 3, "no": 2})
    crawl.goes()
    town.certifies(measure, Authority.MAYOR)
    town.waits_for("answer_due", measure)
    town.seals()
    crawl.goes()
    reply = Reply(reasons_ko="일부만 합니다.", approval=Approval(DOC))
    with town.begin() as uow:
        answering.answer(
            uow, town.means, measure, decision=Decision.PARTLY, reply=reply, by=seconded(mayor)
        )
        content = Content(
            kind=ItemKind.BUDGET_LINE, title_ko="설계비", amount=1000, planned=date(2027, 3, 1)
        )
        following_up.add(uow, measure, content=content, by=mayor)
    crawl.goes()
    crawl.goes_again()
    assert town.stage(measure) is Stage.ANSWERED
    assert {
        "/measures/{number}",
        "/desk/measures/{number}/draft",
        "/desk/measures/{number}/certify",
        "/desk/measures/{number}/acts/{act}",
        "/desk/measures/{number}/arguments",
        "/desk/measures/{number}/arguments/{option}",
        "/desk/measures/{number}/draw",
        "/desk/measures/{number}/polling",
        "/desk/measures/{number}/polling/boxes/{box_id}/{kind}",
        "/desk/measures/{number}/stations",
        "/desk/measures/{number}/answer",
        "/desk/measures/{number}/follow-up",
        "/desk/measures/{number}/follow-up/{item}",
        "/certificates/{certificate_id}",
        "/certificates/{certificate_id}.json",
        "/record/entries/{index}",
    } <= crawl.seen


def test_cer_08_the_certificate_says_so_in_its_data_its_pages_and_its_title(
    town: Town, advisory_called: UUID
) -> None:
    town.votes(advisory_called, turnout=1, votes={"yes": 1, "no": 0})
    certified = town.certifies(advisory_called, Authority.MAYOR)
    with town.begin() as uow:
        content = uow.session.get_one(Certificate, certified.certificate_id).document
    document = json.loads(content)
    assert document["label"] == LABEL
    assert (document["class"], document["no_legal_effect"]) == ("advisory_certificate", True)
    (undertaking,) = document["undertakings"]
    assert undertaking["met"] is False
    assert (undertaking["turnout"]["counted"], undertaking["turnout"]["needed"]) == (44, 132)
    assert undertaking["majority"]["met"] is True
    reader = PdfReader(BytesIO(render(document, fonts=Fonts.find(), language="ko")))
    assert reader.metadata is not None
    assert LABEL["ko"] in str(reader.metadata.title)
    pages = [page.extract_text() for page in reader.pages]
    assert [page for page in pages if LABEL["ko"] not in page] == []
    assert "예산은 시의회가 의결합니다." in "".join(pages)
    assert "조건이 채워지지 않았습니다" in "".join(pages)
    assert STATUTORY.search("".join(pages)) is None
