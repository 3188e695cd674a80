"""CAN-06: whoever looks, wherever they look, sees no withheld figure: each role at each state.

The walk goes over every page, read of the API, feed and export that can be opened. One box has
figures that stand nowhere else, so that wherever they or their sums turn up, they were shown.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from itertools import cycle, product
from typing import Final
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ballots import returns, stations
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.api.app import routes as api_routes
from referendum.asgi import compose
from referendum.certificates.tables import Certificate
from referendum.identity.tables import Staff
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority, Role
from referendum.kernel.proposals import Proposal
from referendum.kernel.record import RecordCheckpoint, RecordEntry, RecordPlace
from referendum.lifecycle import locating, polling
from referendum.lifecycle.promise.tables import Delegation
from referendum.web.app import routes as web_routes
from tests.api.callers import API, BASE, EVERY_ROLE, Caller, Switchboard
from tests.doors.gate import services
from tests.town import Town
from tests.web.public_addresses import FIGURES, SIMULATED
from tests.web.wording import unfit
from tests.worker.office import Office

MARKED: Final = {"yes": 460, "no": 5}
"""Its first figure is larger than all other numbers here: the record has fewer entries."""
INVALID: Final = 1
OTHERS: Final = {"yes": 1, "no": 0}
EVERYBODY: Final = (
    *("visitor", "resident", "another authority", "every other role", "canvasser", "certifier"),
)
Seen = dict[str, set[str]]
FEWEST: Final = 15
"""Pages that open for anybody, at least."""
COUNTED_SO_FAR: Final = 3
"""Boxes besides the marked one."""
BLOB: Final = re.compile(r"[A-Za-z0-9+/]{40,}=*")
"""Signatures, hashes and leaves: what leaves say is looked at in plain."""
LEAF: Final = re.compile(r'"leaf": ?"([A-Za-z0-9+/]+=*)"')
DRAWN: Final = re.compile(r' (?:d|points|transform|viewBox|x|y)="[^"]*"')
NOTHING_OF_A_VOTE: Final = re.compile(
    r"(?:/api/v1)?(?:/desk)?/(?:rules|problems|places|promises|projects|delegations|register|staff"
    r"|workspace|eligibility|demo|petitions|set-up|measures/new)\b"
)
"""Laws, people, projects and petitions: walked in one state alone, that of the whole secret."""
OF_A_COUNT: Final = ("returns.", "poll.", "measure.", "certificate.")
CLOSED: Final = "poll.closed"
"""Before this entry of the record no figure was there to be written."""
NOT_OF_THIS_VOTE: Final = (
    *(
        "challenge",
        "challenge_id",
        "change_id",
        "designation_id",
        "examination_id",
        "hold_id",
        "intake",
    ),
    *("intake_id", "invitation", "inviter", "line_id", "of", "paper_id", "petition_id"),
    *("project_id", "token"),
)
"""Parts of addresses that name nothing here: the mayor called this vote, nobody signed for it.

