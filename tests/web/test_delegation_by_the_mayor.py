"""시장 위임, delegation by the mayor: one word for one thing, said alike wherever it is said.

A page that calls itself a delegation while another denies it tells nobody what a vote was.
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.certificates.layout import Fonts
from referendum.certificates.tables import Certificate
from referendum.i18n.words import Language, Words, catalogue
from tests.certificates.printing import set_once
from tests.certificates.reading import with_pypdf
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.staff import hire

ROOT = Path(__file__).parents[2]
ELSEWHERE = {
    Language.KO: re.compile(r"(?<!시장 )위임(?!받|장|신고)"),
    Language.EN: re.compile(r"(?<!by )[Dd]elegation(?! by the mayor)"),
}
"""The word for anything else: a representative's collector is 위임받은 사람, a signature by
delegation within an office is 전결."""
DENIALS = re.compile(
    r"위임이 아니|위임하는 것이 아니|넘겨주는 것이 아니|not a delegation|no delegation"
)


def said(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def faults(text: str, language: Language) -> list[str]:
    found = [*ELSEWHERE[language].finditer(text), *DENIALS.finditer(text)]
    return [text[max(one.start() - 30, 0) : one.end() + 30] for one in found]


@pytest.fixture
def client(site: Open, database_url: str) -> Browser:
    return site(database=database_url)


@pytest.mark.parametrize("language", list(Language))
def test_every_page_of_a_promise_and_its_vote_uses_the_word_alike(
    client: Browser, town: Town, advisory_declared: UUID, language: Language
) -> None:
    number = town.measure(advisory_declared).number
    with town.begin() as uow:
        row = uow.session.scalars(select(Certificate)).one()
    client.headers["accept-language"] = language.value
    nature = Words.load(language)("promises.nature")
    promises = town.delegates(published=False)
    sits(client, hire(town, "mayor"))
    explains = ("/promises", "/promises/1", "/desk/promises/" + str(promises))
    for path in (
        *explains,
        "/desk/promises",
        f"/desk/measures/{number}",
        f"/measures/{number}",
        f"/certificates/{row.id}",
        "/rules/kr-advisory",
        "/rules/kr-goyang-advisory",
        "/projects",
        "/",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        text = said(page.text)
        assert faults(text, language) == [], path
        if path in explains:
            assert nature in text, path
    printed = set_once(json.loads(row.document), fonts=Fonts.find(), language=language.value)
    flat = re.sub(r"\s+", " ", " ".join(with_pypdf(printed)))
    assert DENIALS.findall(flat) == []
    assert {"ko": "시장 위임", "en": "delegation by the mayor"}[language.value] in flat


@pytest.mark.parametrize("language", list(Language))
def test_no_sentence_uses_it_for_anything_else(language: Language) -> None:
    told = {
        key: found
        for key, sentence in catalogue(language).items()
        if (found := faults(sentence, language))
    }
    assert told == {}


def test_no_rulebook_and_no_page_of_the_docs_denies_it() -> None:
    texts = {
        path: path.read_text("utf-8")
        for folder, kind in (("docs", "*.md"), ("thresholds/rulebooks", "*.toml"))
        for path in (ROOT / folder).glob(kind)
    }
    texts[ROOT / "README.md"] = (ROOT / "README.md").read_text("utf-8")
    assert {str(path): DENIALS.findall(text) for path, text in texts.items()} == {
        str(path): [] for path in texts
    }
    frame = tomllib.loads((ROOT / "thresholds/rulebooks/kr-advisory.toml").read_text("utf-8"))
    assert frame["assumed"], "the frame says that it is assumed, as the sentence does"
    for language, word in ((Language.KO, "가정"), (Language.EN, "assumed")):
        assert word in Words.load(language)("promises.nature")
