"""Tasks at the desk: taken, handed on, given back, in three lists."""

from __future__ import annotations

import re

import pytest

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Act
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument


@pytest.fixture
def clerk(town: Town) -> Colleague:
    return hire(town, "kim", roles=(Role.CLERK,))


@pytest.fixture
def client(site: Open, clerk: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), clerk)


def test_a_task_goes_from_nobody_to_me_to_a_colleague_and_back(
    client: Browser, site: Open, town: Town, database_url: str
) -> None:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    lee = hire(town, "lee", roles=(Role.CLERK,))
    hire(town, "seo", roles=(Role.EXAMINER,))
    queue = client.get("/desk").text
    assert "아직 담당자가 없는 일" in queue
    (taking,) = re.findall(r'action="(/desk/tasks/[^"]+/taking)"', queue)
    taken = sends(client, taking, seen="0")
    assert (taken.status_code, taken.headers["location"]) == (303, "/desk")
    queue = client.get("/desk").text
    assert "내가 맡은 일" in queue
    assert "아직 담당자가 없는 일" not in queue

    page = taking.removesuffix("/taking")
    shown = client.get(page).text
    assert "담당 lee" in shown
    assert "담당 seo" not in shown, "who could not do it is not offered"
    nobody = sends(client, f"{page}/handing", seen="1", colleague="")
    assert (nobody.status_code, 'id="error-colleague"' in nobody.text) == (422, True)
    stale = sends(client, f"{page}/giving-back", seen="0")
    assert "그사이 다른 사람이" in stale.text
    assert sends(client, f"{page}/handing", seen="1", colleague=str(lee.id)).status_code == 303
    assert "동료가 맡은 일" in client.get("/desk").text
    theirs = sits(site(database=database_url), lee)
    assert "내가 맡은 일" in theirs.get("/desk").text
    assert sends(theirs, f"{page}/giving-back", seen="2").status_code == 303
    history = theirs.get(page).text
    assert history.index("맡음") < history.index("넘김") < history.index("내려놓음")
    town.acts(measure, Act.ADMIT, town.officer(Authority.MAYOR))
    assert client.get(page).status_code == 404


def test_an_administrator_hands_out_what_waits_for_other_roles(
    site: Open, town: Town, clerk: Colleague, database_url: str
) -> None:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    admin = sits(site(database=database_url), hire(town, "admin.one", roles=(Role.ADMINISTRATOR,)))
    queue = admin.get("/desk").text
    assert "우리 기관의 다른 담당이 할 일" in queue
    assert "/taking" not in queue, "whoever cannot do it is not asked to take it"
    (page,) = set(re.findall(r'href="(/desk/tasks/[^"]+)"', queue))
    assert "/taking" not in admin.get(page).text
    assert sends(admin, f"{page}/handing", seen="0", colleague=str(clerk.id)).status_code == 303
    assert "담당 kim" in admin.get("/desk").text
