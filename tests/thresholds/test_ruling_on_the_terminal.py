"""`rules compare|needed|simulate|schema|check`: figures with their sums, and refusals by name."""

import csv
import json
from pathlib import Path

from typer.testing import CliRunner, Result

from referendum.cli import ruling
from tests.thresholds.cases_at_hand import HERE
from thresholds import library, precedents


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(ruling.rules, [str(argument) for argument in arguments])


def test_needed_says_how_many_and_why() -> None:
    figures = ("--population", "1060081", "--claimants", "917000")
    said = run("needed", "kr-goyang-initiative-relaxed", *figures)
    assert said.exit_code == 0
    assert "3,057  (ceil(917,000 × 1/300) = 3,057)  [주민조례발안법 §5①]" in said.stdout
    document = json.loads(run("needed", "kr-initiative-2024-02-17", *figures, "--json").stdout)
    (finding,) = document["findings"]
    assert (finding["whole"], finding["needed"], finding["met"]) == (917_000, 6_114, None)


def test_needed_refuses_where_a_number_or_a_petition_is_missing() -> None:
    for arguments, reason in (
        (("kr-initiative-2024-02-17",), "number-missing"),
        (("kr-referendum-state-2022-04-26", "--claimants", "9"), "not-of-this-law"),
        (("kr-nothing",), "unknown-rulebook"),
    ):
        refused = run("needed", *arguments)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert reason in refused.stderr


def test_compare_prints_old_and_new_with_their_articles() -> None:
    both = ("kr-goyang-referendum-today", "kr-goyang-referendum-relaxed")
    said = run("compare", *both).stdout
    assert "  - 1/15  [주민투표법 §9②]\n  + 1/20  [주민투표법 §9②]" in said
    document = json.loads(run("compare", *both, "--json").stdout)
    assert {one["key"] for one in document["changes"]} >= {"petition.requirements.0.chosen"}
    same = run("compare", both[0], both[0], "--lang", "ko")
    assert same.stdout.strip() == "두 규칙이 요구하는 것은 같습니다."


def test_simulate_shows_who_would_have_been_counted() -> None:
    given = ("--rules", "kr-today,kr-goyang-reform", "--cases", HERE)
    said = run("simulate", *given)
    assert said.exit_code == 0
    assert "2,157,744 of 2,096,820 needed, met" in said.stdout
    results = json.loads(run("simulate", *given, "--json").stdout)["results"]
    assert len(results) == 2 * len(list(HERE.glob("*.toml")) + list(HERE.glob("[!c]*/*.toml")))
    table = list(csv.DictReader(run("simulate", *given, "--csv").stdout.splitlines()))
    assert {row["rules"] for row in table} == {"kr-today", "kr-goyang-reform"}


def test_simulate_takes_the_cases_of_the_package_where_none_are_given() -> None:
    results = json.loads(run("simulate", "--rules", "kr-today", "--json").stdout)["results"]
    assert [one["case"] for one in results] == [one.case.id for one in precedents.all_cases()]


def test_simulate_names_every_fault_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[case]\nid = 1", "utf-8")
    (tmp_path / "b.toml").write_text("[", "utf-8")
    refused = run("simulate", "--rules", "kr-today", "--cases", tmp_path)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "a.toml: case.id: not-text" in refused.stderr
    assert "b.toml: toml: not-toml" in refused.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no-cases" in run("simulate", "--rules", "kr-today", "--cases", empty).stderr
    unknown = run("simulate", "--rules", "kr-nothing", "--cases", HERE)
    assert (unknown.exit_code, unknown.stdout) == (2, "")


def test_check_loads_a_file_beside_ours_or_says_where_it_is_wrong(tmp_path: Path) -> None:
    own = library.texts()["kr-goyang-referendum-relaxed.toml"]
    own = own.replace("kr-goyang-referendum-relaxed", "kr-own")
    sound = tmp_path / "own.toml"
    sound.write_text(own, "utf-8")
    said = run("check", sound)
    assert (said.exit_code, said.stdout.split()[0]) == (0, "kr-own")
    sound.write_text(own.replace('"1/20"', '"1/21"'), "utf-8")
    refused = run("check", sound)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("own.toml: choices.share: outside-envelope:")
    assert "주민투표법 §9②" in refused.stderr


def test_list_shows_sets_and_marks_proposals() -> None:
    said = run("list").stdout
    assert "kr-goyang-reform" in said
    (line,) = (line for line in said.splitlines() if line.startswith("kr-reform-recall-mayor"))
    assert line.endswith("(a proposal, in force nowhere)")


def test_schema_prints_what_editors_read() -> None:
    for form in ("rulebook", "case", "calendar"):
        assert json.loads(run("schema", form).stdout)["$schema"].endswith("2020-12/schema")
