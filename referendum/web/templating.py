"""Templates with what every one of them may call; compiled once in a process and language."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache, partial
from threading import Lock
from types import CodeType
from typing import Any, Final

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from referendum.bootstrap import Services
from referendum.doors import languages
from referendum.doors.naming import column_name, said
from referendum.i18n import sums
from referendum.i18n.words import Language, WordMissing, Words
from referendum.web import charts, presenting, prose
from referendum.web.assets import Assets
from referendum.web.collating import collated
from thresholds.share import percentages


class Compiled(BytecodeCache):
    """Keeps the code of a template in one language, which is the same for each service.

    Compiling is what is dear about a template, by two orders of magnitude. Jinja's key is the
    name and the file, its checksum the source: a template that tests put in front is another one.
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED: Final = {language: Compiled() for language in Language}
WORDS: Final = "t"
"""What templates call for a sentence."""
ASKED: Final = (("name", WORDS), ("lparen", None), ("string", None), ("rparen", None))
"""How a sentence without facts is asked for."""
PRINTED: Final = "variable_begin", "variable_end"


class Spoken(Extension):
    """Puts sentences that need no facts into the template itself: `t("web.name")`.

    Most of a page is such sentences, and looking up and escaping each anew would cost more than
    everything else on it. One that the catalogue lacks stays a call, which raises.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The same tokens; a sentence is text where it is printed, a string elsewhere."""
        words = self.environment.globals[WORDS]
        assert isinstance(words, Words)
        tokens = list(stream)
        at = 0
        while at < len(tokens):
            printed = tokens[at].type == PRINTED[0]
            begins = at + printed
            ends = begins + len(ASKED)
            member = begins > 0 and tokens[begins - 1].type == "dot"
            said = None if member else _said(words, tokens[begins:ends])
            if said is None:
                yield tokens[at]
                at += 1
            elif printed and ends < len(tokens) and tokens[ends].type == PRINTED[1]:
                yield Token(tokens[at].lineno, "data", str(escape(said)))
                at = ends + 1
            else:
                yield from tokens[at:begins]
                yield Token(tokens[begins].lineno, "string", said)
                at = ends


def _said(words: Words, tokens: list[Token]) -> str | None:
    """The sentence that these tokens ask for, if that is what they do."""
    if len(tokens) < len(ASKED) or any(
        token.type != kind or value not in {None, token.value}
        for token, (kind, value) in zip(tokens, ASKED, strict=True)
    ):
        return None
    with suppress(WordMissing, LookupError):
        return words(tokens[2].value)
    return None


class Spare(Environment):
    """An environment whose templates share its names as they are.

    Jinja lays a second, empty set of names over them for each template, and every page and every
    import then asks both for each name.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


PIECES: Final = 128
"""Pieces of pages that are kept, in each language."""


class Pieces:
    """Keeps a piece of a page by what it is drawn from: `{% call kept("map", progress) %}`.

    What it is drawn from is all that the piece shows, never changes, and is nobody's own.
    """

    def __init__(self) -> None:
        self.drawn: OrderedDict[tuple[str, Hashable], str] = OrderedDict()
        self.alone = Lock()

    def __call__(self, name: str, of: Hashable, *, caller: Callable[[], str]) -> str:
        """The piece as it was drawn before, or as it is drawn now."""
        key = name, of
        with self.alone:
            if (found := self.drawn.get(key)) is not None:
                self.drawn.move_to_end(key)
                return found
        drawn = caller()
        with self.alone:
            self.drawn[key] = drawn
            while len(self.drawn) > PIECES:
                self.drawn.popitem(last=False)
        return drawn


DAYS: Final[Mapping[str, type[date]]] = {"date": date, "datetime-local": datetime}
"""The kinds of inputs that hold days, with what they hold."""


def typed_as(value: str, kind: str) -> bool:
    """Whether an input of that kind can show what was typed into it."""
    try:
        return kind not in DAYS or bool(DAYS[kind].fromisoformat(value))
    except ValueError:
        return False


NUMBER: Final = re.compile(r"((?<![0-9A-Z-])\+?[0-9A-Z]+(?:-[0-9A-Z]+){1,3}(?![0-9A-Z-]))")
WHOLE: Final = Markup('<span class="unbroken">{}</span>')


def unbroken(text: object) -> Markup:
    """A text whose numbers with hyphens (a telephone's, a day as it is typed) stay on one line."""
    if isinstance(text, Markup):
        return text
    parts = NUMBER.split(str(text))
    return Markup().join(WHOLE.format(part) if at % 2 else part for at, part in enumerate(parts))


@cache
def ours() -> BaseLoader:
    """The templates of the package."""
    return PackageLoader("referendum.web", "templates")


def environments(
    services: Services, assets: Assets, *, more: BaseLoader | None = None
) -> Mapping[Language, Environment]:
    """One for each language. `more` holds templates that are looked up before ours."""
    loader = ChoiceLoader([more, ours()]) if more else ours()
    return {language: _environment(loader, language, assets, services) for language in Language}


def _environment(
    loader: BaseLoader, language: Language, assets: Assets, services: Services
) -> Environment:
    environment = Spare(
        loader=loader,
        bytecode_cache=COMPILED[language],
        cache_size=-1,
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = languages.words(language)
    environment.globals.update(
        {WORDS: words},
        refused=partial(said, words),
        doer=partial(presenting.doer, words),
        column_name=partial(column_name, words),
        collated=collated,
        static_url=assets.url,
        has_static=assets.has,
        is_demo=services.is_demo,
        kept=Pieces(),
    )
    environment.filters.update(
        number=words.number,
        won=words.won,
        won_short=words.won_short,
        date=words.date,
        day=words.day,
        worked=partial(sums.told, words),
        last_day=words.last_day,
        span=words.span,
        day_before=lambda day: day - timedelta(days=1),
        due=partial(presenting.due, words),
        moment=words.moment,
        end=words.end,
        clock=words.clock,
        unbroken=unbroken,
        drawn=partial(prose.drawn, region=words("web.table-of-text")),
        percent=charts.percent,
        shares=lambda counts, whole: percentages(whole, counts),
    )
    environment.tests.update(typed_as=typed_as)
    environment.add_extension(Spoken)
    return environment
