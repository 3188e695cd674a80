"""Checkpoints (C2SP tlog-checkpoint): what a log says of itself at one size."""

import re
from dataclasses import dataclass
from typing import Final, Self

from referendum.verifying import notes
from referendum.verifying.encoding import from_base64
from referendum.verifying.refusal import Refused

HASH_SIZE: Final = 32
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text: origin, size without leading zeros, root, extension lines."""
        if not text.endswith("\n"):
            raise Refused("checkpoint-malformed")
        match text[:-1].split("\n"):
            case [origin, size, root, *extensions] if (
                origin and _SIZE.fullmatch(size) and all(extensions)
            ):
                digest = from_base64(root, code="checkpoint-malformed")
            case _:
                raise Refused("checkpoint-malformed")
        if len(digest) != HASH_SIZE:
            raise Refused("checkpoint-malformed")
        return cls(origin, int(size), digest, tuple(extensions))


def open_checkpoint(note: str, key: notes.VerifierKey, *, origin: str | None = None) -> Checkpoint:
    """Read the checkpoint in a note that this key signed; `origin`, where given, is its log."""
    checkpoint = Checkpoint.parse(notes.verify(note, key))
    if origin is not None and checkpoint.origin != origin:
        raise Refused("origin-differs")
    return checkpoint
