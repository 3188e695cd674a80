"""A share is exact, and comes from text alone."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresholds.share import Share


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/150", Fraction(1, 150)),
        ("15%", Fraction(3, 20)),
        ("0.05%", Fraction(1, 2000)),
        (" 2.5 % ", Fraction(1, 40)),
        ("100%", Fraction(1)),
        ("0/7", Fraction(0)),
    ],
)
def test_a_share_is_read_as_a_statute_writes_it(text: str, value: Fraction) -> None:
    assert Share.parse(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0.5",
        "33.3",
        "3/2",
        "101%",
        "1/0",
        "-1/3",
        "1/3/3",
        "1e-1%",
        "nan%",
        "１/３",
        "a/b",
        "%",
    ],
)
def test_anything_else_is_no_share(text: str) -> None:
    with pytest.raises(ValueError, match=r"share"):
        Share.parse(text)


def test_a_float_never_becomes_a_share() -> None:
    with pytest.raises(TypeError):
        Share(0.5)  # type: ignore[arg-type]  # the point of the test


@given(top=st.integers(0, 500), bottom=st.integers(1, 500))
def test_what_is_written_is_what_is_meant(top: int, bottom: int) -> None:
    top = min(top, bottom)
    share = Share.parse(f"{top}/{bottom}")
    assert share == Share(Fraction(top, bottom))
    assert Share.parse(str(share)) == share
