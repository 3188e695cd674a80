"""Paper lines are brought as they are, a batch at a time, each under a commitment."""

from __future__ import annotations

import hashlib
import json

import pytest

from referendum.kernel.tree import leaf_hash, node_hash
from signatures import petitions
from signatures.errors import BatchAlreadyBrought, ChannelNotAllowed, NothingBrought
from signatures.lines import Origin
from tests.signatures.city import BASE, City, paper


def test_a_batch_is_one_entry_with_the_root_of_its_lines(city: City) -> None:
    petition, today = city.opens(), city.today()
    seen: list[tuple[int, int]] = []
    batch = city.brings(
        petition,
        [paper(who, at, on=today) for at, who in enumerate(city.inhabitants[:3], 1)],
        progress=lambda done, total: seen.append((done, total)),
    )
    kept = city.rows(
        "select commitment from line where batch_id = :id order by arrival", id=batch.id
    )
    a, b, c = (leaf_hash(bytes(row.commitment)) for row in kept)
    (leaf,) = map(json.loads, city.leaves("lines.brought"))
    assert leaf["facts"]["merkle_root"] == node_hash(node_hash(a, b), c).hex()
    assert (leaf["facts"]["count"], leaf["facts"]["number"]) == (3, 1)
    assert seen == [(3, 3)]


def test_a_commitment_opens_with_what_is_sealed_in_its_line(city: City) -> None:
    petition = city.opens()
    city.brings(petition, [paper(city.inhabitants[0], 1, on=city.today())])
    (row,) = city.rows(
        "select id, sealed, commitment from line where petition_id = :id", id=petition
    )
    with city.begin() as uow:
        key = city.vault.open_key(uow.session, petitions.get(uow.session, petition).key_id)
    written = key.unseal_fields(bytes(row.sealed), place=f"line:{row.id}")
    secret = bytes.fromhex(written["secret"])
    opened = b"referendum-signature-v1\0" + petition.bytes + row.id.bytes + secret
    assert hashlib.sha256(opened).digest() == bytes(row.commitment)


def test_the_same_file_twice_is_refused_and_leaves_nothing(city: City) -> None:
    petition, lines = city.opens(), [paper(city.inhabitants[0], 1, on=city.today())]
    city.brings(petition, lines)
    before = city.leaves()
    with pytest.raises(BatchAlreadyBrought):
        city.brings(petition, lines)
    assert city.leaves() == before
    assert city.counts(petition).submitted == 1


def test_an_empty_batch_and_a_closed_channel_are_refused(city: City) -> None:
    with pytest.raises(NothingBrought):
        city.brings(city.opens(), [])
    with pytest.raises(ChannelNotAllowed):
        city.brings(city.opens(channels=[Origin.ONLINE]), [paper(city.inhabitants[0], 1, on=BASE)])


def test_the_portals_list_is_an_origin_of_its_own(city: City) -> None:
    petition = city.opens()
    lines = [paper(city.inhabitants[0], 1, on=city.today())]
    city.brings(petition, lines, origin=Origin.PORTAL)
    city.examines(petition)
    assert set(city.counts(petition).by_origin) == {Origin.PORTAL}
