"""An officer's browser at the desk: signs in, opens pages, sends their forms."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel import proposals
from referendum.kernel.people import Authority
from referendum.lifecycle import confirming
from tests.doors.browser import Browser
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.reading import csrf_of
from tests.web.staff import Colleague


def enters(client: Browser, colleague: Colleague) -> Any:
    """Sign in through the page."""
    html = client.get("/desk/sign-in").text
    return sends(
        client,
        "/desk/sign-in",
        html=html,
        username=colleague.username,
        password=PASSWORD,
        code=colleague.code(),
    )


def sits(client: Browser, colleague: Colleague) -> Browser:
    """At the desk without the page in between: a session opened for the officer."""
    town = colleague.town
    with town.begin() as uow:
        opened = sessions.open_staff(uow, held(uow.session, colleague.id))
    client.cookies.set("session", opened.token)
    return client


def sends_twice(client: Browser, path: str, **fields: Any) -> Any:
    """Look at what a form would move, and send it once more; at once where it moves nothing."""
    shown = sends(client, path, **fields)
    seen = re.findall(r'name="seen" value="([0-9a-f]{64})"', shown.text)
    return sends(client, path, seen=seen[0], **fields) if seen else shown


def sends(
    client: Browser, path: str, *, html: str | None = None, files: Any = None, **fields: Any
) -> Any:
    """Send a form with the token that the page gave out."""
    page = client.get("/desk/confirm").text if html is None else html
    return client.post(path, data={"csrf": csrf_of(page), **fields}, files=files)


def seconds(town: Town, put: Any) -> None:
    """Another officer of the office confirms what a form proposed: `put` is what it answered."""
    assert put.status_code == 303, put.text
    address = str(put.headers["location"])
    proposal = UUID(address.partition("?")[0].partition("#")[0].rpartition("/")[2])
    with town.begin() as uow:
        row = proposals.get(uow.session, proposal, place=town.place)
        other = town.officer(Authority(row.proposer_authority))
        confirming.confirm(uow, town.means, proposal, version=row.version, by=other)


TYPED: Final = {
    "document_number": "시민-9",
    "document_day": "2027-02-01",
    "issuer": "mayor",
    "reason": "사유",
}
"""What is typed where a paper of the mayor's own is asked for."""
