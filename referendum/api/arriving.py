"""Files as a request brings them: taken in while they come, never whole in memory."""

from __future__ import annotations

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from referendum.kernel.receiving import Receiver

CSV: Final = {
    "requestBody": {
        "required": True,
        "description": "UTF-8 or CP949; read as it arrives, of any length.",
        "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What such a route says of its body."""


async def arrived(request: Request, receiver: Receiver) -> None:
    """Take in the body of a request to its end; what breaks off leaves nothing."""
    try:
        async for chunk in request.stream():
            await run_in_threadpool(receiver.write, chunk)
    except BaseException:
        await run_in_threadpool(receiver.give_up)
        raise
    await run_in_threadpool(receiver.close)
