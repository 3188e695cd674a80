"""Reads a PDF back with two programs that had no part in writing it."""

import re
import subprocess
from functools import cache
from io import BytesIO
from typing import Any

from pypdf import PdfReader

PERCENT = re.compile(r"\d+\.\d\d%")


@cache
def with_pypdf(pdf: bytes) -> tuple[str, ...]:
    return tuple(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@cache
def with_poppler(pdf: bytes) -> tuple[str, ...]:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return tuple(done.stdout.decode().split("\f")[:-1])


READERS = (with_pypdf, with_poppler)


def numbers_in(value: Any) -> set[int]:
    """Every whole number of a JSON document, wherever it stands."""
    match value:
        case bool() | str() | None:
            return set()
        case int():
            return {value}
        case dict():
            return set().union(*(numbers_in(item) for item in value.values()))
        case _:
            return set().union(*(numbers_in(item) for item in value))


def written(text: str) -> set[str]:
    """Every number of a text as it is written, without the percentages, which are for the eye."""
    return set(re.findall(r"(?<![\w.,-])-?\d[\d,]*\d|(?<![\w.,-])-?\d", PERCENT.sub("", text)))
