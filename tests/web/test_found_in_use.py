"""What use of the pages has brought to light, each kept right by the case that showed it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from jinja2 import DictLoader
from sqlalchemy import select

from referendum.i18n.words import Words
from referendum.identity.tables import Staff
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Act, Stage
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import hire
from tests.web.visitors import Visitor, folds, registers_phone
from thresholds.vocabulary import Instrument

SIGNER = 30


def test_an_act_refused_after_it_had_written_is_shown_again(
    site: Open, town: Town, database_url: str
) -> None:
    """The rules are pinned before the promise is asked; both are undone, and the page stands."""
    town.delegates(asked_by={"mayor": True, "residents": "1/150"})
    measure = town.drafts(Instrument.ADVISORY)
    town.delegates(asked_by={"mayor": True})
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    clerk = sits(site(database=database_url), hire(town, "mayor"))
    answer = sends(clerk, "/desk/measures/1/acts/admit")
    assert answer.status_code == 409
    assert 'class="error-summary"' in answer.text
    assert 'action="/desk/measures/1/acts/admit"' in answer.text
    kept = town.measure(measure)
    assert (kept.stage, kept.rulebook) == (Stage.APPLIED, None)


@pytest.mark.parametrize(
    "broken", [{}, {"desk/account-sheet.html": "{{ what_nobody_gave }}"}], ids=str
)
def test_nothing_is_done_whose_answer_cannot_be_shown(
    site: Open, town: Town, database_url: str, broken: dict[str, str]
) -> None:
    """The link of a new account is shown once: an account without it would be nobody's."""
    chief = hire(town, "chief", roles=(Role.ADMINISTRATOR,))
    hire(town, "second", roles=(Role.ADMINISTRATOR,))
    client = sits(site(database=database_url, templates=DictLoader(broken)), chief)
    answer = sends(
        client,
        "/desk/staff",
        username="lee.new",
        display_name="이담당",
        office_title="과장",
        roles="clerk",
        code=chief.code(),
    )
    with town.begin() as uow:
        made = uow.session.scalars(select(Staff).where(Staff.username == "lee.new")).all()
    assert (answer.status_code, len(made)) == ((500, 0) if broken else (200, 1))


def test_nobody_is_led_to_sign_what_a_court_has_halted(
    site: Open, town: Town, database_url: str, referendum_open: UUID
) -> None:
    number = town.measure(referendum_open).number
    visitor = site(database=database_url)
    way = f'href="/measures/{number}/sign"'
    assert way in visitor.get(f"/measures/{number}").text
    hold = town.halts(referendum_open)
    assert way not in visitor.get(f"/measures/{number}").text
    town.lifts(referendum_open, hold)
    assert way in visitor.get(f"/measures/{number}").text


def test_a_line_is_looked_at_but_not_decided_while_signatures_are_collected(
    site: Open, town: Town, database_url: str, referendum_open: UUID
) -> None:
    """The form was shown, filled in, and refused whatever it said."""
    town.brings(referendum_open, town.some(3))
    path = f"/desk/measures/{town.measure(referendum_open).number}/examination"
    examiner = sits(site(database=database_url), hire(town, "examiner"))
    (line, *_) = re.findall(rf'href="({path}/lines/[0-9a-f-]+)"', examiner.get(path).text)
    seen = examiner.get(line).text
    assert "적힌 그대로" in seen
    assert "서명부가 제출된 뒤 이의신청 심사가 끝날 때까지만" in seen
    assert 'name="decision"' not in seen


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("ko", "서명하거나 도장을 찍었으면 예, 아니면 아니오."),
        ("en", "Yes where there is a signature or a seal, else no."),
    ],
)
def test_the_columns_of_a_sheets_file_are_said_in_words(
    site: Open, town: Town, initiative_open: UUID, database_url: str, language: str, says: str
) -> None:
    assert initiative_open
    examiner = sits(
        site(database=database_url), hire(town, "examiner", authority=Authority.COUNCIL_CHAIR)
    )
    examiner.headers["accept-language"] = language
    assert says in examiner.get("/desk/measures/1/examination/paper").text


@pytest.mark.parametrize(("language", "ended"), [("ko", "마지막 상태"), ("en", "Where it ended")])
def test_what_is_over_is_not_called_now_and_its_outcome_is_the_largest_word(
    site: Open, town: Town, referendum_furnished: UUID, database_url: str, language: str, ended: str
) -> None:
    town.votes(referendum_furnished, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(referendum_furnished, Authority.ELECTION_COMMISSION)
    client = site(database=database_url)
    page = client.get("/measures/1", headers={"accept-language": language}).text
    outcome = Words.load(language)("measure.outcome.adopted")
    assert f'<p class="result-outcome"><strong>{outcome}</strong></p>' in page
    assert ended not in page, "a suit may still come"
    town.waits(days=40)
    town.calendar_catches_up()
    page = client.get("/measures/1", headers={"accept-language": language}).text
    assert f'<p class="moment-when">{ended} <span' in page


def test_a_districts_hidden_number_says_why_beside_it(
    site: Open, town: Town, initiative_open: UUID, database_url: str
) -> None:
    town.brings(initiative_open, town.some(2))
    folds(town, initiative_open)
    chosen = town.districts[0].code
    page = site(database=database_url).get(f"/measures/1?district={chosen}").text
    panel = page.partition('aria-labelledby="district"')[2].partition("</section>")[0]
    assert "표시 안 함" in panel
    assert "5명 미만인 곳과" in panel


def test_a_stage_is_coloured_alike_in_every_list(
    site: Open, town: Town, initiative_open: UUID, database_url: str
) -> None:
    registers_phone(town, SIGNER)
    town.signs(initiative_open, SIGNER)
    town.waits_for("submission_due", initiative_open)
    town.calendar_catches_up()
    visitor = Visitor(site(database=database_url), town).is_signed_in(SIGNER)
    colours = [
        re.findall(r'class="status (status-\w+)"', visitor.opens(path))
        for path in ("/measures", "/my-signatures")
    ]
    assert colours == [["status-ended"], ["status-ended"]]
