"""What Alembic runs the migrations with: the connection that `migrating` hands it."""

from __future__ import annotations

from alembic import context

import referendum.doors.repeats  # noqa: F401  # no floor below an entry point may know its tables
from referendum.migrations.migrating import models, within

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models(),
    include_object=within,
    compare_server_default=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
