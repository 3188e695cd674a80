"""A template is compiled once in a process, whoever asks for it, in whatever language."""

from __future__ import annotations

from jinja2 import DictLoader

from referendum.i18n.words import Language
from referendum.kernel.keys import Keyring
from referendum.web import assets, templating
from tests.doors.gate import services


def test_languages_and_services_share_the_code_but_not_the_words(keyring: Keyring) -> None:
    one = templating.environments(services(keyring), assets.built())
    demo = templating.environments(services(keyring, mode="demo"), assets.built())
    before = len(templating.COMPILED.kept)
    for each in (one, one, demo):
        for environment in each.values():
            environment.get_template("error.html")
    assert len(templating.COMPILED.kept) <= before + 1
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
