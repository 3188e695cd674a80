"""Every sentence is in both languages, and every sentence that is asked for exists (WEB-04)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from referendum.i18n.words import AGREES, YEARS, Language, Words, catalogue
from referendum.web.navigation import FOOT, MAIN

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "referendum" / "web" / "templates"
ONE_WORD = ROOT / "tests" / "data" / "one_word.toml"
KEY = re.compile(r"""\bt\(\s*(?P<quote>["'])(?P<key>[^"']+)(?P=quote)\s*(?P<more>~)?""")


def places(sentence: str) -> set[str]:
    plain = AGREES.sub("", sentence)
    return {name for _, name, _, _ in Formatter().parse(plain) if name}


def templates() -> Iterator[Path]:
    yield from sorted(TEMPLATES.rglob("*.html"))


def asked_for() -> Iterator[tuple[str, str, bool]]:
    """Template, key, and whether the key is only the beginning of one."""
    for template in templates():
        for found in KEY.finditer(template.read_text("utf-8")):
            yield template.name, found["key"], bool(found["more"])


def test_both_languages_have_the_same_sentences() -> None:
    korean, english = catalogue(Language.KO), catalogue(Language.EN)
    assert sorted(korean.keys() ^ english.keys()) == []


def test_both_languages_leave_the_same_places_open() -> None:
    korean, english = catalogue(Language.KO), catalogue(Language.EN)
    differing = [
        key for key in korean.keys() & english.keys() if places(korean[key]) != places(english[key])
    ]
    assert differing == []


def test_korean_objects_have_the_particle_that_their_last_sound_asks_for() -> None:
    """을 after a closed syllable, 를 after an open one; ends of words that only look so apart."""
    open_stems = {"모을", "가을", "마을", "지을", "이을", "나을"}
    object_of = re.compile(r"([가-힣])(을|를)(?![가-힣])")
    wrong = [
        f"{key}: {found[0]}"
        for key, sentence in catalogue(Language.KO).items()
        for found in object_of.finditer(sentence)
        if found[0] not in open_stems and _closed(found[1]) is not (found[2] == "을")
    ]
    assert wrong == []
    assert _closed("표") is False
    assert _closed("문") is True


def _closed(syllable: str) -> bool:
    return (ord(syllable) - ord("가")) % 28 != 0


def test_no_sentence_is_empty() -> None:
    empty = [
        (language, key)
        for language in Language
        for key, sentence in catalogue(language).items()
        if not sentence.strip()
    ]
    assert empty == []


@pytest.mark.parametrize("language", list(Language))
def test_every_sentence_that_a_template_asks_for_exists(language: Language) -> None:
    known = catalogue(language)
    wanted = list(asked_for())
    assert len(wanted) > 40, "the search finds nothing any more"
    missing = [
        (template, key)
        for template, key, begins in wanted
        if not (any(each.startswith(key) for each in known) if begins else key in known)
    ]
    assert missing == []


def test_the_menus_words_exist() -> None:
    assert all(entry.words in catalogue(Language.KO) for entry in (*MAIN, *FOOT))


@pytest.mark.parametrize("template", list(templates()), ids=lambda path: path.name)
def test_templates_hold_no_sentences_of_their_own(template: Path) -> None:
    hangul = re.findall(
        r"[가-힣]+", re.sub(r"{#.*?#}", "", template.read_text("utf-8"), flags=re.DOTALL)
    )
    assert hangul == []


@pytest.mark.parametrize("language", list(Language))
def test_a_year_is_never_written_with_a_separator(language: Language) -> None:
    """2026, never "2,026": in every sentence that has a place for one."""
    words = Words.load(language)
    with_a_year = [key for key, said in words.sentences.items() if places(said) & YEARS]
    assert with_a_year
    for key in with_a_year:
        facts = dict.fromkeys(places(words.sentences[key]), 2026)
        assert "2026" in words(key, **facts), key


def test_what_stands_before_a_day_of_the_year_is_a_year() -> None:
    dated = re.compile(r"\{(\w+)\}년 \d+월|\d+ [A-Z]\w+ \{(\w+)\}")
    found = {
        name
        for language in Language
        for sentence in catalogue(language).values()
        for match in dated.findall(sentence)
        for name in match
        if name
    }
    assert found
    assert found <= YEARS


@pytest.mark.parametrize("language", list(Language))
def test_one_thing_is_called_by_one_word(language: Language) -> None:
    """`tests/data/one_word.toml`: what nobody writes for it."""
    terms = tomllib.loads(ONE_WORD.read_text("utf-8"))[language.value]
    assert len(terms) > 5
    wrong = [
        (key, term["word"], found[0])
        for term in terms
        for key, said in catalogue(language).items()
        if not key.startswith(tuple(term.get("besides", ())))
        for never in term["never"]
        if (found := re.search(never, said))
    ]
    assert wrong == []
