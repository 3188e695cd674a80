"""LOG-03: whatever is done to an exported record, the verifier says where."""

import json
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from referendum.verifying.records import Problem, Report, verify_export
from tests.verifying.scribe import Scribe, b64, entry, leaves_of, line, mth

SCRIBE = Scribe()
SIZES = (2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129, 151)
"""Trees of every shape around the powers of two, a thousand rows together."""
ALL_WAYS_BELOW = 15


def check(lines: list[str]) -> Report:
    return verify_export(lines, vkey=SCRIBE.vkey)


def codes(lines: list[str]) -> set[str]:
    return {problem.code for problem in check(lines).problems}


def test_an_untouched_record_holds() -> None:
    leaves = leaves_of(1_000)
    report = check(SCRIBE.export(leaves, [1, 400, 1_000]))
    assert report.ok
    assert report.trusted
    assert (report.entries, report.checkpoints, report.sealed) == (1_000, 3, 1_000)
    assert report.root == b64(mth(leaves))


def edited(rows: list[str], at: int) -> list[str]:
    return [*rows[:at], entry(at, b'{"act":"nothing.happened"}'), *rows[at + 1 :]]


def deleted(rows: list[str], at: int) -> list[str]:
    return [*rows[:at], *rows[at + 1 :]]


def swapped(rows: list[str], at: int) -> list[str]:
    other = (at + 1) % len(rows)
    moved = list(rows)
    moved[at], moved[other] = moved[other], moved[at]
    return moved


def duplicated(rows: list[str], at: int) -> list[str]:
    return [*rows[:at], rows[at], *rows[at:]]


def renumbered(mutate: Callable[[list[bytes], int], list[bytes]]) -> Callable[..., list[str]]:
    """A careful forger: the indexes are made right again, so that only the tree can tell."""

    def forge(rows: list[str], at: int) -> list[str]:
        leaves = mutate(leaves_of(len(rows)), at)
        return [entry(index, leaf) for index, leaf in enumerate(leaves)]

    return forge


def without(leaves: list[bytes], at: int) -> list[bytes]:
    return [*leaves[:at], *leaves[at + 1 :]]


def twice(leaves: list[bytes], at: int) -> list[bytes]:
    return [*leaves[:at], leaves[at], *leaves[at:]]


def exchanged(leaves: list[bytes], at: int) -> list[bytes]:
    other = (at + 1) % len(leaves)
    leaves[at], leaves[other] = leaves[other], leaves[at]
    return leaves


CASES: dict[str, Callable[[list[str], int], list[str]]] = {
    "edited": edited,
    "deleted": deleted,
    "swapped": swapped,
    "duplicated": duplicated,
    "deleted, renumbered": renumbered(without),
    "swapped, renumbered": renumbered(exchanged),
    "duplicated, renumbered": renumbered(twice),
}


def test_each_of_a_thousand_rows_touched_is_found() -> None:
    """In the small trees each row in every way, in the others each in one, by turns."""
    ways = cycle(CASES)
    touched: Counter[str] = Counter()
    rows_touched, missed = 0, []
    for size in SIZES:
        header, *rows, end = SCRIBE.export(leaves_of(size), [size])
        for at in range(size):
            rows_touched += 1
            for way in CASES if size < ALL_WAYS_BELOW else (next(ways),):
                touched[way] += 1
                if check([header, *CASES[way](rows, at), end]).ok:
                    missed.append((way, size, at))
    assert rows_touched == 1_000
    assert set(touched) == set(CASES)
    assert min(touched.values()) > 150
    assert missed == []


@pytest.mark.parametrize(("at", "first"), [(0, 0), (39, 0), (40, 40), (99, 40)])
def test_an_edit_is_placed_between_the_checkpoints_around_it(at: int, first: int) -> None:
    header, *rows, middle, end = SCRIBE.export(leaves_of(100), [40, 100])
    report = check([header, *edited(rows, at), middle, end])
    assert Problem(102 + (first > 0), "root-differs", first) in report.problems


def test_each_problem_names_line_index_and_reason() -> None:
    leaves = leaves_of(4)
    rows = SCRIBE.export(leaves, [4])
    assert check(swapped(rows, 2)).problems == (
        Problem(3, "index-missing", 1),
        Problem(4, "index-out-of-order", 1),
        Problem(6, "root-differs", 0),
    )
    assert check(duplicated(rows, 2)).problems == (
        Problem(4, "index-repeated", 1),
        Problem(6, "unsealed", 4),
        Problem(7, "root-differs", 0),
    )
    assert check(deleted(rows, 2)).problems == (
        Problem(3, "index-missing", 1),
        Problem(5, "entries-missing", 3),
    )


