"""A template is compiled once in a process and language, whoever asks for it."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader
from markupsafe import escape

from referendum.doors import languages
from referendum.i18n.words import Language, WordMissing
from referendum.kernel.keys import Keyring
from referendum.web import assets, templating
from tests.doors.gate import services


def test_services_share_the_code_and_languages_do_not(keyring: Keyring) -> None:
    one = templating.environments(services(keyring), assets.built())
    demo = templating.environments(services(keyring, mode="demo"), assets.built())
    before = {each: len(compiled.kept) for each, compiled in templating.COMPILED.items()}
    for each in (one, one, demo):
        for environment in each.values():
            environment.get_template("error.html")
    for language, compiled in templating.COMPILED.items():
        assert len(compiled.kept) <= before[language] + 1
    assert one[Language.KO].globals["t"] is not one[Language.EN].globals["t"]
    assert demo[Language.KO].globals["is_demo"]
    assert not one[Language.KO].globals["is_demo"]


def test_a_template_in_front_is_not_taken_for_ours(keyring: Keyring) -> None:
    more = DictLoader({"error.html": "{{ t.language.value }} in front"})
    theirs = templating.environments(services(keyring), assets.built(), more=more)
    ours = templating.environments(services(keyring), assets.built())
    assert theirs[Language.EN].get_template("error.html").render() == "en in front"
    assert ours[Language.EN].get_template("error.html").filename is not None
    assert theirs[Language.KO].get_template("error.html").render() == "ko in front"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "written",
    [
        "{{ t('web.name') }}",
        "{{- t('web.name') -}}",
        "{{ t('web.name') | upper }}",
        "{{ t('web.name') ~ t('web.session.end') }}",
        "{% if t('web.name') %}{{ t('web.session.end') }}{% endif %}",
        "{% macro said(words) %}<b>{{ words }}</b>{% endmacro %}{{ said(t('web.name')) }}",
        "{{ t('web.' ~ 'name') }}",
        "{{ t('web.session.left', minutes=4) }}",
        "<a title=\"{{ t('web.name') }}\">{{ {'t': t}['t']('web.name') }}</a>",
        "{{ other.t('web.name') }}",
    ],
)
def test_a_sentence_in_the_template_reads_as_one_that_is_looked_up(
    keyring: Keyring, written: str, language: Language
) -> None:
    words = languages.words(language)
    more = DictLoader({"one": written})
    environment = templating.environments(services(keyring), assets.built(), more=more)[language]
    plain = environment.overlay(extensions=(), bytecode_cache=None)
    plain.extensions = {}
    other = {"t": lambda key: f"{words(key)} & <other>"}
    assert environment.get_template("one").render(other=other) == plain.from_string(written).render(
        other=other
    )


def test_a_sentence_is_escaped_in_the_text_and_not_in_a_value(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharp = '<b> & "more"'
    words = languages.words(Language.EN)
    monkeypatch.setitem(words.sentences, "web.name", sharp)
    more = DictLoader({"sharp": "{{ t('web.name') }}|{{ t('web.name') | length }}"})
    environment = templating.environments(services(keyring), assets.built(), more=more)
    told = environment[Language.EN].get_template("sharp").render()
    assert told == f"{escape(sharp)}|{len(sharp)}"


@pytest.mark.parametrize("written", ["{{ t('web.no-such') }}", "{{ t('web.session.left') }}"])
def test_a_sentence_that_cannot_be_said_is_an_error_of_its_page(
    keyring: Keyring, written: str
) -> None:
    more = DictLoader({"lacking": written})
    environment = templating.environments(services(keyring), assets.built(), more=more)
    template = environment[Language.KO].get_template("lacking")
    with pytest.raises((WordMissing, KeyError)):
        template.render()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("예: 010-0000-0000", '예: <span class="unbroken">010-0000-0000</span>'),
        ("2027-01-31처럼", '<span class="unbroken">2027-01-31</span>처럼'),
        ("<b>", "&lt;b&gt;"),
        ("AB2C-AB2C-AB2C-AB2C-AB2C", "AB2C-AB2C-AB2C-AB2C-AB2C"),
        ("day-to-day", "day-to-day"),
    ],
)
def test_numbers_with_hyphens_are_kept_together(text: str, shown: str) -> None:
    assert templating.unbroken(text) == shown


def test_what_is_markup_already_stays_as_it_is() -> None:
    assert templating.unbroken(escape("1-2 <b>")) == escape("1-2 <b>")
