"""Checks a whole record from its export: every entry in its place, every checkpoint over them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from referendum.verifying.canonical import read_canonical
from referendum.verifying.checkpoints import Checkpoint, open_checkpoint
from referendum.verifying.encoding import from_base64, to_base64
from referendum.verifying.merkle import Frontier, leaf_hash
from referendum.verifying.notes import VerifierKey
from referendum.verifying.refusal import Refused

FORMAT: Final = "referendum-record-v1"
MOST_PROBLEMS: Final = 1_000
HASH_SIZE: Final = 32
BYTE_ORDER_MARK: Final = "\ufeff"
BROUGHT: Final = 0
"""The line of what the caller brought along: a key, a checkpoint."""
FIELDS: Final = {
    "header": {"format": str, "origin": str, "vkey": str},
    "entry": {"index": int, "leaf": str},
    "checkpoint": {"size": int, "note": str},
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1, and is 0 for what a caller brought along.

    `index` is the entry meant: for a root that does not match, the first one that may have
    been touched, since all before it are covered by an earlier checkpoint that does.
    """

    line: int
    code: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    problems: tuple[Problem, ...]
    entries: int
    checkpoints: int
    """How many of its checkpoints were signed by the key and match the entries."""
    sealed: int
    """How many entries the largest of those covers."""
    root: str
    """The root over all entries as they stand in the file, in base64."""
    vkey: str | None
    trusted: bool
    """Whether the key came from the caller. A file that brings its own key proves only that it
    agrees with itself."""

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_export(lines: Iterable[str], *, vkey: str | None, known: Sequence[str] = ()) -> Report:
    """Read an export once and report everything that does not hold.

    `vkey` is the verifier key the caller trusts. `known` are checkpoints seen elsewhere (on a
    certificate, at a witness): only they can show that a record was cut back to an earlier
    state together with its last checkpoints. What an editor or a mail program leaves in a file (a
    byte order mark, other line ends, blank lines at the end) says nothing about the record.
    """
    reading = _Reading(vkey)
    if vkey is not None:
        reading.take_key(BROUGHT, vkey)
    number = 0
    for number, line in _as_written(lines):
        reading.take(number, line)
        if len(reading.problems) >= MOST_PROBLEMS:
            reading.problem(number, "too-many-problems")
            break
    if number == 0:
        reading.problem(1, "header-missing")
    for note in known:
        reading.open(BROUGHT, note)
    return reading.report()


