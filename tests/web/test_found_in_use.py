"""What use of the pages has brought to light, each kept right by the case that showed it."""

from __future__ import annotations

from referendum.lifecycle.stages import Act, Stage
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import hire
from thresholds.vocabulary import Instrument


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
