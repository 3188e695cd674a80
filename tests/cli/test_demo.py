"""What the demo tells while it is made, and what becomes of one that was broken off."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from referendum.certificates.layout.typefaces import Fonts, FontsMissing
from referendum.cli import demo, sample_attachments, seeding, serving
from referendum.cli.demo import FILLING, STARTING, DemoHalfMade, Telling
from referendum.cli.seeding import Filled, Seeding
from referendum.i18n.words import Words
from referendum.kernel.belonging import KeysOfAnother
from referendum.lifecycle.attachments import imaging
from referendum.papers.recognising import Kind


class Paced:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def paced() -> Paced:
    return Paced()


@pytest.fixture
def telling(paced: Paced) -> Telling:
    return Telling(Words.load("en"), {"database": 2.0, "city": 4.0, "starting": 10.0}, paced)


def test_each_step_says_how_long_is_left_at_the_pace_so_far(
    telling: Telling, paced: Paced, capsys: pytest.CaptureFixture[str]
) -> None:
    telling("database")
    paced.now += 4
    telling("city")
    paced.now += 8
    telling("starting")
    first, second, third = capsys.readouterr().out.splitlines()
    assert "left" not in first
    assert second.endswith("(about 30 s left)"), "twice as slow as foreseen: 14 s are 28"
    assert third.endswith("(about 20 s left)")


def test_a_city_that_is_there_already_is_not_waited_for(telling: Telling, paced: Paced) -> None:
    telling.pass_over({"city": 4.0})
    assert telling.left("starting", 2.0) == 10
    assert paced.now == 100.0


def test_every_step_of_the_demo_is_foreseen_and_has_its_words() -> None:
    for language in ("ko", "en"):
        words = Words.load(language)
        assert all(words.has(f"demo_command.{step}") for step in FILLING | STARTING)


@pytest.fixture(scope="module")
def broken_off() -> Iterator[Path]:
    """The folder of a demo whose making ended after its first step: nobody here goes on with it.

    Not pytest's own temporary folder: that one is closed to the account of the server.
    """
    place = Path(tempfile.mkdtemp(prefix="rt-", dir="/tmp"))
    place.chmod(0o755)
    home = place / "demo"
    with serving.installed(folder=home, mode="demo", port=0) as installation:
        assert seeding.filled(installation.services) is Filled.NOT
        Seeding(installation.services, lambda _step: None)._city()
        assert seeding.filled(installation.services) is Filled.HALF
    yield home
    shutil.rmtree(place, ignore_errors=True)


def test_a_city_that_was_broken_off_is_neither_opened_nor_gone_on_with(broken_off: Path) -> None:
    """`run` then deletes the folder and begins anew."""
    telling = Telling(Words.load("en"), FILLING)
    assert not demo._open(0, broken_off, fill=True, tell=telling)
    with serving.installed(folder=broken_off, mode="demo", port=0) as installation:
        assert seeding.filled(installation.services) is Filled.HALF


def test_a_database_of_somebody_else_is_not_deleted(
    broken_off: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving.installed(folder=broken_off, mode="demo", port=0) as installation:
        monkeypatch.setenv("DATABASE_URL", installation.server.url)
        other = broken_off.with_name("other")
        with pytest.raises(KeysOfAnother):
            demo.run(0, other, fill=True, language=Words.load("en").language)
        shutil.rmtree(other / "keys")
        shutil.copytree(broken_off / "keys", other / "keys")
        with pytest.raises(DemoHalfMade):
            demo.run(0, other, fill=True, language=Words.load("en").language)
        assert seeding.filled(installation.services) is Filled.HALF


def test_the_city_is_made_while_the_build_still_fetches_the_typefaces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a fresh clone both happen at once: nothing of the city waits for the other, or fails."""

    def not_there(*_: object) -> Fonts:
        raise FontsMissing(files=["all"])

    monkeypatch.setattr(Fonts, "find", not_there)
    kinds = [imaging.ready(content).kind for content, _ in sample_attachments.libraries()]
    assert kinds == [Kind.PNG, Kind.PDF]
    folder = Path(str(seeding.__file__)).parent
    makers = [folder / f"{name}.py" for name in ("seeding", "peopling", "conducting", "staffing")]
    for path in [*makers, *folder.glob("sample_*.py")]:
        assert "layout" not in path.read_text("utf-8"), f"{path.name} draws with the typefaces"
