"""A share is exact, and comes from text alone."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresholds.share import Share, percentages


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


@given(
    whole=st.integers(1, 10_000_000),
    parts=st.lists(st.integers(0, 10_000_000), min_size=1, max_size=5),
)
def test_percentages_never_look_larger_and_stand_in_the_order_of_their_counts(
    whole: int, parts: list[int]
) -> None:
    said = percentages(whole, parts)
    shown = [Fraction(one.removesuffix("%")) / 100 for one in said]
    assert all(part <= Fraction(count, whole) for part, count in zip(shown, parts, strict=True))
    pairs = list(zip(parts, shown, strict=True))
    for count, part in pairs:
        for other, against in pairs:
            assert (count < other) == (part < against)


@pytest.mark.parametrize(
    ("whole", "counts", "said"),
    [
        (3, [1, 2], ["33.33%", "66.66%"]),
        (3_000_000, [999_999, 1_000_000], ["33.33330%", "33.33333%"]),
        (3_000_001, [1_000_000, 1_000_001], ["33.33332%", "33.33335%"]),
        (100_001, [50_001, Fraction(100_001, 2)], ["50.0004%", "50.0000%"]),
        (0, [0, 0], ["—", "—"]),
    ],
)
def test_a_count_that_falls_short_by_one_does_not_look_like_enough(
    whole: int, counts: list[int | Fraction], said: list[str]
) -> None:
    assert percentages(whole, counts) == said
