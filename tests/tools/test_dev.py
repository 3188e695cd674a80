"""The set-up and check commands: what they tell newcomers, and what they may not contain."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tools import build_assets, checks, dev, environment, machine
from tools.progress import Progress

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", lock.read_text(), re.MULTILINE))


def test_an_old_python_is_told_what_to_install() -> None:
    told = dev.refusal((3, 9))
    assert told is not None
    assert told.startswith("Python 3.11 or newer is needed and this is 3.9.")
    assert dev.refusal((3, 11)) is None
    assert dev.refusal((3, 14)) is None


def test_an_old_python_can_read_the_first_file_up_to_that_sentence() -> None:
    ast.parse((ROOT / "tools" / "dev.py").read_text(), feature_version=(3, 7))


def test_a_python_without_ensurepip_names_the_package() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    told = environment.venv_refusal(lambda name: None if name == "ensurepip" else object())
    assert told == (
        "This Python cannot make a virtual environment. "
        f"Install the package python{version}-venv:\n"
        f"    apt-get install python{version}-venv\n"
        "Then run the same command again."
    )
    assert environment.venv_refusal(lambda _name: object()) is None


def test_the_command_ends_with_that_sentence_alone(tmp_path: Path) -> None:
    (tmp_path / "requirements").symlink_to(ROOT / "requirements")
    (tmp_path / "tools").mkdir()
    for file in (ROOT / "tools").glob("*.py"):
        (tmp_path / "tools" / file.name).write_text(file.read_text())
    doctored = (
        "import importlib.util, runpy, sys\n"
        "real = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, package=None: (\n"
        "    None if name == 'ensurepip' else real(name, package))\n"
        f"sys.argv = ['dev.py', 'demo']\n"
        f"runpy.run_path({str(tmp_path / 'tools' / 'dev.py')!r}, run_name='__main__')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", doctored], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith("[1/4]")
    assert "-venv\nThen run the same command again." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_an_unknown_command_shows_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "dev.py", "dance"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("usage: python3 tools/dev.py COMMAND")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_hold_hashes_and_no_address(lock: Path) -> None:
    written = lock.read_text()
    assert "://" not in written
    assert "index" not in written
    packages = pins(lock)
    assert len(packages) > 20
    for package in packages:
        assert "--hash=sha256:" in environment.entry(written, package)


def test_a_wider_lock_holds_the_narrower_ones() -> None:
    city, demo, development = (
        pins(ROOT / "requirements" / f"{name}.lock") for name in ("city", "demo", "dev")
    )
    assert city.items() <= demo.items() <= development.items()


def test_the_lock_of_the_pages_holds_hashes_and_no_address() -> None:
    written = (ROOT / "package-lock.json").read_text()
    assert "://" not in written
    assert '"resolved"' not in written
    packages = json.loads(written)["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())
    locked = {name.removeprefix("node_modules/"): each for name, each in packages.items() if name}
    assert {name: each["version"] for name, each in locked.items()} == (
        wanted["dependencies"] | wanted["devDependencies"]
    )
    assert all(each["integrity"].startswith("sha512-") for each in locked.values())


def test_uv_is_installed_by_its_own_entry_of_the_lock() -> None:
    only = environment.entry((ROOT / "requirements" / "demo.lock").read_text(), "uv")
    assert only.startswith("uv==")
    assert only.count("--hash=sha256:") == len(only.splitlines()) - 1 > 3
    assert not only.endswith("\\\n")


def test_uv_sees_the_users_pip_configuration() -> None:
    config = (
        "install.index-url='https://mirror.example/simple'\n"
        "global.index-url='https://other.example/simple'\n"
        "global.extra-index-url='file:///a file:///b'\n"
        ":env:.find-links='/wheels /more'\n"
        "global.cert='/etc/certificates.pem'\n"
    )
    assert environment.uv_settings(config, {}) == {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "file:///a file:///b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/wheels,/more",
        "SSL_CERT_FILE": "/etc/certificates.pem",
    }
    own = {"UV_DEFAULT_INDEX": "https://mine.example/simple"}
    assert "UV_DEFAULT_INDEX" not in environment.uv_settings(config, own)
    assert environment.uv_settings("", {}) == {"UV_PYTHON_DOWNLOADS": "never"}


def test_fonts_and_scripts_are_there_with_their_licences() -> None:
    assert build_assets.is_current()
    assert all(product.stat().st_size > 200 for product in build_assets.PRODUCTS)
    licence = build_assets.FONT_LICENCE.read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for font in build_assets.CONVERSIONS.values():
        assert font.read_bytes()[:4] == b"\x00\x01\x00\x00"


def test_reportlab_sets_korean_in_the_built_font(tmp_path: Path) -> None:
    said = "「주민투표법」 제18조 12,345명 뷁"
    canvas = Canvas(str(tmp_path / "page.pdf"))
    for at, font in enumerate(build_assets.CONVERSIONS.values()):
        face = TTFont(f"Test{font.stem}", str(font))
        assert all(ord(letter) in face.face.charToGlyph for letter in said)
        pdfmetrics.registerFont(face)
        canvas.setFont(face.fontName, 12)
        canvas.drawString(50, 700 - 20 * at, said)
    canvas.save()
    read = PdfReader(tmp_path / "page.pdf").pages[0].extract_text()
    assert read.count(said) == 2


def test_a_lacking_browser_is_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(machine, "can_install", lambda: False)
    with pytest.raises(machine.ProgramMissing, match="apt-get install chromium"):
        machine.prepare_for_tests(Progress((1.0,)))


def test_where_the_first_package_does_not_exist_the_second_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(machine, "_apt", lambda *arguments: asked.append(arguments[-1]))
    nowhere = machine.Need("a browser", ("no-such-browser",), ("first", "second"))
    machine.install([nowhere, machine.Need("a shell", ("sh",), ("third", "fourth"))])
    assert asked == ["update", "first", "second", "third"]


def test_elsewhere_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(machine, "can_install", lambda: False)
    assert machine.prepare_for_tests(Progress((1.0,))) == {}
    assert "Missing: a browser" in capsys.readouterr().out


def test_a_need_is_met_by_any_browser_but_by_both_pdf_readers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    browser, readers, _ = machine.NEEDS
    assert browser.find(lambda name: f"/x/{name}" if name == "google-chrome" else None)
    assert readers.find(lambda name: f"/x/{name}" if name == "pdftotext" else None) is None
    assert readers.find(lambda name: f"/x/{name}") == "/x/pdftotext"


@pytest.mark.parametrize(
    "line",
    [
        "12 passed in 3.45s",
        "\x1b[32m======== \x1b[1m7 passed\x1b[0m, 1 warning in 0.10s ========\x1b[0m",
        "=== 1 failed, 499 passed, 2 errors in 123.45s (0:02:03) ===",
        "no tests ran in 0.01s",
    ],
)
def test_the_closing_line_of_pytest_is_recognised(line: str) -> None:
    assert checks.closing_line(f"{line}\n") is not None


@pytest.mark.parametrize("line", ["PASSED tests/a.py::test_b", "checks passed in order", ""])
def test_other_lines_are_not(line: str) -> None:
    assert checks.closing_line(line) is None


CHECKS_OF_ITS_OWN = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from tools import checks
python = [sys.executable, "-c"]
checks.commands = lambda *_: {
    "good": [*python, "print('fine')"],
    "leaving": [*python, "import subprocess; p = subprocess.Popen(['sleep', '600'],"
                         " start_new_session=True); print('pid', p.pid)"],
    "bad": [*python, "import sys; sys.exit(3)"],
    "tests": [*python, "print('=== 5 passed in 0.12s ===')"],
}
checks._GRACE_SECONDS = 0.2
sys.exit(checks.run(Path(sys.executable), [], {}))
"""


def test_all_checks_run_and_what_failed_or_was_left_running_is_shown() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECKS_OF_ITS_OWN, str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 1, done.stderr
    assert lines[-1] == "=== 5 passed in 0.12s ==="
    table = {line.split()[0]: line for line in lines[-7:-1]}
    assert lines.index("fine") > lines.index("=== 5 passed in 0.12s ===")
    assert table["good"].endswith(" ok")
    assert table["leaving"].endswith(" ok")
    assert table["tests"].endswith(" ok")
    assert table["bad"].endswith(" FAILED")
    assert table["processes"].endswith("FAILED (left running: sleep 600)")
    left = int(next(line for line in lines if line.startswith("pid")).split()[1])
    with pytest.raises(ProcessLookupError):
        os.kill(left, 0)


def test_ci_runs_what_the_readme_shows() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert script.startswith("#!/usr/bin/env bash\nset -euo pipefail\n")
    assert "exec make test\n" in script
    assert script.endswith("exec python3 tools/dev.py test\n")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    makefile = (ROOT / "Makefile").read_text()
    for command in ("demo", "test", "bench"):
        assert f"\n\t@$(PYTHON) tools/dev.py {command} $(ARGS)\n" in makefile
