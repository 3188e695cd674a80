"""The record's sealer."""

from __future__ import annotations

from referendum.bootstrap import Services
from referendum.kernel import log


def seal(services: Services) -> None:
    """Put all waiting entries into the tree, a signed checkpoint a batch."""
    log.catch_up(services.begin, services.log_key)
