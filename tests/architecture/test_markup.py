"""No page asks for what the Content-Security-Policy forbids (WEB-03)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "referendum" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static").glob("*.js"))
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "evaluated htmx": re.compile(r"\bhx-(on|vals=.js:)", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "another host": re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+false"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    assert TEMPLATES
    found = [path.name for path in TEMPLATES if FORBIDDEN[what].search(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_text_and_never_markup(script: Path) -> None:
    source = script.read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source)
    assert ".style" not in source


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_carries_the_token(template: Path) -> None:
    html = template.read_text("utf-8")
    forms = re.findall(r"<form\b[^>]*method=.post.*?</form>", html, re.DOTALL | re.IGNORECASE)
    assert [form for form in forms if "csrf_field()" not in form] == []


def test_the_stylesheet_asks_for_nothing_elsewhere() -> None:
    sheet = (WEB / "static" / "app.css").read_text("utf-8")
    assert "@import" not in sheet
    assert re.findall(r'url\((?!"built/)', sheet) == []
    assert "@media print" in sheet
    assert "prefers-reduced-motion" in sheet


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_each_macro_of_a_template_has_a_name_of_its_own(template: Path) -> None:
    """A second one of the same name would hide the first without a word."""
    named = re.findall(r"{%-? macro (\w+)", template.read_text("utf-8"))
    assert [name for name in named if named.count(name) > 1] == []
