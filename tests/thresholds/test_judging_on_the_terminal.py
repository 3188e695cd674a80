"""`judge` and `rules dates|list|show`: the published form, the exit status, a line per problem."""

import ast
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from referendum.cli import judging, ruling
from referendum.i18n.words import Language, Words
from tests.thresholds.cases_at_hand import CASES, DATES, HERE, name
from thresholds import errors, reading
from thresholds.cases import read_case
from thresholds.electorate import Ineligibility
from thresholds.library import all_rulebooks
from thresholds.requirement import RequirementName
from thresholds.vocabulary import DeadlineName, PetitionOutcome, PollOutcome

app = typer.Typer()
app.command("judge")(judging.judge)
app.add_typer(ruling.rules, name="rules")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def written(folder: Path, text: str) -> Path:
    path = folder / "case.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("path", CASES, ids=name)
def test_judge_prints_json_in_the_published_form(path: Path) -> None:
    result = run("judge", path, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    assert list(document) == ["case", "rulebook", "petition", "poll"]
    assert document["case"] == path.stem
    expected = read_case(path.read_text("utf-8")).expected
    assert (document["poll"] or {}).get("outcome") == expected.poll
    assert (document["petition"] or {}).get("outcome") == expected.petition


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("path", CASES, ids=name)
def test_judge_shows_every_finding_with_its_sum_and_article(path: Path, language: str) -> None:
    result = run("judge", path, "--lang", language)
    assert result.exit_code == 0
    document = json.loads(run("judge", path, "--json").stdout)
    for part in ("petition", "poll"):
        for finding in (document[part] or {}).get("findings", []):
            assert f"[{finding['citation']}]" in result.stdout
            if finding["needed"] is not None:
                assert f"= {finding['needed']:,}" in result.stdout


def test_the_exact_third_and_not_the_one_of_the_newspapers() -> None:
    result = run("judge", HERE / "hanam-2007-mayor.toml")
    assert "ceil(106,435 × 1/3) = 35,479" in result.stdout
    assert "2,422 short" in result.stdout


@pytest.mark.parametrize("language", list(Language))
def test_a_refused_file_leaves_standard_output_empty(tmp_path: Path, language: str) -> None:
    path = written(
        tmp_path,
        '[case]\nid="x"\ninstrument="recall"\ncountry="kr"\nlevel="city"\nas_of=2020-01-01\n'
        "[petition]\nclaimants = -1\nvalid = 0.5\n[poll]\ncolour = 1\n",
    )
    result = run("judge", path, "--json", "--lang", language)
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["petition.claimants", "too-small"],
        ["petition.valid", "not-a-whole-number"],
        ["poll.colour", "unknown-key"],
    ]


def test_a_key_with_a_line_break_stays_on_one_line(tmp_path: Path) -> None:
    result = run("judge", written(tmp_path, '"a\\nb" = 1\n[case]\n'))
    assert result.exit_code == 2
    assert all(": " in line for line in result.stderr.splitlines())


@pytest.mark.parametrize("language", list(Language))
def test_a_date_before_the_first_law_is_refused(tmp_path: Path, language: str) -> None:
    text = (HERE / "seoul-2011-free-meals.toml").read_text("utf-8")
    early = written(tmp_path, text.replace("2011-08-24", "2003-08-24"))
    result = run("judge", early, "--lang", language)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no-rulebook-in-force" in result.stderr
    assert "2004" in result.stderr


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_bytes("[case]\nid = '고양'".encode("cp949"))
    for missing in (path, tmp_path / "nothing.toml", tmp_path):
        result = run("judge", missing)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "unreadable-file" in result.stderr


def test_rules_dates_prints_the_published_form() -> None:
    path = DATES / "referendum-2024-chuseok.toml"
    result = run("rules", "dates", path, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert list(document) == ["id", "deadlines"]
    by_name = {deadline["name"]: deadline for deadline in document["deadlines"]}
    assert list(by_name["vote_day"]) == ["name", "date", "article", "sum"]
    assert by_name["vote_day"]["date"] == "2024-09-25"
    for language in Language:
        shown = run("rules", "dates", path, "--lang", language).stdout
        assert "2024-09-25" in shown
        assert "주민투표법 §14" in shown


def test_rules_dates_refuses_an_event_in_a_barred_period(tmp_path: Path) -> None:
    text = (DATES / "referendum-2024-chuseok.toml").read_text("utf-8")
    bar = '[[elections]]\ndate = 2024-10-16\nkind = "by_election"\ndistricts = ["주교동"]\n'
    path = written(tmp_path, f"{text.split('[expected]')[0]}{bar}")
    result = run("rules", "dates", path, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("events.called: in-barred-period: ")
    assert "주민투표법 §13" in result.stderr


def test_rules_list_and_show() -> None:
    listed = run("rules", "list").stdout
    for book in all_rulebooks():
        assert book.id in listed
        shown = run("rules", "show", book.id, "--lang", "ko")
        assert shown.exit_code == 0
        assert book.fingerprint in shown.stdout
        assert ("(가정값)" in shown.stdout) is bool(book.assumed)
        document = json.loads(run("rules", "show", book.id, "--json").stdout)
        assert document["fingerprint"] == book.fingerprint
    unknown = run("rules", "show", "kr-nothing")
    assert (unknown.exit_code, unknown.stdout) == (2, "")


def subclasses(parent: type[errors.RuleRefusal]) -> set[type[errors.RuleRefusal]]:
    return {parent}.union(*(subclasses(child) for child in parent.__subclasses__()))


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_its_words(language: Language) -> None:
    words = Words.load(language)
    listing = {"RuleRefusal", "_ManyProblems", "CaseUnreadable", "RulebookUnreadable"}
    codes = {e.code for e in subclasses(errors.RuleRefusal) if e.__name__ not in listing}
    rooms = (Path(reading.__file__).parent, Path(judging.__file__).parent)
    for path in (path for room in rooms for path in room.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
                codes |= {
                    ast.literal_eval(p) for p in node.args[1:2] if isinstance(p, ast.Constant)
                }
    codes |= set(reading._REASONS.values()) | {"wrong-form", "unreadable-file"}
    keys = {f"rules.problem.{code}" for code in codes}
    keys |= {f"rules.requirement.{name}" for name in RequirementName}
    keys |= {f"rules.deadline.{name}" for name in DeadlineName}
    keys |= {f"rules.ineligible.{reason}" for reason in Ineligibility}
    keys |= {f"rules.outcome.{outcome}" for outcome in (*PetitionOutcome, *PollOutcome)}
    keys |= {f"rules.outcome.{outcome}" for outcome in ("counted_unknown", "short_unknown")}
    assert {key for key in keys if not words.has(key)} == set()
    used = {key for key in words.sentences if key.startswith("rules.problem.")}
    assert used <= keys, "a sentence that nothing says"
