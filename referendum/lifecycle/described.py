"""What a drafter may add to a measure's own text, as it is kept, and what a measure is found by."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

EASY: Final = ("title_ko", "title_en", "question_ko", "question_en", "reason", "body")
"""The fields that may have an easy-read version, in the order of the page."""
OF_ATTACHMENTS: Final = (
    *("title_ko", "title_en", "description_ko", "description_en"),
    *("kind", "sha256"),
)
"""What of each attachment is frozen with the text: what is said of it, and its content."""
NOTHING: Final[dict[str, Any]] = {
    "in_force_name": "", "in_force": "", "attachments": [],
    "easy": {}, "cost": None, "place": None,
}  # fmt: skip
"""By column: what stands there where nothing was added, as in drafts kept before it could be."""


def _found_in(column: str, *keys: str) -> str:
    return "".join(f" || ' ' || coalesce({column} ->> '{key}', '')" for key in keys)


MEASURE_SAYS: Final = (
    "title_ko || ' ' || coalesce(title_en, '') || ' ' || question_ko || ' ' ||"
    " coalesce(question_en, '') || ' ' || reason || ' ' || body"
    + _found_in("easy", *EASY)
    + _found_in("place", "ko", "en")
)
"""What a measure is found by. An index is made of it, and asked for by the same letters."""


class Described:
    """The columns of it, for the measure's own table."""

    in_force_name: Mapped[str] = mapped_column(server_default=text("''"))
    in_force: Mapped[str] = mapped_column(server_default=text("''"))
    """An initiative: the ordinance that it changes, as its initiators found it."""
    attachments: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    """Of each, in order: its file, with kind, hash and size, and what is said of it."""
    easy: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """By field (EASY): its easy-read version, where there is one."""
    cost: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{kind, amount, years, said}: the drafter's own estimate, in won (`describing.Cost`)."""
    place: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """{districts, ko, en}: where that lies which it is about (`describing.Place`)."""


def written(measure: Described) -> dict[str, Any]:
    """What was added, and nothing of what was not: the digest of a text without any stays."""
    told: dict[str, Any] = {}
    if measure.in_force:
        told["in_force"] = {"name": measure.in_force_name, "text": measure.in_force}
    if measure.attachments:
        told["attachments"] = [
            {name: one[name] for name in OF_ATTACHMENTS} for one in measure.attachments
        ]
    added = {name: getattr(measure, name) for name in ("easy", "cost", "place")}
    return told | {name: said for name, said in added.items() if said}
