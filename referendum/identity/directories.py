"""Offices' own directories: asking one who somebody is (OpenID Connect Core 1.0, code flow).

With PKCE (RFC 7636, S256), state and nonce. What comes back is believed where it is signed with a
key of the directory by an asymmetric algorithm, and says that it is from there, for us, for this
very visit, and good now. Nothing here touches the database.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from referendum.identity.directory_errors import DirectoryAnswerRefused, DirectoryUnavailable

ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384"]
"""Asymmetric ones alone: with a shared secret whoever checks could sign (RFC 8725 §3.1)."""
KINDS: Final = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
"""The keys of each, by how its name begins (RFC 7518 §3.1)."""
LEEWAY: Final = 60
"""Seconds by which the directory's clock may differ."""
PATIENCE: Final = 5.0
"""Seconds for each answer of the directory."""
LONGEST: Final = 20_000
"""Signs that a token may have: more is no statement about one officer."""
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
KNOWN_AT: Final = "/.well-known/openid-configuration"


class Directory(BaseModel):
    """The directory of one authority, as its operator has set it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    issuer: str
    """Its name, to the letter as it states it; what it says about itself is found below it."""
    client_id: str = Field(min_length=1)
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    claims: dict[str, str] = Field(default_factory=dict)
    """What a token must state besides: of which organisation of a shared directory somebody is."""

    @model_validator(mode="after")
    def _is_reached_safely(self) -> Self:
        if not is_safe(self.issuer):
            raise ValueError("a directory's address begins with https://")
        if (self.client_secret is None) == (self.client_secret_file is None):
            raise ValueError("a directory has client_secret or client_secret_file")
        return self

    @property
    def secret(self) -> str:
        """What shows the directory that we ask; a file is read each time, as it may be renewed."""
        if self.client_secret is not None:
            return self.client_secret.get_secret_value()
        assert self.client_secret_file is not None
        try:
            return self.client_secret_file.read_text("utf-8").strip()
        except OSError as missing:
            raise DirectoryUnavailable from missing


class Stated(BaseModel):
    """What a directory says about itself (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def stated(directory: Directory) -> Stated:
    """Where it is asked. It has to bear the name that was set, and be reached as safely."""
    told = _read(directory.issuer.rstrip("/") + KNOWN_AT)
    try:
        found = Stated.model_validate(told)
    except ValidationError as unreadable:
        raise DirectoryUnavailable from unreadable
    ways = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
    if found.issuer != directory.issuer or not all(is_safe(way) for way in ways):
        raise DirectoryAnswerRefused(reason="issuer")
    return found


def address(
    directory: Directory, way: Stated, *, back: str, state: str, nonce: str, verifier: str
) -> str:
    """Where the browser goes to have its holder recognised."""
    with _client(directory, back) as client:
        url, _ = client.create_authorization_url(
            way.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
    return str(url)


def subject(
    directory: Directory, way: Stated, *, back: str, code: str, nonce: str, verifier: str, now: int
) -> str:
    """By whom the browser was sent back: the directory's own name for them."""
    try:
        with _client(directory, back) as client:
            token = client.fetch_token(
                way.token_endpoint, grant_type="authorization_code", code=code,
                code_verifier=verifier,
            )  # fmt: skip
    except AuthlibBaseError as refused:
        raise DirectoryAnswerRefused(reason="code") from refused
    except (httpx2.HTTPError, ValueError) as broken:
        raise DirectoryUnavailable from broken
    given = token.get("id_token")
    if not isinstance(given, str) or len(given) > LONGEST:
        raise DirectoryAnswerRefused(reason="token")
    return _checked(directory, given, _read(way.jwks_uri), nonce=nonce, now=now)


def is_safe(url: str) -> bool:
    """Whether nobody on the way reads or changes what is said there."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or local)


def _checked(directory: Directory, given: str, keys: Any, *, nonce: str, now: int) -> str:
    """OpenID Connect Core 1.0 §3.1.3.7."""
    try:
        token = jwt.decode(given, _usable(keys, given), algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError) as forged:
        raise DirectoryAnswerRefused(reason="signature") from forged
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY,
        iss={"essential": True, "value": directory.issuer},
        aud={"essential": True, "value": directory.client_id},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(token.claims)
    except JoseError as wrong:
        raise DirectoryAnswerRefused(reason=_claim(wrong)) from wrong
    audiences = token.claims["aud"]
    several = isinstance(audiences, list) and len(audiences) > 1
    if token.claims.get("azp", None if several else directory.client_id) != directory.client_id:
        raise DirectoryAnswerRefused(reason="azp")
    if token.claims["nonce"] != nonce:
        raise DirectoryAnswerRefused(reason="nonce")
    for name, value in directory.claims.items():
        if token.claims.get(name) != value:
            raise DirectoryAnswerRefused(reason="claims")
    return str(token.claims["sub"])


def _usable(published: Any, given: str) -> KeySet:
    """The keys by which the token may be signed; what we cannot read is none of them.

    One key of a curve that joserfc does not know makes it read none of the set, and of two keys
    with one name it takes the first, of whatever kind (RFC 7517 §4.5 and §5 allow both).
    """
    kind = KINDS[str(jws.extract_compact(given.encode()).headers()["alg"])[:2]]
    keys = []
    for one in published["keys"]:
        if one.get("kty") == kind:
            with suppress(JoseError, ValueError, TypeError, KeyError):
                keys.append(import_key(one))
    return KeySet(keys)


def _claim(wrong: JoseError) -> str:
    """Which of them, for whoever runs the service: no value of it."""
    claim = getattr(wrong, "claim", None) or getattr(wrong, "claim_name", None)
    return str(claim) if claim else type(wrong).__name__


def _client(directory: Directory, back: str) -> OAuth2Client:
    return OAuth2Client(
        client_id=directory.client_id,
        client_secret=directory.secret,
        scope="openid",
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=PATIENCE,
        follow_redirects=False,
    )


def _read(url: str) -> Any:
    """A document of the directory."""
    try:
        answer = httpx2.get(url, timeout=PATIENCE, follow_redirects=False)
        answer.raise_for_status()
        return answer.json()
    except (httpx2.HTTPError, ValueError) as broken:
        raise DirectoryUnavailable from broken
