#!/usr/bin/env bash
# pydantic 2.14.3 (PyPI)
#
# Behaviour: for a `datetime` field, "20261128" is a count of seconds since 1970, although it is a
# date in the basic format of ISO 8601 and Python's own `fromisoformat` reads it as one; so are 14
# digits, which give a year six centuries ahead. The basic format with a time ("20261128T120000Z")
# is refused, so that the same notation is wrong silently with eight or 14 digits and loudly with
# a T. A `date` field refuses "20261128", because the seconds are no midnight.
#
# Seen on 2026-11-28:
#   datetime 20261128: 1970-08-23T12:05:28+00:00 (Python: 2026-11-28T00:00:00)
#   datetime 20261128120000: 2612-01-19T19:08:40+00:00
#   datetime 20261128T120000Z: refused (Python: 2026-11-28T12:00:00+00:00)
#   date 20261128: refused (Python: 2026-11-28)
#
# Why it matters here: registers, court papers and offices' systems write dates as eight digits. A
# form or an interface that took a moment would keep 1970 without a word, and every deadline that
# follows from it. What comes in as a day is read by a pattern of our own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pydantic==2.14.3
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

GIVEN = ((datetime, "20261128"), (datetime, "20261128120000"), (datetime, "20261128T120000Z"), (date, "20261128"))
for kind, written in GIVEN:
    try:
        read = TypeAdapter(kind).validate_python(written).isoformat()
    except ValidationError:
        read = "refused"
    print(f"{kind.__name__} {written}: {read}")
assert date.fromisoformat("20261128") == date(2026, 11, 28)
PYTHON
)
echo "$seen"
expected="datetime 20261128: 1970-08-23T12:05:28+00:00
datetime 20261128120000: 2612-01-19T19:08:40+00:00
datetime 20261128T120000Z: refused
date 20261128: refused"
if [ "$seen" != "$expected" ]; then
  echo "This has changed." >&2
  exit 1
fi
