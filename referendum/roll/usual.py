"""Lines that say what almost every line of a city says, worked out in one breath.

A name in syllables, a day of birth and of registration, an address, perhaps a nationality with its
status and a telephone: nothing former, nothing that ended. On the long way (`lines`, `comparing`,
`sealer`) half of such a line's time goes into finding out that there is nothing more. What is
taken here becomes what the long way would make of it, and whatever is not plain at once is left to
that way; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date

from referendum.kernel.spreadsheet import Row
from referendum.roll.comparing import Known
from referendum.roll.copying import NULL, NUMBER
from referendum.roll.lines import LONGEST, USUAL_PHONE, status_of, usable_day
from referendum.roll.names import SYLLABLES
from referendum.roll.nationalities import nationality_of
from referendum.roll.sealer import HASH, NONCE, ROW, District, Sealer, place_of, told, word

Take = Callable[[Row, bytes, bytes, bytes], bytes | None]
"""A row with the identifiers of its person and its residence and a nonce; gives the residence's
row of somebody new, nothing (`b""`) where the register says the same, None to the long way."""


def usual_way(
    sealer: Sealer,
    districts: Mapping[str, District],
    *,
    as_of: date,
    known: Mapping[str, Known],
    doubted: Container[str],
    width: int | None,
) -> Take:
    """How the lines of one batch are taken; `doubted` are numbers of which none is.

    One function over names of its own, as a look-up or a call costs what a step of it does.
    """
    syllables, usual_phone = SYLLABLES.fullmatch, USUAL_PHONE.fullmatch
    line_mac, name_index, phone_index = sealer.lines.of, sealer.names.of, sealer.phones.of
    encrypt, key, later = sealer.cipher.encrypt, sealer.key_id.bytes, sealer.is_later

    def take(row: Row, person: bytes, residence: bytes, nonce: bytes) -> bytes | None:
        _, cells, _, fits = row
        whole = "".join(cells)
        if not fits or len(whole) > LONGEST or not whole.isprintable():
            return None
        (number, name, former, birth, address, where, country, stay) = cells[:8]
        since, opens, closes, lost, again, dialled = cells[8:]
        more = former or since or closes or lost or again
        if more or not number or number in doubted or not syllables(name):
            return None
        born, begun, nation = usable_day(birth), usable_day(opens), nationality_of(country)
        district, mobile = districts.get(where), usual_phone(dialled)
        status = status_of(stay) if stay else ""
        before = known.get(number)
        told_of = later and dialled and before is None  # A phone that comes with this version.
        if told_of or not (born and begun and nation and district and (mobile or not dialled)):
            return None
        doubtful = width and before is None and number.isdigit()
        if born > as_of or begun > as_of or doubtful or status is None:
            return None
        phone = f"+8210{mobile[1]}{mobile[2]}" if mobile else ""
        mac = line_mac(
            f"{name}\x1f\x1f{born.text}\x1f{address}\x1f{district.text}\x1f{nation}\x1f{status}"
            f"\x1f\x1f{begun.text}\x1f\x1f\x1f\x1f{phone}"
        )
        if before is not None:
            return b"" if mac == before.line_mac else None
        sealed = encrypt(nonce, told(name, (), address, phone).encode(), place_of(person))
        return ROW(
            (
                *(residence, person, district.packed, born.packed, word(nation)),
                *(word(status) if status else NULL, NULL),
                *(begun.packed, begun.packed, NULL, NULL, NULL),
                *(mac, NUMBER.pack(NONCE + len(sealed)), nonce, sealed),
                *(key, name_index(f"{name}\n{born.text}")),
                HASH + phone_index(phone) if phone else NULL,
            )
        )

    return take
