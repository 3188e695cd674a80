"""Coroutines in tests that are not themselves coroutines."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Given = TypeVar("Given")


def finished(story: Coroutine[Any, Any, Given]) -> Given:
    """What a coroutine gives in the end, run on a thread of its own.

    Playwright's synchronous interface leaves a loop running on pytest's thread for as long as its
    browser lives, and `asyncio.run` refuses to start beside one.
    """
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(asyncio.run, story).result()
