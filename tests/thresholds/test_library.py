"""Every rulebook loads, is cited, follows its predecessor, and is one fixed thing."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import thresholds
from tests.thresholds.cases_at_hand import law
from thresholds.errors import NoRulebookInForce, RulebookUnreadable, UnknownRulebook
from thresholds.library import _line, all_rulebooks, applying, by_id, in_force, load
from thresholds.rulebook import Rulebook, RuleGroup, System
from thresholds.vocabulary import Event

ROOT = Path(thresholds.__file__).parent
TEXTS = {path.name: path.read_text("utf-8") for path in (ROOT / "rulebooks").glob("*.toml")}
KOREAN = re.compile(r"^구? ?[가-힣 ]+ (부칙 <[^>]+> )?§\d")
ELSEWHERE = re.compile(r"^(\S.* )?(Art\.|art\.|§|annex) ?\d|^\S+ §\d")
"""A law by its usual name, and the number of an article or section in it."""


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from nodes(part)


@pytest.mark.parametrize("book", all_rulebooks(), ids=lambda book: book.id)
def test_every_number_of_every_rulebook_is_cited(book: Rulebook) -> None:
    said = book.model_dump(mode="json", exclude_defaults=True, exclude={"choices"})
    for node in nodes(said):
        cited = [value for key, value in node.items() if key in {"citation", "article"}]
        form = KOREAN if book.country == "kr" else ELSEWHERE
        assert all(form.match(article) for article in cited), cited
        stated = {"kind", "minimum_age", "after", "days_before", "counted_days"} & set(node)
        if any(not isinstance(node[key], dict) for key in stated):
            assert cited, node


@pytest.mark.parametrize(
    "book", [book for book in all_rulebooks() if book.stands_alone], ids=lambda book: book.id
)
def test_a_rulebook_is_found_by_its_id_and_on_its_first_day(book: Rulebook) -> None:
    assert by_id(book.id) is book
    found = in_force(
        country=book.country,
        level=book.levels[0],
        instrument=book.instrument,
        on=book.valid_from,
        office=book.offices[0] if book.offices else None,
        route=book.routes[0] if book.routes else None,
        matter=book.matters[0] if book.matters else None,
    )
    assert found is book


def test_versions_follow_each_other_without_gap_or_overlap() -> None:
    lines: dict[object, list[Rulebook]] = defaultdict(list)
    for book in all_rulebooks():
        lines[_line(book)].append(book)
    for line in lines.values():
        ordered = sorted(line, key=lambda book: book.valid_from)
        ends = [book.valid_to for book in ordered]
        assert ends == [*(book.valid_from for book in ordered[1:]), None]


@pytest.mark.parametrize(
    ("on", "id", "age", "quorum", "gate"),
    [
        ("2004-07-30", "kr-referendum-2004-07-30", 20, "1/3", "turnout"),
        ("2009-02-11", "kr-referendum-2004-07-30", 20, "1/3", "turnout"),
        ("2009-02-12", "kr-referendum-2009-02-12", 19, "1/3", "turnout"),
        ("2016-05-29", "kr-referendum-2016-05-29", 19, "1/3", "turnout"),
        ("2022-04-25", "kr-referendum-2016-05-29", 19, "1/3", "turnout"),
        ("2022-04-26", "kr-referendum-2022-04-26", 18, "1/4", "never"),
        ("2022-10-27", "kr-referendum-2022-10-27", 18, "1/4", "never"),
        ("2023-04-27", "kr-referendum-2023-04-27", 18, "1/4", "never"),
    ],
)
def test_the_referendum_law_of_each_day(on: str, id: str, age: int, quorum: str, gate: str) -> None:  # noqa: A002  # the column's name
    book = law("referendum", date.fromisoformat(on))
    assert book.id == id
    assert book.voting is not None
    assert book.voting.electorate.minimum_age == age
    assert book.poll is not None
    assert book.poll.count_gate == gate
    assert book.poll.requirements[0].model_dump()["share"] == quorum


def test_channels_name_their_system_and_whether_they_must_be_designated() -> None:
    recall = law("recall", date(2026, 1, 1), office="mayor").signing
    assert recall is not None
    assert recall.channel("online") is None
    paper = recall.channel("paper")
    assert paper is not None
    assert paper.system is System.SEALED_PAPER

    for instrument, needs, system in (
        ("initiative", True, System.DESIGNATED_SYSTEM),
        ("referendum", True, System.DESIGNATED_SYSTEM),
        ("advisory", False, System.OWN_SYSTEM),
    ):
        signing = law(instrument, date(2026, 1, 1)).signing
        assert signing is not None
        online = signing.channel("online")
        assert online is not None
        assert (online.needs_designation, online.system) == (needs, system)

    before = law("referendum", date(2023, 4, 26)).signing
    assert before is not None
    assert before.channel("online") is None


def test_the_advisory_rule_is_assumed_and_binds_nobody() -> None:
    book = law("advisory", date(2026, 1, 1))
    assert not book.binding
    assert {"poll", "petition", "signing"} <= set(book.assumed)
    assert "주민투표" not in TEXTS["kr-goyang-advisory.toml"]


@pytest.mark.parametrize(
    ("called", "id"),
    [
        (None, "kr-referendum-2016-05-29"),
        (date(2022, 4, 25), "kr-referendum-2016-05-29"),
        (date(2022, 4, 26), "kr-referendum-2022-04-26"),
        (date(2024, 1, 1), "kr-referendum-2022-04-26"),
    ],
)
def test_lif_03_the_count_rule_is_that_of_the_call(called: date | None, id: str) -> None:  # noqa: A002  # the column's name
    """LIF-03: 부칙 18849 §8 keeps the old count rule only for votes already called."""
    pinned = law("referendum", date(2021, 6, 1))
    events = {} if called is None else {Event.CALLED: called}
    assert applying(pinned, RuleGroup.POLL, events).id == id
    assert applying(pinned, RuleGroup.SIGNING, events) is pinned


def test_what_no_rulebook_knows_is_refused() -> None:
    with pytest.raises(UnknownRulebook):
        by_id("kr-nothing")
    with pytest.raises(NoRulebookInForce):
        in_force(country="fr", level="city", instrument="referendum", on=date(2026, 1, 1))
    with pytest.raises(NoRulebookInForce):
        law("recall", date(2026, 1, 1))
    with pytest.raises(NoRulebookInForce):
        law("recall", date(2026, 1, 1), office="governor")


def test_a_fingerprint_follows_the_content_and_not_the_file() -> None:
    again = {book.id: book for book in load(TEXTS)}
    for book in all_rulebooks():
        assert re.fullmatch(r"[0-9a-f]{64}", book.fingerprint)
        assert again[book.id].fingerprint == book.fingerprint
    assert len({book.fingerprint for book in all_rulebooks()}) == len(all_rulebooks())

    edited = dict(TEXTS)
    name = "kr-recall-mayor-2007-05-25.toml"
    edited[name] = TEXTS[name].replace('share = "1/3"\n', 'share = "1/4"\n')
    changed = {book.id: book.fingerprint for book in load(edited)}
    recall = "kr-recall-mayor-2007-05-25"
    assert changed[recall] != by_id(recall).fingerprint


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('share = "1/3"', "share = 0.333", "share"),
        ("minimum_age = 19", 'minimum_age = "19"', "minimum_age"),
        ('offices = ["mayor"]', 'officers = ["mayor"]', "officers"),
        ('excluding = "before_election"', 'excluding = "lunch"', "calendar"),
        ('assumed = ["valid_from"]', 'assumed = ["poll.moon"]', "file"),
        ("[calendar]", "[calendar", "toml"),
    ],
)
def test_a_rulebook_is_refused_whole_with_file_key_and_reason(old: str, new: str, key: str) -> None:
    name = "kr-recall-mayor-2007-05-25.toml"
    assert old in TEXTS[name]
    with pytest.raises(RulebookUnreadable) as refused:
        load({name: TEXTS[name].replace(old, new)})
    assert all(problem.key.startswith(f"{name}: ") for problem in refused.value.problems)
    assert any(key in problem.key for problem in refused.value.problems)


def test_a_rulebook_that_extends_nothing_or_itself_is_refused() -> None:
    for base in ("nobody", "a"):
        with pytest.raises(RulebookUnreadable):
            load({"a.toml": f'id = "a"\nextends = "{base}"'})


def test_the_rules_are_pure() -> None:
    """Standard library and pydantic; no clock, no files but the package's own, no log."""
    allowed = set(sys.stdlib_module_names) | {"pydantic", "pydantic_core", "thresholds"}
    forbidden = {"os", "pathlib", "random", "logging", "time", "socket", "subprocess", "secrets"}
    readers = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            roots = {name.partition(".")[0] for name in names}
            assert roots <= allowed - forbidden, path
            if "importlib.resources" in names:
                readers.add(path.name)
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"today", "now", "utcnow"}, path
            if isinstance(node, ast.Name):
                assert node.id not in {"open", "float", "print"}, path
    assert readers == {"expenses.py", "library.py", "precedents.py"}