They are refused as whatever is not there; that is seen once, in the state of the whole secret.
"""
CLOSED_HERE: Final = re.compile(
    r"challenge|change_id|designation_id|enrol|paper_id|petition_id|project_id|/projects/\{number|intake|/demo"
    r"|attachments/\{at|/versions/\{version|desk/pages/|set-up|token|measure_id\}/(?:needed|verdict|sheets)|/\{name\}/moves|eligibility"
)
"""What this vote has not: petitions, codes on their way, drafts, sheets, files of the register,
days that could still be moved."""
ASKED: Final = {
    f"{API}/record/consistency": "?old={old}",
    f"{API}/rules/simulate": "?rules=kr-today",
    f"{API}/rules/{{rulebook_id}}/needed": f"?{FIGURES}",
    "/rules/compare/ordinance": f"?{SIMULATED}",
    "/rules/compare/ordinance.txt": f"?{SIMULATED}",
}
"""What must be asked with an address, where it says nothing without."""
LOOK_EVERYWHERE: Final = ("visitor", "every other role", "canvasser")
"""Who walks where nothing is of a vote: whoever is let in there sees what these see."""


@dataclass
class Count:
    """A vote of the town whose boxes are being counted, and everybody who may look on."""

    town: Town
    line: Switchboard
    measure: UUID
    office: Office
    boxes: list[BoxView] = field(init=False)
    poll: UUID = field(init=False)
    certified: bool = False

    def __post_init__(self) -> None:
        """Called and furnished; one early box is added, and the polls close."""
        officer = self.town.officer(Authority.MAYOR)
        with self.town.begin() as uow:
            self.poll = polling.poll_of(uow.session, locating.get(uow.session, self.measure)).id
            first, *_ = stations.boxes_of(uow.session, self.poll)
            early = stations.add_box(
                uow,
                poll_id=self.poll,
                station_id=first.station_id,
                kind=Kind.EARLY,
                electors=None,
                by=officer,
            )
        self.town.waits_for("polls_close", self.measure)
        with self.town.begin() as uow:
            found = stations.boxes_of(uow.session, self.poll)
        self.boxes = sorted(found, key=lambda box: box.id != early.id)

    def turns_out(self) -> None:
        officer = self.town.officer(Authority.MAYOR)
        with self.town.begin() as uow:
            for at, box in enumerate(self.boxes):
                cast = sum((MARKED if at == 0 else OTHERS).values()) + (INVALID if at == 0 else 0)
                returns.enter_turnout(uow, box.id, issued=cast, cast=cast, by=officer)
        self.town.seals()

    def counts_some(self) -> None:
        self._counts(slice(0, 1 + COUNTED_SO_FAR))

    def counts_all(self) -> None:
        self._counts(slice(0, None))

    def _counts(self, boxes: slice) -> None:
        officer = self.town.officer(Authority.MAYOR)
        with self.town.begin() as uow:
            for at, box in list(enumerate(self.boxes))[boxes]:
                votes, invalid = (MARKED, INVALID) if at == 0 else (OTHERS, 0)
                returns.enter_count(
                    uow,
                    box.id,
                    papers=sum(votes.values()) + invalid,
                    votes=votes,
                    invalid=invalid,
                    by=officer,
                )
        self.town.seals()

    def is_certified(self) -> None:
        self.town.certifies(self.measure, Authority.MAYOR)
        self.town.seals()
        self.office.empties(times=1)
        self.certified = True

    @property
    def figures(self) -> set[int]:
        """Of the marked box, and of all boxes that are counted so far or will be."""
        sums = (0, COUNTED_SO_FAR, len(self.boxes) - 1)
        return {MARKED["yes"] + OTHERS["yes"] * others for others in sums}

    def parameters(self) -> Mapping[str, Sequence[object]]:
        """What stands for each part of an address: all that it may be, where that shows more."""
        nowhere = [uuid4()]
        with self.town.begin() as uow:
            find = uow.session.scalars
            certificates = find(select(Certificate.id)).all()
            promises = find(select(Delegation.id)).all()
            officers = find(select(Staff.id).limit(1)).all()
            entries = self._entries(uow.session)
            proposed = find(select(Proposal.id)).all()
        return {
            **dict.fromkeys(NOT_OF_THIS_VOTE, nowhere),
            "act": ["annul", "cancel"],
            "box_id": [box.id for box in self.boxes[:2]],
            "case": ["goyang-2023-mayor"],
            "certificate_id": certificates or nowhere,
            "code": ["kr-goyang", "page-not-found"],
            "entry_id": [entry for entry, _ in entries],
            "absence_id": nowhere,
            "at": [1],
            "index": [index for _, index in entries],
            "item": [1],
            "instrument": ["advisory"],
            "kind": ["turnout", "count"],
            "leaf": ["contact"],
            "measure_id": [self.measure],
            "name": ["vote_day", "arguments_end"],
            "number": [self.town.measure(self.measure).number],
            "option": list(MARKED),
            "paper": ["a4"],
            "poll_id": [self.poll],
            "problem": ["page-not-found"],
            "promise_id": promises,
            "proposal_id": proposed or nowhere,
            "rulebook_id": ["kr-goyang-initiative-today"],
            "staff_id": officers,
            "start": ["advisory"],
            "task_name": ["undated.canvasser", "undated.certifier"],
            "version": [1],
        }

    def _entries(self, session: Session) -> list[tuple[UUID, int]]:
        """Since the close: the first of each act of a count, and what speaks of the marked box.

        An entry says what was written then: the others are looked at in the export, all of them.
        """
        closed = (
            select(RecordPlace.index)
            .join(RecordEntry, RecordPlace.entry_id == RecordEntry.id)
            .where(RecordEntry.act == CLOSED)
        )
        sealed = session.execute(
            select(RecordEntry.id, RecordPlace.index, RecordEntry.act, RecordEntry.leaf)
            .join(RecordPlace, RecordPlace.entry_id == RecordEntry.id)
            .where(RecordPlace.index >= closed.scalar_subquery())
            .order_by(RecordPlace.index)
        )
        box, acts, found = str(self.boxes[0].id).encode(), set[str](), []
        for entry, index, act, leaf in sealed:
            counted = act.startswith(OF_A_COUNT) and act not in acts
            if counted or box in leaf:
                acts.add(act)
                found.append((entry, index))
        return found

    def addresses(self, *, everything: bool) -> Iterator[tuple[str, str]]:
        """Every pattern that can be opened, with each of its addresses here."""
        given = self.parameters()
        with self.town.begin() as uow:
            old = uow.session.scalars(select(func.min(RecordCheckpoint.size))).one()
        for prefix, routes in ((API, api_routes()), ("", web_routes())):
            for route in routes:
                pattern = f"{prefix}{route.path}"
                if "GET" not in (route.methods or ()):
                    continue
                names = list(route.param_convertors)
                nothing = NOTHING_OF_A_VOTE.match(pattern) or set(names) & {*NOT_OF_THIS_VOTE}
                if everything or not nothing:
                    for values in product(*(given[name] for name in names)):
                        address = pattern.format(**dict(zip(names, values, strict=True)))
                        yield pattern, address + ASKED.get(pattern, "").format(old=old)

    def everybody(self) -> dict[str, Caller]:
        others = tuple(role for role in Role if role not in {Role.CANVASSER, Role.CERTIFIER})
        return {
            "visitor": self.line.visitor(),
            "resident": self.line.resident(self.town.some(1)[0]),
            "another authority": self.line.officer(Authority.COUNCIL_CHAIR, *EVERY_ROLE),
            "every other role": self.line.officer(Authority.MAYOR, *others),
            "canvasser": self.line.officer(Authority.MAYOR, Role.CANVASSER),
            "certifier": self.line.officer(Authority.MAYOR, Role.CERTIFIER),
        }

    def seen(self, *, everything: bool = False) -> Seen:
        """By who looks: the patterns at which a figure that the walk looks for stands."""
        figures = "|".join(map(str, self.figures))
        shown = re.compile(rf"(?<![.\w])(?<!\d,)(?:{figures})\b(?!,\d{{3}})")
        addresses = list(self.addresses(everything=everything))
        found: Seen = {}
        closed = {pattern for pattern, _ in addresses}
        for (who, caller), language in zip(self.everybody().items(), cycle(("ko", "en"))):
            caller.client.headers["accept-language"] = language
            opened = set()
            found[who] = set()
            looks = _Looks(caller, language, shown)
            for pattern, address in addresses:
                if NOTHING_OF_A_VOTE.match(pattern) and who not in LOOK_EVERYWHERE:
                    continue
                opens, shows = looks.at(address)
                if opens:
                    opened.add(pattern)
                if shows:
                    found[who].add(pattern)
            assert len(opened) > FEWEST, "the walk finds nothing any more"
            closed -= opened
        expected = (
            CLOSED_HERE
            if self.certified
            else re.compile(rf"{CLOSED_HERE.pattern}|certificate_id|/result\.csv")
        )
        left = {pattern for pattern in closed if not expected.search(pattern)}
        assert left == set(), "nobody can open these here: are they looked into?"
        return found


@dataclass
class _Looks:
    """One caller's walk. Where many addresses lead to one page, it is looked at once."""

    caller: Caller
    language: str
    shown: re.Pattern[str]
    before: dict[str, tuple[bool, bool]] = field(default_factory=dict)

    def at(self, address: str) -> tuple[bool, bool]:
        """Whether a page opens there in the end, and whether a figure stands on it."""
        if address not in self.before:
            answer = self.caller.client.get(address, follow_redirects=False)
            assert answer.status_code < 500, address
            if answer.next_request is not None:
                self.before[address] = self.at(str(answer.next_request.url))
            else:
                opens = answer.status_code == HTTPStatus.OK
                assert not opens or unfit(answer, self.language) == [], address
                self.before[address] = (opens, bool(self.shown.search(plain(answer))))
        return self.before[address]


