"""One set of fonts for all."""

import pytest

from referendum.certificates.layout import Fonts


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return Fonts.find()
