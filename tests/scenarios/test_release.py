"""CAN-06: whoever looks, wherever they look, sees no withheld figure: each role at each state.

The walk goes over every page, read of the API, feed and export that can be opened. One box has
figures that stand nowhere else, so that wherever they or their sums turn up, they were shown.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from uuid import UUID

import pytest

from ballots import returns, stations
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.api.app import routes as api_routes
from referendum.asgi import compose
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating, polling
from referendum.web.app import routes as web_routes
from tests.api.callers import API, BASE, EVERY_ROLE, Caller, Switchboard
from tests.doors.gate import services
from tests.town import Town

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
DRAWN: Final = re.compile(r' (?:d|points|transform|viewBox|x|y)="[^"]*"')
NOTHING_OF_A_VOTE: Final = re.compile(
    r"(?:/api/v1)?(?:/desk)?/(?:rules|problems|places|promises|projects|delegations|register|staff"
    r"|workspace|eligibility|demo|petitions|set-up|measures/new)\b"
)
"""Laws, people, projects and petitions: walked elsewhere, and larger than all the rest."""


@dataclass
class Count:
    """A vote of the town whose boxes are being counted, and everybody who may look on."""

    town: Town
    line: Switchboard
    measure: UUID
    boxes: list[BoxView] = field(init=False)
    poll: UUID = field(init=False)

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

    @property
    def figures(self) -> set[int]:
        """Of the marked box, and of all boxes that are counted so far or will be."""
        sums = (0, COUNTED_SO_FAR, len(self.boxes) - 1)
        return {MARKED["yes"] + OTHERS["yes"] * others for others in sums}

    def parameters(self) -> dict[str, str]:
        return {
            "measure_id": str(self.measure),
            "number": str(self.town.measure(self.measure).number),
            "poll_id": str(self.poll),
            "box_id": str(self.boxes[0].id),
            "kind": "count",
            "code": "kr-goyang",
            "act": "cancel",
            "name": "vote_day",
            "option": "yes",
            "index": "0",
        }

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Every pattern that can be opened, with its address here."""
        given = self.parameters()
        for prefix, routes in ((API, api_routes()), ("", web_routes())):
            for route in routes:
                pattern = f"{prefix}{route.path}"
                if "GET" not in (route.methods or ()) or NOTHING_OF_A_VOTE.match(pattern):
                    continue
                if set(route.param_convertors) <= set(given):
                    yield pattern, pattern.format(**given)

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

    def seen(self) -> dict[str, set[str]]:
        """By who looks: the patterns at which a figure that the walk looks for stands."""
        shown = re.compile(rf"(?<![.\w])(?<!\d,)(?:{'|'.join(map(str, self.figures))})\b")
        found: dict[str, set[str]] = {}
        for who, caller in self.everybody().items():
            opened = 0
            found[who] = set()
            for pattern, address in self.addresses():
                answer = caller.client.get(address)
                assert answer.status_code < 500, address
                opened += answer.status_code == HTTPStatus.OK
                if shown.search(plain(answer.text)):
                    found[who].add(pattern)
            assert opened > FEWEST, "the walk finds nothing any more"
        return found


def plain(text: str) -> str:
    """What an answer says: of an export the leaves alone, of a page what is read."""
    rows = [json.loads(row) for row in text.splitlines() if row.startswith('{"type": ')]
    if rows:
        leaves = [base64.b64decode(row["leaf"]) for row in rows if row["type"] == "entry"]
        return "\n".join(leaf.decode() for leaf in leaves)
    return DRAWN.sub("", BLOB.sub("", text))


@pytest.fixture
def count(
    town: Town, advisory_furnished: UUID, keyring: Keyring, database_url: str
) -> Iterator[Count]:
    service = services(
        keyring, database_url, public_url=BASE, pool=20, requests_per_minute=1_000_000
    )
    yield Count(town, Switchboard(compose(service), town), advisory_furnished)
    service.engine.dispose()


RECORD: Final = {"/api/v1/record/export", "/record/record.jsonl"}
OWN: Final = {
    "/api/v1/boxes/{box_id}/returns",
    "/desk/measures/{number}/polling/boxes/{box_id}/{kind}",
}
"""Of their own counting authority, those who key see what was keyed for a box."""
SUMS: Final = {"/api/v1/polls/{poll_id}/canvass"}
RESULT: Final = {*RECORD, *SUMS, "/measures/{number}", "/api/v1/measures/{measure_id}/answer"}
NOBODY: Final[Seen] = {}
BY_STATE: Final[dict[str, tuple[tuple[Callable[[Count], None], ...], Seen]]] = {
    "turnout is in": ((Count.turns_out,), NOBODY),
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
    assert count.seen() == {who: released.get(who, set()) for who in EVERYBODY}
