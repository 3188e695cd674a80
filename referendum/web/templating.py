"""Templates with what every one of them may call; compiled once in a process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import cache, partial
from threading import Lock
from types import CodeType
from typing import Final

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
)
from jinja2.bccache import Bucket

from referendum.bootstrap import Services
from referendum.doors import languages
from referendum.doors.naming import said
from referendum.i18n.words import Language
from referendum.web import charts
from referendum.web.assets import Assets


class Compiled(BytecodeCache):
    """Keeps the code of a template, which is the same in each language and for each service.

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


COMPILED: Final = Compiled()
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
    environment = Environment(
        loader=loader,
        bytecode_cache=COMPILED,
        cache_size=-1,
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = languages.words(language)
    environment.globals.update(
        t=words,
        refused=partial(said, words),
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
        moment=words.moment,
        percent=charts.percent,
    )
    return environment
