"""Cases from history, played through the real services on a database of their own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
import typer

from referendum.cli import rehearsing
from referendum.verifying.records import verify_export

CASES = Path(__file__).parents[2] / "thresholds" / "history"


Played = Callable[[str], tuple[Path, str]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The papers of a case from history, and what was said; played once for all who ask."""

    @cache
    def play(case: str) -> tuple[Path, str]:
        papers = tmp_path_factory.mktemp(case)
        with redirect_stdout(StringIO()) as said:
            rehearsing.run(CASES / f"{case}.toml", papers)
        return papers, said.getvalue()

    return play


def text_of(pdf: Path) -> str:
    asked = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True)
    return asked.stdout.decode()


@pytest.mark.parametrize(
    ("case", "numbers"),
    [
        ("seoul-2011-free-meals", ["8,387,278", "2,157,744", "2,795,760"]),
        ("hanam-2007-councillor", ["55,775", "21,004", "18,592", "17,400", "2,883", "687"]),
        ("pyeongchang-2019-mitan", ["1,590", "981", "530", "955", "22", "4"]),
        ("goyang-2019-councillor", ["48,715", "11,475", "8,774", "9,743"]),
    ],
)
def test_cer_06_a_case_comes_out_as_history_says_and_its_papers_agree(
    case: str, numbers: list[str], played: Played
) -> None:
    """CER-06, SIG-05: verdict, PDF and record of a real count; the record verifies offline."""
    papers, said = played(case)
    assert "기록된 결과와 같습니다" in said
    printed = text_of(papers / "certificate.pdf")
    assert [number for number in numbers if number not in printed] == []
    document = json.loads((papers / "certificate.json").read_bytes())
    assert document["rehearsal"] is True
    with (papers / "record.jsonl").open(encoding="utf-8") as lines:
        report = verify_export(lines, vkey=None)
    assert report.ok, report.problems
    assert report.entries > 10


ADVISORY = """
[case]
id = "advisory-made-up"
instrument = "advisory"
country = "kr"
level = "city"
as_of = 2026-03-03

[petition]
claimants = 300
valid = 3

[poll]
electors = 1000
voted = 90
invalid = 1
options = { yes = 50, no = 39 }

[expected]
petition_needed = 2
petition = "sufficient"
turnout_needed = 250
poll = "advisory"
winner = "yes"
"""


def test_an_advisory_vote_is_rehearsed_under_a_promise_and_counted_at_any_turnout(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CER-08: the count gate is never closed, and the certificate's class is its own."""
    case = tmp_path / "case.toml"
    case.write_text(ADVISORY, "utf-8")
    rehearsing.run(case, tmp_path)
    assert "기록된 결과와 같습니다" in capsys.readouterr().out
    document = json.loads((tmp_path / "certificate.json").read_bytes())
    assert (document["class"], document["no_legal_effect"]) == ("advisory_certificate", True)
    assert document["rulebook"]["id"] == "kr-rehearsal-advisory-1"


def test_a_box_that_stayed_shut_has_no_votes_in_any_paper(played: Played) -> None:
    """REC §22: below a third nothing of the content is stored or printed."""
    papers, _ = played("seoul-2011-free-meals")
    document = json.loads((papers / "certificate.json").read_bytes())
    assert document["poll"]["counted"] is False
    assert document["poll"]["options"] is None
    assert document["outcome"] == "not_counted"


def test_a_history_that_disagrees_is_told_and_exits_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = (CASES / "pyeongchang-2019-mitan.toml").read_text("utf-8")
    other = tmp_path / "other.toml"
    other.write_text(told.replace("turnout_needed = 530", "turnout_needed = 531"), "utf-8")
    with pytest.raises(typer.Exit) as ended:
        rehearsing.run(other, None)
    assert ended.value.exit_code == 1
    assert "turnout_needed" in capsys.readouterr().err


def test_an_unreadable_case_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.toml"
    told = (CASES / "pyeongchang-2019-mitan.toml").read_text("utf-8")
    broken.write_text(told.replace("voted = 981", "voters = 981"), "utf-8")
    with pytest.raises(typer.Exit) as ended:
        rehearsing.run(broken, None)
    assert ended.value.exit_code == 2
    assert "poll.voters" in capsys.readouterr().err
