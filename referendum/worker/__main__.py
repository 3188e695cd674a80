"""`python -m referendum.worker work|beat`: one process of the background."""

import gc
import sys


def run() -> int:
    """Import it without looking for circles in what stays, and run it."""
    gc.disable()
    from referendum.worker.starting import main  # noqa: PLC0415  # after the line above

    # Before the worker's own processes come of it: what is never touched is shared with them.
    gc.freeze()
    gc.enable()
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