def _as_written(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines by number; blank ones only where something follows them."""
    blank: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        said = line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line
        if said.strip():
            yield from blank
            blank = []
            yield number, said
        elif len(blank) < MOST_PROBLEMS:
            blank.append((number, said))


@dataclass(slots=True)
class _Reading:
    """What is known of the file up to the current line."""

    vkey: str | None
    problems: list[Problem] = field(default_factory=list)
    key: VerifierKey | None = None
    origin: str | None = None
    hashes: bytearray = field(default_factory=bytearray)
    """Leaf hashes one after the other: checkpoints come last, so roots can only be made then."""
    expected: int = 0
    gaps: list[range] = field(default_factory=list)
    last_entry_line: int = 0
    opened: list[tuple[int, Checkpoint]] = field(default_factory=list)
    last_size: int = -1
    in_checkpoints: bool = False

    def problem(self, line: int, code: str, index: int | None = None) -> None:
        self.problems.append(Problem(line, code, index))

    def take_key(self, number: int, vkey: str) -> None:
        try:
            self.key = VerifierKey.parse(vkey)
        except Refused as refused:
            self.problem(number, refused.code)

    def take(self, number: int, line: str) -> None:
        try:
            kind, content = _read(line)
        except Refused as refused:
            self.problem(number, refused.code)
            return
        if number == 1 and kind != "header":
            self.problem(number, "header-missing")
        match kind:
            case "header":
                self._header(number, content)
            case "entry":
                self._entry(number, content["index"], content["leaf"])
            case _:
                self._checkpoint(number, content["size"], content["note"])

    def _header(self, number: int, content: dict[str, Any]) -> None:
        if number != 1:
            self.problem(number, "header-repeated")
            return
        self.origin = content["origin"]
        if content["format"] != FORMAT:
            self.problem(number, "format-unknown")
        if self.vkey is None:
            self.take_key(number, content["vkey"])
        elif content["vkey"] != self.vkey:
            self.problem(number, "vkey-differs")

    def _entry(self, number: int, index: int, leaf: str) -> None:
        if self.in_checkpoints:
            self.problem(number, "entry-after-checkpoint", index)
        self._place(number, index)
        self.last_entry_line = number
        data = b""
        try:
            data = from_base64(leaf, code="leaf-not-base64")
            read_canonical(data)
        except Refused as refused:
            code = "leaf-not-canonical" if refused.code == "not-canonical" else refused.code
            self.problem(number, code, index)
        self.hashes += leaf_hash(data)

    def _place(self, number: int, index: int) -> None:
        if index == self.expected:
            self.expected += 1
        elif index > self.expected:
            self.problem(number, "index-missing", self.expected)
            self.gaps.append(range(self.expected, index))
            self.expected = index + 1
        elif any(index in gap for gap in self.gaps):
            self.problem(number, "index-out-of-order", index)
        else:
            self.problem(number, "index-repeated", index)

    def _checkpoint(self, number: int, size: int, note: str) -> None:
        self.in_checkpoints = True
        if size <= self.last_size:
            self.problem(number, "checkpoint-out-of-order", size)
        self.last_size = max(size, self.last_size)
        checkpoint = self.open(number, note)
        if checkpoint is not None and checkpoint.size != size:
            self.problem(number, "checkpoint-size-differs", size)

    def open(self, number: int, note: str) -> Checkpoint | None:
        """Keep a checkpoint whose signature holds, to be compared when all is read."""
        if self.key is None:
            self.problem(number, "signature-unchecked")
            return None
        try:
            checkpoint = open_checkpoint(note, self.key, origin=self.origin)
        except Refused as refused:
            self.problem(number, refused.code)
            return None
        self.opened.append((number, checkpoint))
        return checkpoint

    def report(self) -> Report:
        entries = len(self.hashes) // HASH_SIZE
        frontier, good = Frontier(), 0
        # The file's own checkpoints may have been signed anew: they do not vouch for one brought.
        vouched = {True: 0, False: 0}
        for number, checkpoint in sorted(self.opened, key=lambda item: item[1].size):
            if checkpoint.size > entries:
                self.problem(number, "entries-missing", entries)
                continue
            self._grow(frontier, checkpoint.size)
            brought = number == BROUGHT
            if frontier.root() == checkpoint.root:
                vouched[brought], good = checkpoint.size, good + (not brought)
            else:
                self.problem(number, "root-differs", vouched[brought])
        covered = max((checkpoint.size for _, checkpoint in self.opened), default=0)
        if entries > covered:
            self.problem(self.last_entry_line, "unsealed", covered)
        self._grow(frontier, entries)
        return Report(
            problems=tuple(sorted(self.problems, key=lambda problem: problem.line)),
            entries=entries,
            checkpoints=good,
            sealed=vouched[False],
            root=to_base64(frontier.root()),
            vkey=None if self.key is None else str(self.key),
            trusted=self.vkey is not None,
        )

    def _grow(self, frontier: Frontier, size: int) -> None:
        for start in range(frontier.size * HASH_SIZE, size * HASH_SIZE, HASH_SIZE):
            frontier.append(bytes(self.hashes[start : start + HASH_SIZE]))


_PAIRS: Final = json.JSONDecoder(object_pairs_hook=tuple)


def _read(line: str) -> tuple[str, dict[str, Any]]:
    """One line as its kind and its fields: exactly those the format names, none twice."""
    try:
        pairs = _PAIRS.decode(line)
    except (ValueError, RecursionError) as error:
        raise Refused("not-json") from error
    if not isinstance(pairs, tuple) or len(dict(pairs)) != len(pairs):
        raise Refused("not-an-object")
    content = dict(pairs)
    kind = content.pop("type", None)
    fields = FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None:
        raise Refused("type-unknown")
    if {name: type(value) for name, value in content.items()} != fields:
        raise Refused("fields-differ")
    if any(isinstance(value, int) and value < 0 for value in content.values()):
        raise Refused("number-negative")
    return kind, content
