"""Writes docs/settings.md from the settings class."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pydantic_core import PydanticUndefined  # noqa: E402  # the checkout comes first on the path

from referendum.settings import Settings  # noqa: E402

INTRODUCTION = """\
# Settings

Read once, at start, from the environment. A name that is not here stops the service.

| variable | default | what it means |
|---|---|---|
"""


def page() -> str:
    """The table of all settings."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "required" if default is PydanticUndefined else f"`{default}`"
        rows.append(f"| `REFERENDUM_{name.upper()}` | {shown} | {field.description} |\n")
    return INTRODUCTION + "".join(rows)


if __name__ == "__main__":
    (ROOT / "docs" / "settings.md").write_text(page(), "utf-8")
