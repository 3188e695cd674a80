"""Why a piece of evidence was not accepted."""


class Refused(ValueError):
    """A piece of evidence that does not hold; `code` says why, in a form programs can read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
