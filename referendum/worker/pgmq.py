"""Messages in the service's own database, reached as the service reaches it.

The `pgmq` package keeps five fields of an address (host, port, name, user, password), drops what
else it says, and joins them again without quoting: a database that is reached by `sslmode` or
under a password with a blank in it would be reached otherwise by the queue, or not at all. So the
pool of connections is ours, made from the address whole.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import pgmq
from pgmq import PGMQueue
from psycopg_pool import ConnectionPool


class Transport(pgmq.Transport):
    """kombu's transport with a pool of its own. Options as in `queues.transport_options`."""

    _addressed: ConnectionPool | None = None

    def _create_pgmq_client(self) -> PGMQueue:
        asked: Any = self.client
        options = asked.transport_options
        self._addressed = ConnectionPool(
            options["conn_string"],
            min_size=1,
            max_size=options["pool_size"],
            timeout=options["pool_timeout"],
            open=True,
        )
        return PGMQueue(
            pool=self._addressed, vt=options["visibility_timeout"], init_extension=False
        )

    def close_connection(self, connection: Any) -> None:
        """Close what was opened, also where the connection was lost already."""
        try:
            super().close_connection(connection)
        finally:
            if self._addressed is not None:
                self._addressed.close()
                self._addressed = None
