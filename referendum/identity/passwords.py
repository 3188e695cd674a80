"""Passwords of staff: which are refused, and their argon2 hashes."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from referendum.identity.errors import PasswordTooWeak

SHORTEST: Final = 12
LONGEST: Final = 256
"""Room for any sentence, and an end to what is hashed."""

FEWEST_DIFFERENT: Final = 5
"""Letters that differ: "aaaaaaaaaaaa" and "121212121212" are not passwords."""

PATTERNS: Final = (
    "password",
    "passw0rd",
    "qwerty",
    "asdfgh",
    "letmein",
    "administrator",
    "referendum",
    "123456",
    "654321",
    "abcdef",
    "비밀번호",
    "관리자",
    "주민투표",
)

HASHER: Final = PasswordHasher()


class PasswordProblem(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    USERNAME = "username"
    COMMON = "common"


def insist_strong(password: str, *, username: str) -> None:
    """Refuse what is guessed first; length is what counts otherwise."""
    problem = _problem(_normal(password), username)
    if problem is not None:
        raise PasswordTooWeak(reason=problem.value, shortest=SHORTEST, longest=LONGEST)


def _problem(password: str, username: str) -> PasswordProblem | None:
    if len(password) < SHORTEST:
        return PasswordProblem.TOO_SHORT
    if len(password) > LONGEST:
        return PasswordProblem.TOO_LONG
    plain = password.casefold()
    if username.casefold() in plain:
        return PasswordProblem.USERNAME
    if len(set(plain)) < FEWEST_DIFFERENT or any(pattern in plain for pattern in PATTERNS):
        return PasswordProblem.COMMON
    return None


def hashed(password: str, *, hasher: PasswordHasher = HASHER) -> str:
    return hasher.hash(_normal(password))


def fits(password: str, kept: str | None, *, hasher: PasswordHasher = HASHER) -> bool:
    """Whether it is the password. Takes as long where there is none to compare with."""
    try:
        hasher.verify(kept or _nobodys(hasher), _normal(password[: LONGEST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str, *, hasher: PasswordHasher = HASHER) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return hasher.check_needs_rehash(kept)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash("a password that no account has")


def _normal(password: str) -> str:
    """One form for what looks the same on every keyboard (NIST SP 800-63B §5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
