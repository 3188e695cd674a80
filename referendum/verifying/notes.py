"""Signed notes (C2SP signed-note): a text, a blank line, and lines of signatures under it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from referendum.verifying import ed25519
from referendum.verifying.encoding import from_base64, to_base64
from referendum.verifying.refusal import Refused

ED25519: Final = b"\x01"
KEY_SIZE: Final = 32
MARK: Final = "— "
"""Em dash (U+2014) and a space: no line of a signature starts otherwise."""
MOST_SIGNATURES: Final = 100


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature is trusted: a name and an Ed25519 public key."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{to_base64(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+hash+base64`. The base64 part may hold plus signs of its own."""
        name, _, rest = text.partition("+")
        _, _, encoded = rest.partition("+")
        data = from_base64(encoded, code="vkey-malformed")
        if data[:1] != ED25519 or len(data) != 1 + KEY_SIZE or not _is_name(name):
            raise Refused("vkey-malformed")
        key = cls(name, data[1:])
        if str(key) != text:
            raise Refused("vkey-malformed")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_hash: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was written; `text` ends in a newline and is what was signed."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, written: str) -> Self:
        head, gap, tail = written.rpartition("\n\n")
        lines = tail.split("\n")
        if not gap or not head or lines.pop() != "" or not 0 < len(lines) <= MOST_SIGNATURES:
            raise Refused("note-malformed")
        if any((ord(sign) < ord(" ") and sign != "\n") or sign == "\x7f" for sign in written):
            raise Refused("note-malformed")
        return cls(head + "\n", tuple(_signature(line) for line in lines))


def verify(written: str, key: VerifierKey) -> str:
    """Return the text of a note that this key signed. Signatures by others are passed over.

    Raises Refused: `signature-missing` or `signature-invalid`. A note that carries a bad
    signature in the trusted key's name is refused even where a good one stands beside it.
    """
    note = Note.parse(written)
    ours = [s for s in note.signatures if (s.name, s.key_hash) == (key.name, key.key_hash)]
    if not ours:
        raise Refused("signature-missing")
    try:
        message = note.text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Refused("note-malformed") from error
    if not all(ed25519.verify(key.public, message, s.signature) for s in ours):
        raise Refused("signature-invalid")
    return note.text


def _signature(line: str) -> Signature:
    name, gap, encoded = line.removeprefix(MARK).partition(" ")
    if not line.startswith(MARK) or not gap or not _is_name(name):
        raise Refused("note-malformed")
    data = from_base64(encoded, code="note-malformed")
    if len(data) <= 4:  # noqa: PLR2004  # the first four bytes are the key's hash
        raise Refused("note-malformed")
    return Signature(name, data[:4], data[4:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name)
