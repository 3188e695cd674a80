"""`referendum record verify`: with a checkpoint of one's own, and in words for every fault."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import typer

from referendum import verifying
from referendum.cli import recording
from referendum.i18n.words import Language, Words
from tests.cli.conftest import Run
from tests.verifying.scribe import Scribe, entry, leaves_of, mth

SCRIBE = Scribe()
LEAVES = leaves_of(6)
SEEN = SCRIBE.checkpoint(6, mth(LEAVES))
FOLDER = Path(verifying.__file__).parent
NOT_OF_RECORDS = {"receipt-malformed", "proof-malformed", "proof-invalid", "not-canonical"}
"""Those of a single receipt; an entry that is not canonical is called `leaf-not-canonical`."""

FORMS: dict[str, Callable[[str], str]] = {
    "note": lambda note: note,
    "copied": lambda note: "\ufeff  " + note.strip().replace("\n", "\r\n"),
    "certificate": lambda note: json.dumps(
        {"serial": "A", "checkpoint": {"size": 6, "note": note}}
    ),
    "receipt": lambda note: json.dumps({"index": 2, "checkpoint": note}),
}


def written(folder: Path, rows: list[str]) -> str:
    file = folder / "record.jsonl"
    file.write_text("".join(f"{row}\n" for row in rows))
    return str(file)


@pytest.mark.parametrize("form", FORMS)
def test_an_export_cut_back_is_found_by_a_checkpoint_that_one_has(
    run: Run, tmp_path: Path, form: str
) -> None:
    mine = tmp_path / "mine"
    mine.write_text(FORMS[form](SEEN), encoding="utf-8", newline="")
    given = ("--vkey", SCRIBE.vkey, "--checkpoint", str(mine), "--lang", "en")
    whole = run("record", "verify", written(tmp_path, SCRIBE.export(LEAVES, [3, 6])), *given)
    assert whole.exit_code == 0, whole.output
    cut = written(tmp_path, SCRIBE.export(LEAVES[:3], [3]))
    assert run("record", "verify", cut, "--vkey", SCRIBE.vkey).exit_code == 0
    found = run("record", "verify", cut, *given)
    assert found.exit_code == 1
    assert "What you gave, entry 3: " in found.stderr
    assert "the record was cut" in found.stderr


def test_one_of_several_checkpoints_is_enough(run: Run, tmp_path: Path) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    older.write_text(SCRIBE.checkpoint(3, mth(LEAVES[:3])))
    newer.write_text(SEEN)
    cut = written(tmp_path, SCRIBE.export(LEAVES[:4], [3, 4]))
    asked = ("record", "verify", cut, "--vkey", SCRIBE.vkey, "--checkpoint", str(older))
    assert run(*asked).exit_code == 0
    assert run(*asked, "--checkpoint", str(newer)).exit_code == 1


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"", 1, "cannot be read"),
        (b"a receipt, perhaps", 1, "cannot be read"),
        (b"{}", 1, "cannot be read"),
        (b"\xff\xfe", 2, "mine"),
        (Scribe(name="elsewhere.example/record").checkpoint(6, mth(LEAVES)).encode(), 1, "signed"),
    ],
)
def test_a_checkpoint_that_is_none_is_said(
    run: Run, tmp_path: Path, content: bytes, status: int, says: str
) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(content)
    file = written(tmp_path, SCRIBE.export(LEAVES, [6]))
    given = ("--vkey", SCRIBE.vkey, "--checkpoint", str(mine), "--lang", "en")
    done = run("record", "verify", file, *given)
    assert done.exit_code == status
    assert says in done.stderr


def test_a_file_that_went_through_an_editor_is_whole(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    text = "".join(f"{row}\r\n" for row in SCRIBE.export(LEAVES, [6]))
    file.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
    assert run("record", "verify", str(file), "--vkey", SCRIBE.vkey).exit_code == 0


@pytest.mark.parametrize("language", list(Language))
def test_a_fault_is_said_in_words(run: Run, tmp_path: Path, language: Language) -> None:
    header, *rows, end = SCRIBE.export(LEAVES, [6])
    rows[2] = entry(2, b'{"act":"nothing.happened"}')
    file = written(tmp_path, [header, *rows, end])
    done = run("record", "verify", file, "--vkey", SCRIBE.vkey, "--lang", language.value)
    words = Words.load(language)
    assert words("cli.record_fault.root-differs") in done.stderr
    assert "root-differs" not in done.stderr


@pytest.mark.parametrize("language", list(Language))
def test_every_fault_that_the_verifier_knows_has_words(language: Language) -> None:
    code = re.compile(r'(?:Refused\(|code=|problem\([\w.]+, )"([a-z-]+)"')
    known = {found for file in FOLDER.glob("*.py") for found in code.findall(file.read_text())}
    assert len(known) > 20
    words = Words.load(language)
    silent = {each for each in known - NOT_OF_RECORDS if not words.has(f"cli.record_fault.{each}")}
    assert silent == set()


class Terminal(StringIO):
    """Somebody sits before it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("screen", [Terminal, StringIO])
def test_whoever_waits_at_a_terminal_sees_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: type[StringIO], language: Language
) -> None:
    """And nobody else: what a program reads from standard error are faults alone."""
    monkeypatch.setattr(recording, "SECONDS", 0)
    leaves = leaves_of(2_000)
    file = Path(written(tmp_path, SCRIBE.export(leaves, [])))
    seen = screen()
    monkeypatch.setattr(sys, "stderr", seen)
    with pytest.raises(typer.Exit):
        recording.verify(file, vkey=SCRIBE.vkey, checkpoint=None, lang=language)
    told = re.findall(r"(\d+)%", seen.getvalue())
    if screen is StringIO:
        assert told == []
        return
    shares = [int(share) for share in told]
    assert shares == sorted(shares)
    assert shares[0] < 50 < shares[-1] <= 100
    assert Words.load(language)("cli.record_read", percent=shares[-1]) in seen.getvalue()
