"""Lists by cursor: each part says where the next begins, whatever was added meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.requests import Request

from referendum.api.errors import CursorUnreadable
from referendum.api.shapes import LARGEST, Page

USUAL: Final = 20
MOST: Final = 100
LONGEST: Final = 200

Place = int | str
"""Where a list was left: the key of the last item seen."""

Row = TypeVar("Row")
Item = TypeVar("Item")
Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Asking:
    """How far somebody has read a list, and how much they want to see."""

    request: Request
    limit: int
    cursor: str | None

    def after(self, kind: type[Key], *, first: Key, most: int = LARGEST) -> Key:
        """The key after which to go on; `first` at the beginning. `most`: what its column holds."""
        return first if self.cursor is None else _read(self.cursor, self.request, kind, most)

    def before(self) -> int | None:
        """The same for a list that counts down."""
        return None if self.cursor is None else _read(self.cursor, self.request, int, LARGEST)

    @property
    def wanted(self) -> int:
        """One more than is shown: it tells whether there is more."""
        return self.limit + 1

    def page(
        self, rows: Sequence[Row], shape: Callable[[Row], Item], *, key: Callable[[Row], Place]
    ) -> Page[Item]:
        """The part that these rows are, of which there may be one too many."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        return Page(
            items=[shape(row) for row in shown], next=self._next(key(shown[-1])) if more else None
        )

    def part(
        self, rows: Iterable[Row], shape: Callable[[Row], Item], *, key: Callable[[Row], str]
    ) -> Page[Item]:
        """The same for a short list that is in memory whole, by the order of its keys."""
        after = self.after(str, first="")
        rest = [row for row in sorted(rows, key=key) if key(row) > after]
        return self.page(rest, shape, key=key)

    def _next(self, place: Place) -> str:
        kept = [pair for pair in self.request.query_params.multi_items() if pair[0] != "after"]
        query = urlencode([*kept, ("after", _cursor(place, self.request))])
        return f"{self.request.url.path}?{query}"


def asking(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = USUAL,
    after: Annotated[
        str | None,
        Query(max_length=LONGEST, description="The cursor in the `next` of the part before."),
    ] = None,
) -> Asking:
    return Asking(request, limit, after)


Asks = Annotated[Asking, Depends(asking)]


def _cursor(place: Place, request: Request) -> str:
    """Bound to its list, so that it means nothing anywhere else."""
    told = json.dumps([_name(request), place], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read(cursor: str, request: Request, kind: type[Key], most: int) -> Key:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as broken:
        raise CursorUnreadable from broken
    match told:
        case [str(name), place] if name == _name(request) and type(place) is kind:
            if isinstance(place, int) and not 0 <= place <= most:
                raise CursorUnreadable
            if isinstance(place, str) and "\0" in place:
                raise CursorUnreadable
            return place
    raise CursorUnreadable


def _name(request: Request) -> str:
    return request.url.path
