"""The whole service as a process of its own: `python -m tests.running.whole`.

Says on one line, as JSON, where it answers and who its processes are, and runs until it is ended.
"""

from __future__ import annotations

import json
import sys

from referendum.cli.serving import installed, run_all
from referendum.cli.supervising import Supervisor


def main() -> None:
    with installed(folder=None, mode="demo", port=0, durable=False) as installation:
        said = False

        def say(supervisor: Supervisor) -> bool:
            nonlocal said
            if not said:
                said = True
                pids = {**supervisor.pids(), "database": installation.server.pid}
                line = {"address": installation.address, "pids": pids}
                sys.stdout.write(f"{json.dumps(line)}\n")
                sys.stdout.flush()
            return False

        run_all(installation, until=say)


if __name__ == "__main__":
    main()
