"""A loop of acts that is killed at twenty points: `python -m tests.running.acts DATABASE_URL`.

Prints what was acknowledged before each kill, one id a line. A process of its own, so that it
may fork without threads.
"""

from __future__ import annotations

import os
import signal
import sys
from random import Random

from sqlalchemy.orm import sessionmaker

from referendum.kernel.db import connect
from referendum.kernel.people import Calendar
from referendum.kernel.uow import beginner

POINTS = 20


def act_for_ever(url: str, acknowledged: int) -> None:
    """Each act is an effect with its entry; its id is said once it has been committed."""
    begin = beginner(sessionmaker(connect(url)))
    while True:
        with begin() as uow:
            entry = uow.record("test.done", by=Calendar())
            uow.session.flush()
            uow.later("notices.deliver", notice_id=str(entry))
        os.write(acknowledged, f"{entry}\n".encode())


def killed_after(url: str, acts: int, pause: float) -> list[str]:
    """What was acknowledged by a child that is killed a moment after so many acts."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        act_for_ever(url, writing)
    os.close(writing)
    with os.fdopen(reading) as lines:
        heard = [next(lines).strip() for _ in range(acts)]
        signal.sigtimedwait([], pause)
        os.kill(child, signal.SIGKILL)
        heard += [line.strip() for line in lines if line.endswith("\n")]
    os.waitpid(child, 0)
    return heard


def main(url: str) -> None:
    lot = Random(20)
    for point in range(POINTS):
        heard = killed_after(url, 1 + point % 4, lot.random() / 100)
        sys.stdout.write("".join(f"{entry}\n" for entry in heard))
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
