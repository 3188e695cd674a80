"""LIF-02 to LIF-04: the turns that a naive machine forgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from ballots import dividing, polls, stations
from ballots.dividing import NewStation
from ballots.tables import Kind
from referendum.certificates.tables import Certificate
from referendum.kernel import clock
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.lifecycle import (
    calendar,
    certifying,
    drafting,
    holding,
    locating,
    polling,
    rules,
    surveying,
)
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.dates import moving
from referendum.lifecycle.errors import (
    AnnouncedDayStands,
    AttestedBefore,
    BarApplies,
    CuredBefore,
    DayImplausible,
    DayIsOver,
    DayNotAllowed,
    DocumentNeeded,
    NeedsCertifying,
    NotHeld,
    NotYourAct,
    OnHold,
    ParticularMissing,
    PollsWereHalted,
    RuleRefused,
)
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from referendum.lifecycle.tables import ElectionSet
from tests.town import PAPER, Town
from thresholds import library
from thresholds.vocabulary import Event, Instrument, Route

COURT = Particulars(document=Document("2027구합1", date(2027, 2, 1)), reason="판결")
CHAIR, MAYOR, COMMISSION = (
    Authority.COUNCIL_CHAIR,
    Authority.MAYOR,
    Authority.ELECTION_COMMISSION,
)
SEOUL = ZoneInfo("Asia/Seoul")


def test_lif_02_the_council_accepts_the_purpose_and_no_vote_is_held(
    town: Town, referendum_sufficient: UUID
) -> None:
    """LIF-02, REF §13."""
    town.acts(referendum_sufficient, Act.ACCEPT_PURPOSE, town.officer(MAYOR), COURT)
    assert town.stage(referendum_sufficient) is Stage.PURPOSE_ACCEPTED
    with pytest.raises(ActNotAllowed):
        town.calls(referendum_sufficient, MAYOR)


def test_lif_02_the_office_falls_vacant_and_the_recall_ends(town: Town) -> None:
    """LIF-02, REC §13: also while the vote is called, and powers are no longer suspended."""
    measure = called_recall(town)
    town.acts(measure, Act.END_BY_VACANCY, town.officer(COMMISSION), COURT)
    assert town.stage(measure) is Stage.OFFICE_VACANT
    suspension = town.suspension(measure)
    assert suspension is not None
    assert suspension.until_at is not None


def called_recall(town: Town) -> UUID:
    measure = town.qualifies(Instrument.RECALL, 100)
    town.acts(measure, Act.REQUEST_EXPLANATION, town.officer(COMMISSION))
    town.waits_for("explanation_due", measure)
    town.calls(measure, COMMISSION, day=(town.now() + timedelta(days=25)).date())
    return measure


@pytest.mark.parametrize("kind", holding.HoldKind)
def test_lif_02_a_called_vote_is_stayed_or_postponed_and_lifting_returns_to_it(
    town: Town, referendum_called: UUID, kind: holding.HoldKind
) -> None:
    """LIF-02: under a hold acts are refused and the calendar waits."""
    hold = town.halts(referendum_called, kind=kind, stops_clock=False)
    town.waits(days=40)
    assert town.stage(referendum_called) is Stage.CALLED
    with pytest.raises(OnHold):
        town.acts(referendum_called, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=None))
    town.lifts(referendum_called, hold)
    with pytest.raises(NotHeld):
        town.lifts(referendum_called, hold)
    day = (town.now() + timedelta(days=30)).date()
    town.acts(referendum_called, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=day))
    town.calendar_catches_up()
    assert town.stage(referendum_called) is Stage.CALLED
    town.votes(referendum_called, turnout=6, votes={"yes": 2, "no": 4})
    town.certifies(referendum_called, COMMISSION)
    assert town.measure(referendum_called).outcome == "rejected"


def test_polls_that_were_halted_at_their_hour_do_not_open_once_the_halt_is_lifted(
    town: Town, referendum_furnished: UUID
) -> None:
    """Nobody could vote that day: the calendar must not open and close it afterwards."""
    hold = town.halts(referendum_furnished, kind=holding.HoldKind.POSTPONEMENT, stops_clock=False)
    town.waits(days=60)
    town.lifts(referendum_furnished, hold)
    with pytest.raises(PollsWereHalted) as refused:
        town.calendar_catches_up()
    assert refused.value.facts == {"kind": "postponement", "document": PAPER.number}
    assert town.stage(referendum_furnished) is Stage.CALLED
    day = (town.now() + timedelta(days=30)).date()
    town.acts(referendum_furnished, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=day))
    town.votes(referendum_furnished, turnout=6, votes={"yes": 2, "no": 4})
    assert town.stage(referendum_furnished) is Stage.COUNTING


def test_a_hold_that_stops_the_clock_gives_its_days_back(town: Town, initiative_open: UUID) -> None:
    measure = initiative_open
    before = town.deadline(measure, "collection_ends").astimezone(SEOUL)
    assert before == datetime(2027, 5, 5, tzinfo=SEOUL), "1 to 3 May are passed over"
    hold = town.halts(measure)
    town.waits(days=12)
    town.lifts(measure, hold)
    after = town.deadline(measure, "collection_ends").astimezone(SEOUL)
    assert after == datetime(2027, 5, 15, tzinfo=SEOUL), "12 days after 1 May is a holiday"
    town.waits_for("collection_ends", measure, seconds=-60)
    assert town.stage(measure) is Stage.COLLECTING
    town.waits(seconds=61)
    assert town.stage(measure) is Stage.COLLECTED


@pytest.mark.parametrize("moment", ["collecting", "sufficient", "called"])
def test_lif_02_a_court_annuls_at_any_time_also_under_a_hold(town: Town, moment: str) -> None:
    """LIF-02: Hanam 2007 was stopped a week before the vote."""
    if moment == "collecting":
        measure = town.opens(Instrument.REFERENDUM)
    else:
        measure = town.qualifies(Instrument.REFERENDUM, 40)
    if moment == "called":
        town.calls(measure, MAYOR)
    town.halts(measure)
    town.acts(measure, Act.ANNUL, town.officer(MAYOR), COURT)
    assert town.stage(measure) is Stage.ANNULLED
    town.waits(days=200)
    assert town.stage(measure) is Stage.ANNULLED


def test_lif_02_a_result_is_annulled_and_voted_on_again(
    town: Town, referendum_called: UUID
) -> None:
    """LIF-02, REF §26: a re-vote is a new poll, the former one stays readable."""
    town.votes(referendum_called, turnout=6, votes={"yes": 5, "no": 1})
    first = town.certifies(referendum_called, COMMISSION).certificate_id
    commission = town.officer(COMMISSION)
    town.acts(referendum_called, Act.ANNUL_RESULT, commission, COURT)
    day = (town.now() + timedelta(days=15)).date()
    base = town.deadline(referendum_called, "roll_base")
    town.acts(referendum_called, Act.CALL_REVOTE, commission, replace(COURT, day=day))
    assert town.stage(referendum_called) is Stage.CALLED
    assert town.deadline(referendum_called, "vote_day").date() == day
    assert town.deadline(referendum_called, "roll_base") == base
    town.votes(referendum_called, turnout=6, votes={"yes": 1, "no": 5})
    second = town.certifies(referendum_called, COMMISSION).certificate_id
    assert town.measure(referendum_called).outcome == "rejected"
    with town.begin() as uow:
        shown = surveying.overview(uow.session, locating.get(uow.session, referendum_called))
    assert [one.id for one in shown.certificates][-2:] == [first, second]


def test_a_revote_that_is_postponed_is_held_with_a_new_poll_and_the_same_electors(
    town: Town, referendum_called: UUID
) -> None:
    """REF §26: the poll whose result was annulled has closed, and its count is nobody's again."""
    town.votes(referendum_called, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(referendum_called, COMMISSION)
    commission, today = town.officer(COMMISSION), town.now().date()
    town.acts(referendum_called, Act.ANNUL_RESULT, commission, COURT)
    soon, later = today + timedelta(days=15), today + timedelta(days=30)
    town.acts(referendum_called, Act.CALL_REVOTE, commission, replace(COURT, day=soon))
    town.acts(referendum_called, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=later))
    town.waits_for("polls_open", referendum_called)
    with town.begin() as uow:
        first, postponed, held = polls.of_measure(uow.session, referendum_called)
    assert postponed.cancelled_at is not None
    assert held.opened_at == town.deadline(referendum_called, "polls_open")
    assert held.electors == first.electors
    town.votes(referendum_called, turnout=6, votes={"yes": 1, "no": 5})
    town.certifies(referendum_called, COMMISSION)
    assert town.measure(referendum_called).outcome == "rejected"


