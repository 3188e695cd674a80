"""Signed notes and checkpoints: the C2SP example, and every way to bend one."""

import base64

import pytest

from referendum.verifying.checkpoints import Checkpoint, open_checkpoint
from referendum.verifying.merkle import root_of
from referendum.verifying.notes import Note, VerifierKey, verify
from referendum.verifying.refusal import Refused
from tests.verifying.scribe import Scribe, b64

SCRIBE = Scribe()
KEY = VerifierKey.parse(SCRIBE.vkey)
ROOT = root_of([b"{}"])


def refusal(note: str, key: VerifierKey = KEY) -> str:
    with pytest.raises(Refused) as refused:
        open_checkpoint(note, key, origin=SCRIBE.name)
    return refused.value.code


def test_a_note_of_the_reference_implementation_verifies() -> None:
    """The example in the documentation of Go's golang.org/x/mod/sumdb/note."""
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signed = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
        "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert verify(f"{text}\n\N{EM DASH} PeterNeumann {signed}\n", key) == text


def test_a_key_is_written_as_it_was_read() -> None:
    assert str(KEY) == SCRIBE.vkey
    assert KEY.public == SCRIBE.public


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000+AAAA",
        SCRIBE.vkey + " ",
        SCRIBE.vkey.replace("log", "lag"),
        SCRIBE.vkey.upper(),
        f"a b+00000000+{b64(bytes([1]) + bytes(32))}",
        f"{SCRIBE.name}+{SCRIBE.key_hash.hex()}+{b64(bytes([2]) + SCRIBE.public)}",
    ],
)
def test_a_key_that_does_not_name_itself_is_refused(vkey: str) -> None:
    with pytest.raises(Refused, match="vkey-malformed"):
        VerifierKey.parse(vkey)


def test_a_checkpoint_opens_with_its_extension_lines() -> None:
    note = SCRIBE.checkpoint(1, ROOT, "kept at the city archive")
    assert open_checkpoint(note, KEY) == Checkpoint(
        SCRIBE.name, 1, ROOT, ("kept at the city archive",)
    )


def test_signatures_of_others_are_passed_over() -> None:
    other = Scribe(name="witness.example.org")
    note = SCRIBE.checkpoint(1, ROOT)
    cosigned = note + other.checkpoint(1, ROOT).split("\n\n")[1]
    assert open_checkpoint(cosigned, KEY).size == 1
    assert len(Note.parse(cosigned).signatures) == 2
    assert refusal(other.checkpoint(1, ROOT)) == "signature-missing"


def test_a_bad_signature_beside_a_good_one_spoils_the_note() -> None:
    note = SCRIBE.checkpoint(1, ROOT)
    bad = b64(SCRIBE.key_hash + bytes(64))
    assert refusal(f"{note}\N{EM DASH} {SCRIBE.name} {bad}\n") == "signature-invalid"


def test_any_change_of_the_text_is_found() -> None:
    note = SCRIBE.checkpoint(7, ROOT, "extension")
    text = note.split("\n\n")[0]
    for at, sign in enumerate(text):
        bent = note[:at] + ("8" if sign != "8" else "9") + note[at + 1 :]
        assert refusal(bent) == "signature-invalid"


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "\n\n\N{EM DASH} a AAAAAAA=\n",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n\N{EM DASH}  AAAAAAA=\n",
        "text\n\n\N{EM DASH} a AAAA\n",
        "text\n\n\N{EM DASH} a+b AAAAAAA=\n",
        "text\n\n\N{EM DASH} a AAAAAAB=\n",
        "text\n\n\N{EM DASH} a AAAAAAA=",
        "te\txt\n\n\N{EM DASH} a AAAAAAA=\n",
        "text\r\n\n\N{EM DASH} a AAAAAAA=\n",
        "text\n\n" + "\N{EM DASH} a AAAAAAA=\n" * 101,
    ],
)
def test_what_is_not_in_the_form_of_a_note_is_refused(note: str) -> None:
    with pytest.raises(Refused, match="note-malformed"):
        Note.parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "log.example.kr/record\n",
        f"log.example.kr/record\n01\n{b64(ROOT)}\n",
        f"log.example.kr/record\n-1\n{b64(ROOT)}\n",
        f"log.example.kr/record\n\N{ARABIC-INDIC DIGIT ONE}\n{b64(ROOT)}\n",
        f"log.example.kr/record\n1\n{b64(ROOT[:31])}\n",
        f"log.example.kr/record\n1\n{base64.urlsafe_b64encode(bytes([255]) * 32).decode()}\n",
        f"log.example.kr/record\n1\n{b64(ROOT)}\n\nafter a gap\n",
        f"\n1\n{b64(ROOT)}\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    assert refusal(SCRIBE.note(text)) == "checkpoint-malformed"


def test_a_checkpoint_of_another_log_is_refused() -> None:
    note = SCRIBE.note(f"other.example.kr\n1\n{b64(ROOT)}\n")
    assert refusal(note) == "origin-differs"
