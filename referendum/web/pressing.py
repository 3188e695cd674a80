"""Pages of a crowd: drawn once, and given to each with what is their own put in.

Of such a page all is the same for everybody but a few words: a form's token, a challenge's number,
a receipt. A plate is the page as the template draws it, with a mark where each of these stands.
Whatever else a page depends on names its plate, so that no plate is used for what it does not say;
nothing of one person is ever on one.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from markupsafe import Markup, escape
from starlette.requests import Request

from referendum.doors import csrf, languages, sessions, text_sizes
from referendum.doors.sessions import Caller
from referendum.doors.text_sizes import TextSize
from referendum.i18n.words import Language
from referendum.web import navigation

MOST: Final = 256
"""Plates that a process keeps: each page in each language, for the measures that are signed."""
SECRET: Final = secrets.token_hex(16)
"""What marks begin with: nobody who sends something can write one."""
MARKS: Final = re.compile(f"{SECRET}-([a-z]+)-")
HERE: Final = "here"
LEFT: Final = "left"

Draw = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Facing:
    """Of a caller what the frame of a page shows; how long they have left is put in."""

    session: bool
    is_resident: bool
    ended: bool
    minutes_left: int
    seconds_left: str = field(default=f"{SECRET}-{LEFT}-", compare=False)

    @classmethod
    def of(cls, caller: Caller | None) -> Facing | None:
        if caller is None:
            return None
        return cls(
            caller.session is not None, caller.is_resident, caller.ended, caller.minutes_left
        )


@dataclass(frozen=True, slots=True)
class Plate:
    """A page's texts, and what comes between each two of them."""

    texts: Sequence[bytes]
    holes: Sequence[str]

    @classmethod
    def of(cls, drawn: str) -> Plate:
        parts = MARKS.split(drawn)
        return cls([text.encode() for text in parts[::2]], parts[1::2])

    def filled(self, own: Mapping[str, bytes]) -> bytes:
        return b"".join(self._parts(own))

    def _parts(self, own: Mapping[str, bytes]) -> Iterator[bytes]:
        yield self.texts[0]
        for name, text in zip(self.holes, self.texts[1:], strict=True):
            yield own[name]
            yield text


class Press:
    """The plates of one application."""

    def __init__(self) -> None:
        self.plates: OrderedDict[Hashable, Plate] = OrderedDict()
        self.alone = Lock()

    def page(
        self,
        request: Request,
        language: Language,
        draw: Draw,
        *,
        of: Hashable,
        own: Mapping[str, object],
    ) -> bytes:
        """A page with its own words in it.

        `of`: all that the template is told beside them. `own`: what only this visitor is shown, as
        it is printed, by names of small letters.
        """
        caller = sessions.caller_of(request)
        facing = Facing.of(caller)
        key = language, facing, of
        plate = self._find(key)
        if plate is None:
            plate = Plate.of(draw(_marks(facing, own)))
            self._keep(key, plate)
        printed = {name: str(escape(value)).encode() for name, value in own.items()}
        printed[csrf.FIELD] = csrf.token_for(request).encode()
        printed[HERE] = str(escape(navigation.here(request))).encode()
        printed[LEFT] = str(0 if caller is None else caller.seconds_left).encode()
        for tongue in Language:
            printed[tongue.value] = str(escape(languages.switched(request, tongue))).encode()
        for size in TextSize:
            printed[size.value] = str(escape(text_sizes.switched(request, size))).encode()
        return plate.filled(printed)

    def _find(self, key: Hashable) -> Plate | None:
        with self.alone:
            found = self.plates.get(key)
            if found is not None:
                self.plates.move_to_end(key)
            return found

    def _keep(self, key: Hashable, plate: Plate) -> None:
        """The one unasked longest goes first: whoever thinks of addresses drives out their own."""
        with self.alone:
            self.plates[key] = plate
            while len(self.plates) > MOST:
                self.plates.popitem(last=False)


def _marks(facing: Facing | None, own: Mapping[str, object]) -> dict[str, Any]:
    """What the template is told in place of what is put in later."""
    field = csrf_field(mark(csrf.FIELD))
    return {
        "here": mark(HERE),
        "tongues": [(tongue, mark(tongue.value)) for tongue in Language],
        "text_sizes": [(size, mark(size.value)) for size in TextSize],
        "caller": facing,
        "flash": None,
        "csrf_field": lambda: field,
        **{name: mark(name) for name in own},
    }


def csrf_field(token: str) -> Markup:
    """What every form of ours carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, token)


def mark(name: str) -> str:
    return f"{SECRET}-{name}-"