def test_a_revote_is_held_over_all_electors_of_a_divided_district(
    town: Town, referendum_called: UUID
) -> None:
    """REF §26: the whole on which turnout is judged does not change by dividing a district."""
    town.waits_for("roll_base", referendum_called)
    commission = town.officer(COMMISSION)
    district = town.districts[3].id
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, referendum_called)).id
        for kind, electors in ((Kind.REGULAR, 3), (Kind.EARLY, None)):
            station = NewStation(district, kind, "제2투표소", "Station 2")
            dividing.open_station(uow, poll, station, electors=electors, by=commission)
    town.votes(referendum_called, turnout=3, votes={"yes": 2, "no": 1})
    town.certifies(referendum_called, COMMISSION)
    town.acts(referendum_called, Act.ANNUL_RESULT, commission, COURT)
    day = (town.now() + timedelta(days=15)).date()
    town.acts(referendum_called, Act.CALL_REVOTE, commission, replace(COURT, day=day))
    with town.begin() as uow:
        again = polling.poll_of(uow.session, locating.get(uow.session, referendum_called))
        there = stations.electors_by_district(stations.boxes_of(uow.session, again.id))
    assert (again.sequence, again.electors) == (2, 44 * 12)
    assert there[district] == 12, "nine and three, and the early box has none of its own"
    assert sum(number or 0 for number in there.values()) == again.electors


