"""Writes docs/requirements.md: which test proves which promise."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = re.compile(r"\b(OTP|SIG|ROL|BAL|KEY|LOG|CAN|CER|OPS|CAL|LIF|WEB)[-_](\d\d)\b", re.IGNORECASE)

INTRODUCTION = """\
# Promises and their tests

Made by `python tools/list_requirements.py` from the names and docstrings of tests and their
files, beside the promises of `docs/promises.toml`. What has no test here is not claimed: it is
listed at the end.

"""


def marks(text: str) -> set[str]:
    """The requirement IDs that a text names: OTP-01, otp_01; also OTP-01 to OTP-03 by its ends."""
    return {f"{kind.upper()}-{number}" for kind, number in MARK.findall(text)}


def proofs() -> Iterator[tuple[str, str]]:
    """(requirement, test) for every test function, and for files that prove one as a whole."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for mark in marks(ast.get_docstring(tree) or ""):
            yield mark, str(path.relative_to(ROOT))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                said = f"{node.name} {ast.get_docstring(node) or ''}"
                for mark in marks(said.replace("_", "-")):
                    yield mark, f"{path.relative_to(ROOT)}::{node.name}"


def promised() -> dict[str, dict[str, str]]:
    """By the name of each group, what its promises say, by their ids (OTP-01)."""
    read = tomllib.loads((ROOT / "docs" / "promises.toml").read_text("utf-8"))
    return {
        group.pop("name"): {f"{kind}-{number}": said for number, said in group.items()}
        for kind, group in read.items()
    }


def page() -> str:
    """One section per promise that has a test, and at the end the ones that have none."""
    found: dict[str, list[str]] = defaultdict(list)
    for mark, test in proofs():
        found[mark].append(test)
    kept, open_ = [], []
    for group, promises in promised().items():
        kept.append(f"## {group}\n")
        for mark, said in promises.items():
            tests = "\n".join(f"- `{test}`" for test in found.pop(mark, []))
            if tests:
                kept.append(f"### {mark}: {said}\n\n{tests}\n")
            else:
                open_.append(f"- {mark}: {said}")
    if found:
        raise SystemExit(f"docs/promises.toml does not know {', '.join(sorted(found))}")
    return "\n".join([INTRODUCTION, *kept, "## Not yet kept\n", *open_, ""])


if __name__ == "__main__":
    (ROOT / "docs" / "requirements.md").write_text(page(), "utf-8")
