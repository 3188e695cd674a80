#!/usr/bin/env bash
# psycopg 3.3.9 with its binary part (PyPI)
#
# Behaviour: what a statement with named or `%s` places is turned into for the server is kept, so
# that asking it again costs a look-up; but not of a statement of more than 4,096 bytes, nor of one
# with more than 50 values. Those are split at their places by a regular expression each time they
# are executed, also where the server has them prepared and also with `prepare=True`. One byte
# decides. Nothing tells of it: results and the count of prepared statements are the same.
#
# Seen on 2026-11-29 (each statement executed 1,000 times; how often it was found as it was kept):
#   4096 bytes, 1 value: 999
#   4097 bytes, 1 value: 0
#   50 values: 999
#   51 values: 0
#
# Why it matters here: signing is one statement that decides, writes and counts, and stands above
# that length; it was read anew for every group of signatures. It is sent by numbers of its own
# (`kernel.wire`), for which nothing is looked for.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "psycopg[binary]==3.3.9"
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from psycopg._queries import PostgresQuery, _query2pg
from psycopg.adapt import Transformer

TIMES = 1_000


def kept(statement, values):
    before = _query2pg.cache_info().hits
    for _ in range(TIMES):
        PostgresQuery(Transformer()).convert(statement, values)
    return _query2pg.cache_info().hits - before


for length in (4096, 4097):
    begins = "select %(n)s -- "
    print(f"{length} bytes, 1 value: {kept(begins.ljust(length, '-'), {'n': 1})}")
for count in (50, 51):
    print(f"{count} values: {kept('select ' + ', '.join(['%s'] * count), [1] * count)}")
PYTHON
)
echo "$seen"
expected="4096 bytes, 1 value: 999
4097 bytes, 1 value: 0
50 values: 999
51 values: 0"
if [ "$seen" != "$expected" ]; then
  echo "This has changed." >&2
  exit 1
fi
