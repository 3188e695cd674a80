"""Two ordinances' difference as a draft: only what the statute leaves open, whichever way."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from referendum.cli import ruling
from referendum.i18n import ordinances
from referendum.i18n.ordinances import Counts
from referendum.i18n.words import Language, Words
from thresholds import library
from thresholds.amending import amendments
from thresholds.errors import NotAnAmendment
from thresholds.rulebook import Rulebook

KO = Words.load(Language.KO)


def pair(instrument: str) -> tuple[Rulebook, Rulebook]:
    today, relaxed = (
        library.by_id(f"kr-goyang-{instrument}-{name}") for name in ("today", "relaxed")
    )
    return today, relaxed


def run(*arguments: str) -> Result:
    return CliRunner().invoke(ruling.rules, ["compare", *arguments, "--ordinance"])


def test_only_choices_that_the_statute_leaves_are_amended() -> None:
    found = {
        one.name: (str(one.old), str(one.new), one.article)
        for one in amendments(*pair("initiative"))
    }
    assert found == {
        "share": ("1/150", "1/300", "주민조례발안법 §5①"),
        "cure_days": ("10", "20", "주민조례발안법 §11④"),
    }
    names = [one.name for one in amendments(*pair("referendum"))]
    assert names == ["foreign_statuses", "share", "collection_days", "cure_days"]
    assert all(one.old_assumed for one in amendments(*pair("referendum")))


@pytest.mark.parametrize(
    ("left", "right", "key"),
    [
        ("kr-goyang-initiative-today", "kr-goyang-referendum-relaxed", "instrument"),
        ("kr-recall-mayor-2007-05-25", "kr-reform-recall-mayor", "norm"),
        ("kr-initiative-2024-02-17", "kr-goyang-initiative-relaxed", "norm"),
        ("kr-goyang-initiative-today", "kr-goyang-initiative-today", "choices"),
        ("kr-initiative-2024-02-17", "us-ca-recall-1976-06-08", "country"),
    ],
)
def test_what_no_ordinance_can_make_is_refused(left: str, right: str, key: str) -> None:
    with pytest.raises(NotAnAmendment) as refused:
        amendments(library.by_id(left), library.by_id(right))
    assert refused.value.facts["key"] == key
    said = run(left, right)
    assert (said.exit_code, said.stdout) == (2, "")
    assert "not-an-amendment" in said.stderr


def test_a_draft_has_reason_provisions_supplement_and_both_texts() -> None:
    drafted = ordinances.draft(KO, *pair("initiative"), counts=Counts(917_000, 2025, 6_114, 3_057))
    assert drafted.title == "고양시 주민조례발안 조례 일부개정조례안 (초안)"
    assert drafted.amending[1] == "제2조 중 “150분의 1”을 “300분의 1”로 한다."
    assert [row.article for row in drafted.rows] == ["제2조", "제3조"]
    assert drafted.rows[0].old.endswith("150분의 1 이상의 서명이 있어야 한다. (가정한 글)")
    assert drafted.rows[0].new.endswith("300분의 1 이상의 서명이 있어야 한다.")
    assert "시행일" in drafted.supplement[0]
    assert "6,114명에서 3,057명으로" in drafted.purpose[1]
    assert "가정한 것" in drafted.notice


def test_only_what_lowers_says_that_it_lowers() -> None:
    today, relaxed = pair("initiative")
    assert "낮추" in ordinances.draft(KO, today, relaxed).purpose[0]
    back = ordinances.draft(KO, relaxed, today)
    assert "낮추" not in "".join((*back.purpose, *back.amending))
    assert back.amending[1] == "제2조 중 “300분의 1”을 “150분의 1”로 한다."


def test_a_draft_fits_into_an_initiative() -> None:
    for instrument in ("initiative", "referendum"):
        drafted = ordinances.draft(KO, *pair(instrument))
        body = ordinances.body(KO, drafted)
        assert len(body) < 15_000
        assert "신·구조문대비표" in body
        assert drafted.notice in body, "whoever reads it knows what is assumed"


def test_the_terminal_writes_the_draft_in_both_languages() -> None:
    both = [book.id for book in pair("referendum")]
    korean = run(*both, "--lang", "ko")
    assert korean.exit_code == 0
    assert "제3조 중 “15분의 1”을 “20분의 1”로 한다." in korean.stdout
    assert "근거: 주민투표법 §9②" in korean.stdout
    english = run(*both).stdout
    assert "In Article 3, “1/15” becomes “1/20”." in english
    assert "article numbers and the column of today are assumed" in english
