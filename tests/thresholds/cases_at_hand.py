"""The case files there are: the package's own, and the shared ones where they lie beside it."""

from pathlib import Path

import holidays

from thresholds.library import in_force
from thresholds.rulebook import Rulebook

ROOT = Path(__file__).parents[2]
HERE = ROOT / "thresholds" / "history"
DATES = ROOT / "tests" / "data" / "calendar"
SHARED = Path(__file__).parents[3] / "shared" / "cases"

CASES = sorted({*HERE.glob("*.toml"), *SHARED.glob("*.toml")})
CALENDARS = sorted({*DATES.glob("*.toml"), *SHARED.glob("calendar/*.toml")})

KOREAN_HOLIDAYS = frozenset(holidays.country_holidays("KR", years=range(2000, 2041)))


def name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.parts[-2]}/{path.stem}"


def law(instrument: str, on: object, **where: str) -> Rulebook:
    place: dict[str, str] = {"country": "kr", "level": "city", **where}
    return in_force(instrument=instrument, on=on, **place)  # type: ignore[arg-type]  # dates come from literals
