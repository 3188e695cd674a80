"""A text that somebody wrote, as a page shows it: indented as laws are, with lists and tables.

What is read is what was written: nothing is renumbered, no sign is dropped but those that mark a
heading, a bullet, a table's lines or a link. What has a fingerprint is the text, not its looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

KEPT: Final = 256
"""Texts whose looks are kept: a measure's are read far more often than written."""
PARTS: Final = (
    ("article", re.compile(r"제\d+조(?:의\d+)?(?:\s*\(|\s|$)")),
    ("paragraph", re.compile(r"[\u2460-\u2473\u3251-\u325f]")),
    ("item", re.compile(r"\d+(?:의\d+)?[.)](?:\s|$)")),
    ("subitem", re.compile(r"[가나다라마바사아자차카타파하][.)]\s")),
    ("chapter", re.compile(r"제\d+(?:장|절|관)(?:의\d+)?(?:\s|$)|부칙(?:\s|$)")),
)
"""How the parts of a Korean law begin (조·항·호·목, and 장·절 above them), each by its class."""
TITLED: Final = re.compile(r"(제\d+조(?:의\d+)?(?:\s*\([^)]*\))?)(.*)", re.DOTALL)
TAGS: Final = {
    *("p", "br", "ul", "ol", "li", "strong"),
    *("h2", "h3", "h4", "h5", "h6", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: Final = {"a": {"href"}, "p": {"class"}, "table": {"class"}, "ol": {"start"}}
SCHEMES: Final = {"http", "https", "mailto"}
BELOW: Final = 3
"""The level of the heading that a text usually stands under: its own begin one below."""
SMALLEST: Final = 6


def _writer() -> MarkdownIt:
    """The few marks that are understood; all else is itself (CommonMark's other marks among it).

    Emphasis, escapes and entities would drop signs of a text that has a fingerprint.
    """
    marks = ["heading", "list", "table", "link", "newline"]
    return MarkdownIt("zero", {"breaks": True, "html": False}).enable(marks)


WRITER: Final = _writer()


@lru_cache(maxsize=KEPT)
def drawn(text: str, *, region: str, below: int = BELOW) -> Markup:
    """The text as HTML that carries nothing but its own structure.

    `region`: what a voice calls a table that may be wider than the screen.
    """
    html = "".join(_blocks(text, below))
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    beside = f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(region)}">'
    wide = clean.replace("<table", f"{beside}<table").replace("</table>", "</table></div>")
    return Markup(wide)  # noqa: S704  # cleaned above


def _blocks(text: str, below: int) -> Iterator[str]:
    """Lines that begin like a law's part one by one, the others together as they stand."""
    for part, lines in groupby(text.splitlines(), key=_part):
        if part is None:
            yield _marked("\n".join(lines), below)
        else:
            yield from (_law(line.strip(), part) for line in lines)


def _part(line: str) -> str | None:
    begun = line.strip()
    return next((name for name, how in PARTS if how.match(begun)), None)


def _law(line: str, part: str) -> str:
    inline = WRITER.renderInline
    titled = TITLED.fullmatch(line) if part == "article" else None
    if titled:
        return f'<p class="law-article"><strong>{inline(titled[1])}</strong>{inline(titled[2])}</p>'
    return f'<p class="law-{part}">{inline(line)}</p>'


def _marked(text: str, below: int) -> str:
    tokens = WRITER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(below + int(token.tag[1]), SMALLEST)}"
        elif token.type == "table_open":
            token.attrSet("class", "table")
    return str(WRITER.renderer.render(tokens, WRITER.options, {}))