def test_lif_02_the_last_representative_leaves_and_the_measure_is_withdrawn(
    town: Town, initiative_open: UUID
) -> None:
    """LIF-02: representatives are a set; only the last one's leaving ends the measure."""
    measure = initiative_open
    first, second = (town.resident(number) for number in town.some(2))
    with town.begin() as uow:
        drafting.join(uow, measure, person=second.person, by=first)
    with town.begin() as uow:
        assert not drafting.leave(uow, town.means, measure, by=first)
    assert town.stage(measure) is Stage.COLLECTING
    with town.begin() as uow:
        assert drafting.leave(uow, town.means, measure, by=second)
    assert town.stage(measure) is Stage.WITHDRAWN


def test_a_shortfall_is_cured_once_and_then_found_sufficient(
    town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    town.collects(measure, town.some(3), bad=1)
    town.examines(measure)
    town.inspects(measure)
    chair = town.officer(CHAIR)
    town.acts(measure, Act.ORDER_CURE, chair, COURT)
    town.brings(measure, town.some(8)[3:], signed="2027-02-03")
    town.waits_for("cure_ends", measure)
    assert town.stage(measure) is Stage.EXAMINING
    town.examines(measure)
    town.inspects(measure)
    with pytest.raises(CuredBefore):
        town.acts(measure, Act.ORDER_CURE, chair, COURT)
    town.certifies(measure, CHAIR)
    assert town.stage(measure) is Stage.SUFFICIENT


def test_after_a_cure_that_brought_nothing_two_officers_certify_anew(
    town: Town, initiative_open: UUID
) -> None:
    """CER-02: who certified before the cure has not said that it brought nothing."""
    measure, chair = initiative_open, town.officer(CHAIR)
    town.collects(measure, town.some(3))
    town.examines(measure)
    town.inspects(measure)
    assert town.certifies(measure, CHAIR, officers=1).attested == 1
    town.acts(measure, Act.ORDER_CURE, chair, COURT)
    town.waits_for("cure_ends", measure)
    town.inspects(measure)
    assert town.certifies(measure, CHAIR, officers=1).attested == 1
    assert town.certifies(measure, CHAIR, officers=1).attested == 2
    assert town.stage(measure) is Stage.INSUFFICIENT


def test_a_petition_that_is_not_handed_in_lapses(town: Town, referendum_open: UUID) -> None:
    measure = referendum_open
    town.waits_for("collection_ends", measure)
    town.waits_for("submission_due", measure)
    assert town.stage(measure) is Stage.LAPSED


def test_an_early_recall_is_parked_until_its_time_bar_ends(town: Town) -> None:
    """REC §8, RECD §4①: held, not refused."""
    measure = town.drafts(
        Instrument.RECALL, term_started=date(2026, 7, 1), term_ends=date(2030, 6, 30)
    )
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    commission = town.officer(COMMISSION)
    with pytest.raises(BarApplies):
        town.acts(measure, Act.ADMIT, commission)
    town.acts(measure, Act.PARK, commission, COURT)
    town.waits_for("bar_ends", measure, seconds=-60)
    assert town.stage(measure) is Stage.PARKED
    town.waits(seconds=61)
    assert town.stage(measure) is Stage.APPLIED
    assert town.now().astimezone(SEOUL).date() == date(2027, 7, 1)


def test_the_council_may_prolong_its_term_once(town: Town) -> None:
    measure = town.qualifies(Instrument.INITIATIVE, 10)
    chair = town.officer(CHAIR)
    town.acts(measure, Act.ACCEPT, chair)
    town.acts(measure, Act.TABLE, chair)
    town.acts(measure, Act.EXTEND, chair, COURT)
    with pytest.raises(Exception, match="extended-before"):
        town.acts(measure, Act.EXTEND, chair, COURT)
    town.acts(measure, Act.VOTE_DOWN, chair, COURT)
    assert town.stage(measure) is Stage.VOTED_DOWN


@pytest.mark.parametrize("called", [date(2022, 4, 25), date(2022, 5, 2)])
def test_lif_03_a_transitional_clause_names_the_rulebook_of_the_count(
    town: Town, called: date
) -> None:
    """LIF-03, 부칙 18849 §8: called before 2022-04-26 the old count rule stays, else not."""
    before, after = "kr-referendum-2016-05-29", "kr-referendum-2022-04-26"
    mayor = town.officer(MAYOR)
    measure = town.measure(town.drafts(Instrument.REFERENDUM, by=mayor, route=Route.COUNCIL))
    measure.rulebook = before
    measure.rulebook_fingerprint = library.by_id(before).fingerprint
    decides = rules.for_poll(measure, {Event.CALLED: called})
    expected = before if called < date(2022, 4, 26) else after
    assert decides.id == expected


def test_lif_03_a_newer_version_without_a_clause_changes_nothing(
    town: Town, referendum_called: UUID
) -> None:
    """LIF-03: the 2023 version (e-signing) has no clause for the count."""
    assert town.measure(referendum_called).rulebook == "kr-referendum-2023-04-27"


def test_lif_04_powers_are_suspended_from_the_call_to_the_publication(town: Town) -> None:
    """LIF-04, REC §21: exactly, also where the box stays shut."""
    measure = called_recall(town)
    suspension = town.suspension(measure)
    assert suspension is not None
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
        call = next(step for step in steps if step.act == Act.CALL)
    assert suspension.from_at == call.at
    town.votes(measure, turnout=2, votes=None)
    still = town.suspension(measure)
    assert still is not None
    assert still.until_at is None, "a provisional figure restores nothing"
    town.certifies(measure, COMMISSION)
    restored = town.suspension(measure)
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
        published = next(step for step in steps if step.act == Act.DECLARE)
    assert restored is not None
    assert restored.until_at == published.at


def test_cer_02_two_different_officers_with_the_role_and_a_fresh_code(
    town: Town, initiative_open: UUID
) -> None:
    """CER-02: the same officer twice, a colleague without the role, without a code: refused."""
    measure = initiative_open
    town.collects(measure, town.some(6))
    town.examines(measure)
    town.inspects(measure)
    one = town.officer(CHAIR)

    def certify(officer: Officer) -> None:
        with town.begin() as uow:
            certifying.certify(
                uow,
                town.means,
                measure,
                by=Signatory(officer, "담당관", "과장"),
            )

    for refused, officer in (
        (RoleMissing, town.officer(CHAIR, Role.CLERK)),
        (FreshCodeNeeded, town.officer(CHAIR, fresh=False)),
        (NotYourAct, town.officer(COMMISSION)),
    ):
        with pytest.raises(refused):
            certify(officer)
    certify(one)
    with pytest.raises(AttestedBefore):
        certify(one)
    assert town.stage(measure) is Stage.REVIEWED
    with pytest.raises(NeedsCertifying):
        town.acts(measure, Act.FIND_SUFFICIENT, one)
    with town.begin() as uow:
        certifying.certify(
            uow, town.means, measure, by=Signatory(town.officer(CHAIR), "다른 담당관", "국장")
        )
    assert town.stage(measure) is Stage.SUFFICIENT


def test_where_the_operator_is_not_the_authority_the_document_is_a_transcript(
    town: Town, recall_open: UUID
) -> None:
    """Recorded from the commission's document, with its number."""
    measure = recall_open
    town.collects(measure, town.some(5))
    town.examines(measure)
    town.inspects(measure)
    clerk = town.officer(MAYOR)
    with pytest.raises(DocumentNeeded), town.begin() as uow:
        certifying.certify(uow, town.means, measure, by=Signatory(clerk, "가", "나"))
    for officer, name in ((clerk, "첫째"), (town.officer(MAYOR), "둘째")):
        with town.begin() as uow:
            last = certifying.certify(
                uow, town.means, measure, by=Signatory(officer, name, "주무관"), document=PAPER
            )
    with town.begin() as uow:
        (certificate,) = surveying.overview(
            uow.session, locating.get(uow.session, measure)
        ).certificates
    assert certificate.id == last.certificate_id
    assert certificate.kind == "transcript"
    with town.begin() as uow:
        document = uow.session.get_one(Certificate, certificate.id).document
    assert PAPER.number.encode() in document


def test_an_act_out_of_turn_or_of_another_is_refused_and_changes_nothing(
    town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    before = town.steps(measure)
    chair, mayor = town.officer(CHAIR), town.officer(MAYOR)
    with pytest.raises(ActNotAllowed):
        town.acts(measure, Act.CALL, chair)
    with pytest.raises(ActNotAllowed):
        town.acts(measure, Act.OPEN_INSPECTION, chair)
    with pytest.raises(NotYourAct):
        town.acts(measure, Act.CLOSE_COLLECTION, mayor)
    with pytest.raises(DocumentNeeded):
        town.acts(measure, Act.ANNUL, chair)
    assert town.steps(measure) == before


def test_a_vote_day_that_the_law_does_not_compute_is_refused(
    town: Town, referendum_sufficient: UUID
) -> None:
    with pytest.raises(DayNotAllowed):
        town.calls(referendum_sufficient, MAYOR, day=date(2028, 1, 1))


def test_a_call_within_sixty_days_of_an_election_is_refused_with_its_article(
    town: Town, referendum_sufficient: UUID
) -> None:
    """REF §13: the rulebook forbids it, not an `if`."""
    with town.begin() as uow:
        uow.session.add(
            ElectionSet(
                jurisdiction_id=town.place,
                day=(uow.now() + timedelta(days=30)).date(),
                kind="by_election",
                districts=None,
                title_ko="보궐선거",
                title_en="By-election",
            )
        )
    with pytest.raises(RuleRefused) as refused:
        town.calls(referendum_sufficient, MAYOR)
    assert refused.value.facts["rule"] == "in-barred-period"
    assert "13" in str(refused.value.facts["article"])


def test_an_officer_overrides_a_date_only_with_a_reason_which_the_record_keeps(
    town: Town,
    initiative_open: UUID,
) -> None:
    measure = initiative_open
    chair = town.officer(CHAIR)
    day = date(2027, 7, 1)
    with town.begin() as uow, pytest.raises(ParticularMissing):
        moving.override(uow, measure, "collection_ends", day=day, reason=" ", by=chair)
    stranger = town.officer(COMMISSION)
    with town.begin() as uow, pytest.raises(NotYourAct):
        moving.override(uow, measure, "collection_ends", day=day, reason="-", by=stranger)
    with town.begin() as uow:
        moving.override(uow, measure, "collection_ends", day=day, reason="전산 장애", by=chair)
    assert town.deadline(measure, "collection_ends") == datetime.combine(
        day + timedelta(days=1), time(), SEOUL
    )
    assert "deadline.overridden" in town.recorded(measure)


def test_a_period_that_runs_is_not_ended_in_the_past(town: Town, initiative_open: UUID) -> None:
    """Who signed since then was let sign, and would have signed after the end."""
    measure, chair = initiative_open, town.officer(CHAIR)
    before = town.deadline(measure, "collection_ends")
    town.waits(days=10)
    today = town.now().astimezone(SEOUL).date()
    with town.begin() as uow, pytest.raises(DayIsOver):
        moving.override(
            uow, measure, "collection_ends", day=today - timedelta(days=1), reason="착오", by=chair
        )
    assert town.deadline(measure, "collection_ends") == before
    with town.begin() as uow:
        moving.override(uow, measure, "collection_ends", day=today, reason="법원 결정", by=chair)
    town.calendar_catches_up()
    assert town.stage(measure) is Stage.COLLECTING


def test_an_overridden_period_that_begins_anew_after_a_cure_is_computed(
    town: Town, referendum_open: UUID
) -> None:
    """The reason was of the first inspection; the second would have ended before it began."""
    measure, mayor = referendum_open, town.officer(MAYOR)
    town.collects(measure, town.spread(10))
    town.examines(measure)
    town.acts(measure, Act.OPEN_INSPECTION, mayor)
    longer = town.deadline(measure, "inspection_ends").astimezone(SEOUL).date()
    with town.begin() as uow:
        moving.override(uow, measure, "inspection_ends", day=longer, reason="전산 장애", by=mayor)
    town.waits_for("inspection_ends", measure)
    for act in (Act.SETTLE_OBJECTIONS, Act.ORDER_CURE):
        town.acts(measure, act, mayor, COURT)
    town.waits_for("cure_ends", measure)
    town.acts(measure, Act.OPEN_INSPECTION, mayor)
    town.calendar_catches_up()
    assert town.stage(measure) is Stage.INSPECTING
    assert town.deadline(measure, "inspection_ends") > town.now()
    town.waits_for("inspection_ends", measure)
    assert town.stage(measure) is Stage.OBJECTING


def test_a_day_of_another_age_is_refused_wherever_it_is_set(
    town: Town, referendum_called: UUID
) -> None:
    """Its end lies beyond the calendar: it was an error of the service."""
    mayor, far = town.officer(MAYOR), date.max
    with pytest.raises(DayImplausible):
        town.acts(referendum_called, Act.RESET_DAY, mayor, replace(COURT, day=far))
    with town.begin() as uow, pytest.raises(DayImplausible):
        moving.override(uow, referendum_called, "call_due", day=far, reason="-", by=mayor)
    for name in ("term_started", "term_ends", "previous_vote"):
        changed: dict[str, Any] = {name: far}
        with pytest.raises(DayImplausible) as refused:
            town.drafts(Instrument.RECALL, **changed)
        assert refused.value.field == name


@pytest.mark.parametrize("name", ["vote_day", "polls_open", "polls_close"])
def test_an_announced_day_is_moved_by_setting_it_again_and_in_no_other_way(
    town: Town, referendum_called: UUID, name: str
) -> None:
    """Else there are two truths about one day: the deadline's, and the poll's and its stations'."""
    before, mayor = town.deadline(referendum_called, name), town.officer(MAYOR)
    later = before.astimezone(SEOUL).date() + timedelta(days=7)
    with town.begin() as uow, pytest.raises(AnnouncedDayStands):
        moving.override(uow, referendum_called, name, day=later, reason="태풍", by=mayor)
    assert town.deadline(referendum_called, name) == before
    town.acts(referendum_called, Act.RESET_DAY, mayor, replace(COURT, day=later))
    assert town.deadline(referendum_called, "polls_open").astimezone(SEOUL).date() == later


def test_no_deadline_of_an_ended_measure_is_moved(town: Town, initiative_open: UUID) -> None:
    measure = initiative_open
    town.acts(measure, Act.WITHDRAW, town.resident(town.some(1)[0]))
    before, chair = town.deadline(measure, "collection_ends"), town.officer(CHAIR)
    with town.begin() as uow, pytest.raises(ActNotAllowed):
        moving.override(
            uow, measure, "collection_ends", day=date(2027, 7, 1), reason="착오", by=chair
        )
    assert town.deadline(measure, "collection_ends") == before


def test_a_hold_of_another_citys_officer_is_refused(town: Town, initiative_open: UUID) -> None:
    measure = initiative_open
    stranger = replace(town.officer(CHAIR), jurisdiction=measure)
    with town.begin() as uow, pytest.raises(NotYourAct):
        holding.place(
            uow,
            measure,
            kind=holding.HoldKind.COURT,
            document=PAPER,
            reason="-",
            stops_clock=True,
            by=stranger,
        )


def test_cal_05_two_schedulers_a_late_one_and_a_clock_that_jumps(
    town: Town, initiative_open: UUID
) -> None:
    """CAL-05: each act happens once and is dated by its deadline."""
    measure = initiative_open
    due = town.deadline(measure, "collection_ends")
    with town.begin() as uow:
        clock.advance(uow.session, due - uow.now() + timedelta(days=3, hours=7))
    with town.begin() as uow:
        assert calendar.nominate(uow) == 1
    with town.begin() as uow:
        assert calendar.nominate(uow) == 0, "what waits is not asked for again"
    taken: list[object] = []

    def act() -> None:
        with town.begin() as uow:
            taken.append(calendar.act(uow, town.means, measure, Act.CLOSE_COLLECTION))

    threads = [Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in taken) == 1
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
    assert [step.at for step in steps if step.act == Act.CLOSE_COLLECTION] == [due]
    town.calendar_catches_up()
    assert town.steps(measure).count("close_collection") == 1


def test_cal_01_a_deadline_is_half_open(town: Town, initiative_open: UUID) -> None:
    """CAL-01, OPS-07: open up to it, over at its moment (the clock runs while a test does)."""
    measure = initiative_open
    town.waits_for("collection_ends", measure, seconds=-30)
    assert town.stage(measure) is Stage.COLLECTING
    town.waits(seconds=31)
    assert town.stage(measure) is Stage.COLLECTED
