"""`python -m referendum`, the same as the program `referendum`."""

import gc


def main() -> None:
    """Run the command. What is imported for it stays: nothing in it is looked through for circles.

    Python would do so at every hundred thousandth object, which is a fifth of the start.
    """
    gc.disable()
    from referendum.cli.main import main as run  # noqa: PLC0415  # after the line above

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
