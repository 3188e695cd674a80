"""RFC 8785: the published samples that have no fractions, and agreement with another writer."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from referendum.verifying.canonical import canonical, read_canonical
from referendum.verifying.refusal import Refused

WHOLE = st.integers(min_value=-(2**53 - 1), max_value=2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=30,
)


def test_names_are_ordered_by_utf16_as_in_the_rfc() -> None:
    """RFC 8785 §3.2.3: an emoji sorts before U+FB33, although its code point is larger."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical(dict.fromkeys(names, 0))
    assert list(json.loads(written)) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_text_is_escaped_as_in_the_rfc() -> None:
    """RFC 8785 §3.2.2.2, the `string` and `literals` of its sample object."""
    value = {
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical(value) == (
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_the_weird_sample_of_the_rfc_authors() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\n": "Newline",
        "1": "One",
        "\u0080": "Control\u007f",
        "\U0001f602": "Smiley",
        "\u00f6": "Latin Small Letter O With Diaeresis",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "</script>": "Browser Challenge",
    }
    assert (
        canonical(value)
        == (
            '{"\\n":"Newline","\\r":"Carriage Return","1":"One","</script>":"Browser Challenge",'
            '"\u0080":"Control\u007f","\u00f6":"Latin Small Letter O With Diaeresis",'
            '"\u20ac":"Euro Sign","\U0001f602":"Smiley","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
        ).encode()
    )


@given(JSON)
def test_another_writer_agrees(value: Any) -> None:
    written = canonical(value)
    assert written == rfc8785.dumps(value)
    assert read_canonical(written) == value


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "type-not-allowed"),
        ([float("nan")], "type-not-allowed"),
        (2**53, "number-too-large"),
        (-(2**53), "number-too-large"),
        ({1: "one"}, "name-not-text"),
        ("\ud800", "not-unicode"),
        ({"\udc00": 1}, "not-unicode"),
        (b"bytes", "type-not-allowed"),
    ],
)
def test_what_other_readers_would_read_differently_is_refused(value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        canonical(value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\\u000A"}',
        b"\xef\xbb\xbf{}",
        b"{}\n",
        b'"\xff"',
        b"[" * 200_000,
        b"1" * 5_000,
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_canonical(data)
    assert refused.value.code == "not-canonical"
