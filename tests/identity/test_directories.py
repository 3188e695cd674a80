"""What an operator sets of an office's own directory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from referendum.identity.directories import Directory
from referendum.identity.directory_errors import DirectoryUnavailable
from referendum.kernel.people import Authority
from referendum.settings import Settings

WHOLE = {"issuer": "https://login.city.example/hall", "client_id": "referendum"}


def test_it_is_set_by_authority_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "mayor"
    kept.write_text("a secret in a file\n", "utf-8")
    given = {"mayor": {**WHOLE, "client_secret_file": str(kept), "claims": {"org": "hall"}}}
    monkeypatch.setenv("REFERENDUM_DIRECTORIES", json.dumps(given))
    monkeypatch.setenv("REFERENDUM_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1/none")
    monkeypatch.setenv("REFERENDUM_KEYS_FOLDER", str(tmp_path))
    settings = Settings()
    assert settings.directories.keys() == {Authority.MAYOR}
    directory = settings.directories[Authority.MAYOR]
    assert (directory.secret, directory.claims) == ("a secret in a file", {"org": "hall"})
    assert "a secret" not in repr(settings)
    kept.unlink()
    with pytest.raises(DirectoryUnavailable):
        _ = directory.secret


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "x", "issuer": "http://login.city.example"},
        {"client_secret": "x", "issuer": "login.city.example"},
        {"client_secret": "x", "client_id": ""},
        {"client_secret": "x", "client_secret_file": "/run/secrets/x"},
        {},
        {"client_secret": "x", "unknown": "y"},
    ],
)
def test_what_is_unsafe_or_undecided_stops_the_service(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Directory.model_validate({**WHOLE, **wrong})
    assert "/run/secrets" not in str(refused.value)


def test_a_secret_is_shown_to_nobody() -> None:
    directory = Directory.model_validate({**WHOLE, "client_secret": "very secret"})
    assert "very secret" not in repr(directory)
    assert directory.secret == "very secret"
