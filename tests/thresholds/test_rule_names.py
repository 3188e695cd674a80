"""Every key and value that a comparison or a list of assumptions can show has words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from typer.testing import CliRunner

from referendum.cli import ruling
from referendum.i18n import rule_names
from referendum.i18n.words import Language, Words
from thresholds import comparing, library, sets
from thresholds.comparing import Changed
from thresholds.periods import OrdinanceNumbers
from thresholds.rulebook import Rulebook

DOTTED = re.compile(r"[a-z0-9]\.[a-z0-9]|[a-z]_[a-z]")
"""What a key looks like that nobody has named."""
CODES = re.compile(r"^[a-z_]{4,}$")
"""What a value looks like that nobody has named."""


def pairs() -> Iterator[tuple[Rulebook, Rulebook]]:
    """All within each set, all versions of one law, and every country's beside the next."""
    for one in sets.all_sets():
        yield from combinations(one.rulebooks, 2)
    known = {one.id: one.rulebooks for one in sets.all_sets()}
    for newer in ("kr-goyang-relaxed", "kr-goyang-reform"):
        yield from zip(known["kr-goyang-today"], known[newer], strict=True)
    yield from pairwise(library.all_rulebooks())
    books = library.all_rulebooks()
    yield from zip(books, books[len(books) // 2 :], strict=False)


PAIRS = list({(old.id, new.id): (old, new) for old, new in pairs()}.values())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("book", library.all_rulebooks(), ids=lambda book: book.id)
def test_every_assumed_key_has_a_name(book: Rulebook, language: Language) -> None:
    words = Words.load(language)
    named = {key: rule_names.label(words, key, book) for key in book.assumed}
    assert {key for key, name in named.items() if not name or DOTTED.search(name)} == set()


@pytest.mark.parametrize("language", list(Language))
def test_every_difference_has_a_name_and_values_in_words(language: Language) -> None:
    words = Words.load(language)
    seen: set[str] = set()
    for left, right in PAIRS:
        for one in comparing.compare(left, right):
            seen.add(one.key)
            _in_words(words, one, left, right)
    assert len(seen) > 100, "the comparison finds nothing any more"


def _in_words(words: Words, one: Changed, left: Rulebook, right: Rulebook) -> None:
    name = rule_names.label(words, one.key, left, right)
    assert name, one.key
    assert not DOTTED.search(name), (one.key, name)
    if words.language is Language.KO:
        assert not re.search(r"[a-z]{4,}", name), (one.key, name)
    for value, book in ((one.left, left), (one.right, right)):
        said = rule_names.told(words, one.key, value, book)
        assert said, one.key
        unnamed = [part for part in re.split(r", |; | ", said) if "_" in part]
        assert unnamed == [], (one.key, said)
        if words.language is Language.KO:
            assert not CODES.match(said), (one.key, said)


def test_a_key_that_is_not_ours_keeps_the_name_it_has() -> None:
    words = Words.load(Language.EN)
    assert rule_names.label(words, "signing.electorate.shoe_size") == "Signing: shoe_size"
    assert rule_names.label(words, "weather") == "weather"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("book", library.all_rulebooks(), ids=lambda book: book.id)
def test_an_assumed_key_has_a_name_where_the_book_is_not_at_hand(
    book: Rulebook, language: Language
) -> None:
    """A certificate names its assumed values from its own text alone."""
    named = {key: rule_names.label(Words.load(language), key) for key in book.assumed}
    assert {key for key, name in named.items() if not name or DOTTED.search(name)} == set()


@pytest.mark.parametrize("number", OrdinanceNumbers.model_fields)
def test_the_numbers_of_an_ordinance_have_names(number: str) -> None:
    name = rule_names.label(Words.load(Language.KO), f"ordinance.{number}")
    assert name.startswith("조례: ")
    assert not re.search(r"[a-z]", name)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("petition.requirements.0.chosen", "1/150", "1/150"),
        ("signing.electorate.minimum_age", 18, "18"),
        ("calendar.periods.cure_ends.length", {"days": 20}, "20일"),
        ("calendar.periods.roll_base.length", {"days": -22}, "22일 전"),
        ("calendar.periods.roll_base.length", {"days": 0}, "그날"),
        ("signing.channels.paper", {"system": "sealed_paper"}, "검인받은 종이 서명부만"),
        ("poll.outcomes.short", "neither", "어느 쪽도 채택되지 않음"),
        ("signing.electorate.foreigners.statuses", ["F-5", "F-6"], "F-5, F-6"),
        ("calendar.periods.inspection_ends.first_day", True, "예"),
        ("petition.requirements.0.share", None, "(이 규칙에 적지 않음)"),
    ],
)
def test_values_are_said_as_people_say_them(key: str, value: object, said: str) -> None:
    assert rule_names.told(Words.load(Language.KO), key, value) == said


def test_what_a_rulebook_does_not_say_itself_is_no_difference_to_nothing() -> None:
    """A period that only one of two has is shown by its length, not by every default."""
    then, now = (library.by_id(f"kr-referendum-{day}") for day in ("2016-05-29", "2022-04-26"))
    keys = {one.key for one in comparing.compare(then, now)}
    assert "calendar.periods.roll_base.length" in keys
    assert "calendar.periods.roll_base.first_day" not in keys


def test_silence_about_a_text_that_was_not_read_is_no_difference() -> None:
    """What is excluded is compared where both say it; a topic that only one has is left out."""
    then, now, abroad = (
        library.by_id(name)
        for name in (
            "kr-referendum-2016-05-29",
            "kr-referendum-2022-10-27",
            "tw-referendum-2018-01-05",
        )
    )
    keys = {one.key for one in comparing.compare(then, now)}
    assert "excluded.contracts" in keys
    assert "provisions.subject" in keys
    assert "provisions.council" not in keys
    assert "publication.month" not in keys
    beyond = {one.key.partition(".")[0] for one in comparing.compare(now, abroad)}
    assert not beyond & {"excluded", "dispute", "provisions", "publication"}


def test_the_terminal_names_keys_in_words() -> None:
    both = ["kr-referendum-2016-05-29", "kr-referendum-2022-04-26"]
    said = CliRunner().invoke(ruling.rules, ["compare", *both, "--lang", "ko"]).stdout
    assert "투표율: 비율\n  - 1/3  [구 주민투표법 §24①]\n  + 1/4  [주민투표법 §24①]" in said
    assert not [line for line in said.splitlines() if DOTTED.search(line.partition("[")[0])]
    shown = CliRunner().invoke(ruling.rules, ["show", both[0], "--lang", "ko"]).stdout
    assert "(가정값) 서명: 나이를 따지는 날" in shown
