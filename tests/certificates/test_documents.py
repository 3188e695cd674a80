"""A document contradicts neither itself nor its class, and has one form only."""

import json
import locale
import random
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from pydantic import ValidationError

from referendum.certificates.documents import Document
from tests.certificates import samples

SAMPLES = (samples.certificate, samples.not_counted, samples.insufficient, samples.advisory)


def shuffled(value: Any, lot: random.Random) -> Any:
    """The same JSON with every object's names in another order."""
    match value:
        case dict():
            names = list(value)
            lot.shuffle(names)
            return {name: shuffled(value[name], lot) for name in names}
        case list():
            return [shuffled(item, lot) for item in value]
        case _:
            return value


def refused(**changes: Any) -> str:
    with pytest.raises(ValidationError) as error:
        Document.model_validate(samples.certificate() | changes)
    return str(error.value)


@pytest.mark.parametrize("sample", SAMPLES)
def test_cer_04_a_hundred_orders_of_the_same_facts_have_one_hash(sample: Any) -> None:
    lot = random.Random(4)
    hashes = {Document.model_validate(shuffled(sample(), lot)).sha256 for _ in range(100)}
    assert len(hashes) == 1


def test_cer_04_the_hash_does_not_depend_on_the_locale() -> None:
    before = Document.model_validate(samples.insufficient()).sha256
    kept = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "C")
        assert Document.model_validate(samples.insufficient()).sha256 == before
    finally:
        locale.setlocale(locale.LC_ALL, kept)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_bytes_are_canonical_json_and_read_back_as_the_same_document(sample: Any) -> None:
    document = Document.model_validate(sample())
    data = document.canonical_bytes()
    assert data == rfc8785.dumps(document.as_json())
    assert document.sha256 == sha256(data).hexdigest()
    assert Document.model_validate_json(data) == document
    assert Document.model_validate(json.loads(data)).canonical_bytes() == data


def test_a_moment_is_written_in_utc_whatever_zone_it_came_in() -> None:
    times = samples.certificate()["times"]
    here = Document.model_validate(samples.certificate())
    there = Document.model_validate(
        samples.certificate(times=times | {"issued_at": "2007-12-13T10:36:00+09:00"})
    )
    assert there.as_json()["times"]["issued_at"] == "2007-12-13T01:36:00Z"
    assert there.sha256 == here.sha256


def test_a_finding_keeps_the_keys_of_judge() -> None:
    signatures, spread = Document.model_validate(samples.insufficient()).as_json()["petition"][
        "findings"
    ]
    keys = {"requirement", "citation", "whole", "counted", "needed", "met", "sum"}
    assert set(signatures) == keys
    assert set(spread) == keys | {"districts"}
    assert set(spread["districts"][0]) == {"name", "whole", "counted", "needed", "met"}


def test_a_half_is_text_and_a_float_is_nothing() -> None:
    document = samples.certificate()
    document["poll"]["findings"][1]["needed"] = "23/2"
    assert Document.model_validate(document).as_json()["poll"]["findings"][1]["needed"] == "23/2"
    document["poll"]["findings"][1]["needed"] = 11.5
    with pytest.raises(ValidationError):
        Document.model_validate(document)


def test_a_shut_box_has_no_contents() -> None:
    for inside in (
        {"options": [{"key": "a", "count": 1}]},
        {"papers": 5},
        {"invalid": 0},
        {"winner": "a"},
        {"districts": [{"name": "중구", "electors": 5, "cast": 1, "papers": 1}]},
    ):
        document = samples.not_counted()
        document["poll"] |= inside
        with pytest.raises(ValidationError, match="has no contents"):
            Document.model_validate(document)


def test_counted_papers_add_up() -> None:
    poll = samples.certificate()["poll"]
    assert "must equal the papers" in refused(poll=poll | {"invalid": 688})
    assert "needs its reason" in refused(poll=poll | {"gap": None})
    assert "states its papers" in refused(poll=poll | {"options": None})
    assert "contradict" in refused(poll=poll | {"counted": False})
    assert "does not have" in refused(
        poll=poll | {"options": [{"key": "maybe", "count": 17_400 + 2_883}]}
    )


def test_a_class_is_what_it_says() -> None:
    original = {"number": "1", "date": "2007-12-13", "authority": {"ko": "위원회"}}
    assert "names the document" in refused(transcript_of=original)
    assert "names the document" in refused(**{"class": "transcript"})
    assert "advisory" in refused(**{"class": "advisory_certificate"})
    advisory = {"class": "advisory_certificate", "instrument": "advisory"}
    assert "no legal effect" in refused(**advisory)
    assert "no legal effect" in refused(**advisory, no_legal_effect=True)
    copied = {"class": "transcript", "instrument": "advisory", "transcript_of": original}
    assert "no legal effect" in refused(**copied)
    assert "nothing else has" in refused(instrument="advisory")
    undertakings = samples.advisory()["undertakings"]
    assert "undertakings" in refused(undertakings=undertakings)


def test_what_a_document_does_not_say_leaves_no_key_in_its_bytes() -> None:
    """So a document of an earlier release keeps its hash."""
    plain = Document.model_validate(samples.certificate()).as_json()
    assert {"label", "undertakings"} & plain.keys() == set()
    assert {"label", "undertakings"} <= Document.model_validate(samples.advisory()).as_json().keys()


def test_two_different_officers_stand_for_it() -> None:
    officers = samples.certificate()["officers"]
    assert "two different officers" in refused(officers=[officers[0], officers[0]])
    refused(officers=officers[:1])
    refused(officers=[*officers, officers[0]])


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "referendum-certificate-v2"},
        {"remark": "unknown"},
        {"verification_url": "javascript:alert(1)"},
        {"verification_url": "https://example.kr/ space"},
        {"times": {"issued_at": "2007-12-13T10:36:00"}},
        {"outcome": "victory"},
    ],
)
def test_what_a_certificate_cannot_hold_is_refused(changes: dict[str, Any]) -> None:
    refused(**changes)
