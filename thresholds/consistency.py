"""What no real petition or vote can look like, found before any law is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from thresholds.casefile import Case, Petition, Poll
from thresholds.errors import Problem
from thresholds.vocabulary import Instrument


def inconsistencies(case: Case) -> Iterator[Problem]:
    """Every fault, in the order of the file."""
    yield from _about(case)
    if case.petition is not None:
        yield from _petition(case.petition)
    if case.poll is not None:
        yield from _poll(case.poll)


def _about(case: Case) -> Iterator[Problem]:
    about, instrument = case.case, case.case.instrument
    if instrument is Instrument.RECALL and about.office is None:
        yield Problem("case.office", "missing")
    if instrument is not Instrument.RECALL and about.office is not None:
        yield Problem("case.office", "recall-only")
    if instrument is not Instrument.REFERENDUM and about.route is not None:
        yield Problem("case.route", "referendum-only")
    if case.petition is None and case.poll is None:
        yield Problem("case", "nothing-to-judge")


def _petition(petition: Petition) -> Iterator[Problem]:
    bounds = (
        ("valid", petition.valid, "submitted", petition.submitted),
        ("valid", petition.valid, "claimants", petition.claimants),
        ("first_valid", petition.first_valid, "submitted", petition.submitted),
    )
    for key, number, bound, limit in bounds:
        if number is not None and limit is not None and number > limit:
            yield _more_than(f"petition.{key}", number, f"petition.{bound}", limit)
    if petition.status == "not_filed":
        for key, number in (("submitted", petition.submitted), ("valid", petition.valid)):
            if number:
                yield Problem(f"petition.{key}", "not-filed-yet-counted", {"number": number})
    if petition.districts is not None:
        yield from _districts(petition)


def _districts(petition: Petition) -> Iterator[Problem]:
    districts = petition.districts or ()
    whole = [district.whole for district in districts]
    stated = petition.claimants if petition.last_vote is None else petition.last_vote
    total = sum(one or 0 for one in whole)
    if stated is not None and None not in whole and total != stated:
        facts = {"total": total, "claimants": stated}
        yield Problem("petition.districts", "do-not-add-up", facts)
    names = Counter(district.name for district in districts)
    for name in (name for name, times in names.items() if times > 1):
        yield Problem("petition.districts", "repeated", {"name": name})
    for number, district in enumerate(districts):
        limit = district.claimants
        if district.valid is not None and limit is not None and district.valid > limit:
            place = f"petition.districts.{number}"
            yield _more_than(f"{place}.valid", district.valid, f"{place}.claimants", limit)
    valid = sum(district.valid or 0 for district in districts)
    if petition.valid is not None and valid > petition.valid:
        yield _more_than("petition.districts", valid, "petition.valid", petition.valid)


def _poll(poll: Poll) -> Iterator[Problem]:
    if poll.electors is None:
        return
    if poll.voted is not None and poll.voted > poll.electors:
        yield _more_than("poll.voted", poll.voted, "poll.electors", poll.electors)
    papers = sum((poll.options or {}).values()) + (poll.invalid or 0)
    if papers > poll.electors:
        yield _more_than("poll.options", papers, "poll.electors", poll.electors)


def _more_than(key: str, number: int, bound: str, limit: int) -> Problem:
    return Problem(key, "more-than", {"number": number, "bound": bound, "limit": limit})
