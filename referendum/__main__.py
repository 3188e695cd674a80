"""`python -m referendum`, the same as the program `referendum`."""

from referendum.cli.main import main

if __name__ == "__main__":
    main()