def test_a_cut_record_is_found() -> None:
    rows = SCRIBE.export(leaves_of(6), [3, 6])
    assert codes([*rows[:5], *rows[7:]]) == {"entries-missing"}
    assert codes(rows[:-1]) == {"unsealed"}
    assert codes(rows[:-2]) == {"unsealed"}
    assert codes([]) == {"header-missing"}


def test_a_record_cut_back_with_its_checkpoints_needs_one_seen_elsewhere() -> None:
    leaves = leaves_of(6)
    seen = SCRIBE.checkpoint(6, mth(leaves))
    cut = SCRIBE.export(leaves[:3], [3])
    assert check(cut).ok
    report = verify_export(cut, vkey=SCRIBE.vkey, known=[seen])
    assert report.problems == (Problem(0, "entries-missing", 3),)
    whole = SCRIBE.export(leaves, [3, 6])
    assert verify_export(whole, vkey=SCRIBE.vkey, known=[seen]).ok


@pytest.mark.parametrize("seen_at", [4, 5, 6])
def test_a_record_rewritten_since_a_checkpoint_was_seen_is_found(seen_at: int) -> None:
    leaves = leaves_of(6)
    seen = SCRIBE.checkpoint(seen_at, mth(leaves[:seen_at]))
    written_anew = [*leaves[:3], b'{"act":"nothing.happened"}', *leaves[4:]]
    signed_anew = SCRIBE.export(written_anew, [3, 6])
    assert check(signed_anew).ok
    report = verify_export(signed_anew, vkey=SCRIBE.vkey, known=[seen])
    assert report.problems == (Problem(0, "root-differs", 0),)
    assert report.checkpoints == 2
    before = SCRIBE.checkpoint(2, mth(leaves[:2]))
    both = verify_export(signed_anew, vkey=SCRIBE.vkey, known=[seen, before])
    assert both.problems == (Problem(0, "root-differs", 2),)


@pytest.mark.parametrize(
    "left",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n",
        lambda text: text + "\n \n\r\n",
        lambda text: text.removesuffix("\n"),
        lambda text: "\ufeff" + text.replace("\n", "\r\n") + "\r\n\r\n",
    ],
    ids=["mark", "line ends", "blank line", "blank lines", "no last end", "all of it"],
)
def test_what_an_editor_leaves_is_no_alarm(left: Callable[[str], str]) -> None:
    rows = SCRIBE.export(leaves_of(4), [2, 4])
    text = left("".join(f"{row}\n" for row in rows))
    report = check(text.splitlines(keepends=True))
    assert report.ok
    assert report == check(rows)


def test_blank_lines_before_others_are_named_each_by_its_number() -> None:
    rows = SCRIBE.export(leaves_of(2), [2])
    report = check([*rows[:2], "", " ", *rows[2:], "", ""])
    assert report.problems == (Problem(3, "not-json"), Problem(4, "not-json"))


def test_a_mark_elsewhere_than_at_the_beginning_is_an_edit() -> None:
    rows = SCRIBE.export(leaves_of(2), [2])
    assert codes([rows[0], "\ufeff" + rows[1], *rows[2:]]) == {
        "not-json",
        "index-missing",
        "entries-missing",
    }


def test_entries_behind_the_last_checkpoint_are_called_unsealed() -> None:
    leaves = leaves_of(5)
    assert check(SCRIBE.export(leaves, [3])).problems == (Problem(6, "unsealed", 3),)
    assert codes([*SCRIBE.export(leaves[:3], [3]), entry(3, b"{}")]) == {
        "entry-after-checkpoint",
        "unsealed",
    }


def test_a_leaf_that_is_not_canonical_is_found_even_when_sealed() -> None:
    leaves = [b"{}", b'{"b":1, "a":2}']
    assert check(SCRIBE.export(leaves, [2])).problems == (Problem(3, "leaf-not-canonical", 1),)


def test_checkpoints_out_of_order_or_labelled_wrongly_are_found() -> None:
    leaves = leaves_of(4)
    head = SCRIBE.export(leaves, [])
    assert codes([*head, SCRIBE.seal(leaves, 4), SCRIBE.seal(leaves, 2)]) == {
        "checkpoint-out-of-order"
    }
    mislabelled = line(type="checkpoint", size=3, note=SCRIBE.checkpoint(4, mth(leaves)))
    assert codes([*head, mislabelled]) == {"checkpoint-size-differs"}


