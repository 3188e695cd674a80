"""The queue in the service's own database is reached as its address says, whole."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.engine import make_url

from referendum.bootstrap import Services
from referendum.worker import app as application
from tests.patience import SECONDS


def test_the_queue_keeps_what_an_address_says_beyond_host_and_name(services: Services) -> None:
    """pgmq 1.1.4 keeps five fields of an address and joins them without quoting."""
    address = make_url(services.settings.database_url).set(password="two 'words' of a \\ kind")
    told = address.update_query_dict({"application_name": "the-queue"})
    settings = services.settings.model_copy(
        update={"database_url": told.render_as_string(hide_password=False)}
    )
    app = application.create(replace(services, settings=settings))
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue("words")
        queue.put({"said": "hello"})
        assert queue.get(timeout=SECONDS).payload == {"said": "hello"}
        with services.engine.connect() as seen:
            names = seen.scalars(text("select application_name from pg_stat_activity")).all()
        assert "the-queue" in names
        queue.close()
        kept = connection.transport._addressed
    assert kept.closed