def plain(answer: Response) -> str:
    """What an answer says: leaves of the record as they were written, of a page what is read."""
    if answer.headers.get("content-type", "").startswith("application/pdf"):
        return printed(answer.content)
    leaves = [base64.b64decode(leaf).decode() for leaf in LEAF.findall(answer.text)]
    return "\n".join([DRAWN.sub("", BLOB.sub("", answer.text)), *leaves])


@lru_cache(maxsize=8)
def printed(document: bytes) -> str:
    """What a PDF says: all who look are given the same one."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)


@pytest.fixture
def count(
    town: Town, advisory_furnished: UUID, keyring: Keyring, database_url: str
) -> Iterator[Count]:
    service = services(
        keyring, database_url, public_url=BASE, pool=20, requests_per_minute=1_000_000
    )
    yield Count(town, Switchboard(compose(service), town), advisory_furnished, Office(service))
    service.engine.dispose()


RECORD: Final = {
    *("/api/v1/record/export", "/record/record.jsonl"),
    *("/record/entries/{index}", "/record/entries/{index}/receipt.json"),
    "/api/v1/record/entries/{entry_id}/receipt",
}
CERTIFICATE: Final = {
    *("/certificates/{certificate_id}", "/certificates/{certificate_id}.json"),
    *("/certificates/{certificate_id}.pdf", "/api/v1/certificates/{certificate_id}"),
    "/api/v1/certificates/{certificate_id}/pdf",
}
OWN: Final = {
    "/api/v1/boxes/{box_id}/returns",
    "/desk/measures/{number}/polling/boxes/{box_id}/{kind}",
}
"""Of their own counting authority, those who key see what was keyed for a box."""
SUMS: Final = {"/api/v1/polls/{poll_id}/canvass"}
RESULT: Final = {
    *RECORD,
    *CERTIFICATE,
    *SUMS,
    "/measures/{number}",
    "/api/v1/measures/{measure_id}/answer",
}
BY_STATE: Final[dict[str, tuple[tuple[Callable[[Count], None], ...], Seen]]] = {
    "some boxes are counted": (
        (Count.turns_out, Count.counts_some),
        {"canvasser": OWN},
    ),
    "all boxes are counted": (
        (Count.turns_out, Count.counts_all),
        {
            **dict.fromkeys(EVERYBODY, RECORD),
            "canvasser": {*RECORD, *OWN, *SUMS, "/desk/measures/{number}/polling"},
            "certifier": {
                *RECORD,
                *SUMS,
                "/api/v1/measures/{measure_id}/verdict",
                "/desk/measures/{number}/certify",
            },
        },
    ),
    "two have certified": (
        (Count.turns_out, Count.counts_all, Count.is_certified),
        {
            **dict.fromkeys(EVERYBODY, RESULT),
            "canvasser": {*RESULT, *OWN, "/desk/measures/{number}/polling"},
        },
    ),
}
"""What brings the count there, and who then finds figures where."""


@pytest.mark.parametrize("state", BY_STATE)
def test_can_06_each_sees_what_is_released_to_them_and_nothing_more(
    count: Count, state: str
) -> None:
    steps, released = BY_STATE[state]
    for step in steps:
        step(count)
    everything = state == "all boxes are counted"
    assert count.seen(everything=everything) == {who: released.get(who, set()) for who in EVERYBODY}


def test_where_only_turnout_is_in_each_page_opens_and_is_in_words(count: Count) -> None:
    """No figure is there yet that could be seen: one walk, of whoever keys what comes next."""
    count.turns_out()
    caller = count.everybody()["canvasser"]
    looks = _Looks(caller, "ko", re.compile(str(sum(MARKED.values()) + INVALID)))
    caller.client.headers["accept-language"] = "ko"
    opens = [looks.at(address)[0] for _, address in count.addresses(everything=False)]
    assert opens.count(True) > FEWEST