def test_a_signature_by_another_hand_is_found() -> None:
    forger = Scribe(name=SCRIBE.name, private=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    leaves = leaves_of(3)
    rows = SCRIBE.export(leaves, [3])
    assert codes([*rows[:-1], forger.seal(leaves, 3)]) == {"signature-missing", "unsealed"}
    note = SCRIBE.checkpoint(3, mth(leaves)).replace("\n3\n", "\n2\n")
    bent = line(type="checkpoint", size=2, note=note)
    assert codes([*rows[:-1], bent]) == {"signature-invalid", "unsealed"}


def test_a_record_signed_anew_by_a_forger_agrees_only_with_itself() -> None:
    forger = Scribe(name=SCRIBE.name, private=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    rows = forger.export(leaves_of(3), [3])
    assert codes(rows) == {"vkey-differs", "signature-missing", "unsealed"}
    alone = verify_export(rows, vkey=None)
    assert alone.ok
    assert not alone.trusted
    assert alone.vkey == forger.vkey


def test_another_logs_checkpoint_is_no_checkpoint() -> None:
    leaves = leaves_of(2)
    rows = SCRIBE.export(leaves, [])
    other = SCRIBE.note(f"elsewhere.example.kr\n2\n{b64(mth(leaves))}\n")
    assert codes([*rows, line(type="checkpoint", size=2, note=other)]) == {
        "origin-differs",
        "unsealed",
    }


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("", "not-json"),
        ("{", "not-json"),
        ("[" * 100_000, "not-json"),
        ("[]", "not-an-object"),
        ("7", "not-an-object"),
        ('{"type":"entry","type":"entry"}', "not-an-object"),
        ('{"type":["entry"]}', "type-unknown"),
        ('{"type":"footer"}', "type-unknown"),
        ('{"type":"entry","index":0}', "fields-differ"),
        ('{"type":"entry","index":true,"leaf":"e30="}', "fields-differ"),
        ('{"type":"entry","index":0.0,"leaf":"e30="}', "fields-differ"),
        ('{"type":"entry","index":0,"leaf":"e30=","note":""}', "fields-differ"),
        ('{"type":"entry","index":-1,"leaf":"e30="}', "number-negative"),
        ('{"type":"entry","index":2,"leaf":"e30"}', "leaf-not-base64"),
        ('{"type":"entry","index":2,"leaf":"é30="}', "leaf-not-base64"),
        ('{"type":"entry","index":7,"leaf":"e30="}', "index-missing"),
        (SCRIBE.header(), "header-repeated"),
    ],
)
def test_a_line_out_of_form_is_named(bad: str, code: str) -> None:
    rows = SCRIBE.export(leaves_of(2), [2])
    report = check([*rows[:3], bad, *rows[3:]])
    assert code in {problem.code for problem in report.problems if problem.line == 4}


def test_a_missing_or_foreign_header_is_named() -> None:
    rows = SCRIBE.export(leaves_of(2), [2])
    assert codes(rows[1:]) == {"header-missing"}
    assert "format-unknown" in codes([rows[0].replace("record-v1", "record-v2"), *rows[1:]])
    assert {p.code for p in verify_export(rows[1:], vkey=None).problems} == {
        "header-missing",
        "signature-unchecked",
        "unsealed",
    }
    assert {p.code for p in verify_export(rows, vkey="nonsense").problems} == {
        "vkey-malformed",
        "vkey-differs",
        "signature-unchecked",
        "unsealed",
    }


def test_a_file_of_rubbish_does_not_fill_the_memory_with_complaints() -> None:
    report = check(["rubbish"] * 5_000)
    assert report.problems[-1].code == "too-many-problems"
    assert len(report.problems) == 1_001


def test_a_line_read_from_a_file_keeps_its_line_break() -> None:
    rows = SCRIBE.export(leaves_of(2), [2])
    assert check([row + "\n" for row in rows]).ok
    assert json.loads(rows[1])["index"] == 0


def test_a_long_record_is_checked_in_little_memory() -> None:
    """A hash an entry is kept, and no line: of a million entries that is 32 MB."""
    entries, sealed = 20_000, 200
    leaves = leaves_of(sealed)

    def rows() -> Iterator[str]:
        yield SCRIBE.header()
        yield from (entry(index, leaf) for index, leaf in enumerate(leaves))
        yield from (entry(at, b'{"n":%d}' % at) for at in range(sealed, entries))
        yield SCRIBE.seal(leaves, sealed)

    tracemalloc.start()
    try:
        report = verify_export(rows(), vkey=SCRIBE.vkey)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (report.entries, report.checkpoints, report.sealed) == (entries, 1, sealed)
    assert most < 64 * entries
