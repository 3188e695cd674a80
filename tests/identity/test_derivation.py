"""OTP-01 and OTP-08: where the six digits come from, and how they are compared."""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import sha1, sha256
from pathlib import Path
from uuid import UUID

import pytest

import referendum.identity
from referendum.identity import codes
from referendum.kernel.keys import Keyring
from referendum.kernel.sealing import Vault

MANY = 1_000_000


@pytest.fixture(scope="module")
def known() -> Vault:
    """Fixed keys, so that the sample is the same in every run."""
    return Vault(Keyring(b"m" * 32, b"p" * 32, b"c" * 32, b"l" * 32, {}))


INNER, OUTER = (bytes(each ^ pad for each in range(256)) for pad in (0x36, 0x5C))
"""RFC 2104's pads; both hashes work on blocks of 64 bytes."""


def quickly(key: bytes) -> Callable[[int], int]:
    """The code of a challenge by its number, written out from RFC 2104 and RFC 4226 §5.3.

    A million of them in a fraction of the time of the libraries: the key is hashed in once.
    """
    block = key.ljust(64, b"\0")
    inner, outer = sha256(block.translate(INNER)), sha256(block.translate(OUTER))

    def code(challenge: int) -> int:
        within, around = inner.copy(), outer.copy()
        within.update(challenge.to_bytes(16, "big"))
        around.update(within.digest())
        secret = around.digest().ljust(64, b"\0")
        first = sha1(secret.translate(INNER) + bytes(8)).digest()
        digest = sha1(secret.translate(OUTER) + first).digest()
        at = digest[-1] & 0xF
        return (int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF) % 1_000_000

    return code


def chi_square(values: Iterable[int], bins: int, total: int) -> float:
    counts = Counter(values)
    expected = total / bins
    return sum((counts[each] - expected) ** 2 / expected for each in range(bins))


def test_otp_01_the_quick_sum_below_is_what_the_service_sends(known: Vault) -> None:
    code = quickly(known.keyring.codes)
    for each in range(0, MANY, MANY // 2_000):
        assert codes.derive(known, UUID(int=each)) == f"{code(each):06}"


def test_otp_01_a_million_codes_are_spread_evenly(known: Vault) -> None:
    drawn = list(map(quickly(known.keyring.codes), range(MANY)))
    # 999 degrees of freedom: a value over 1230 comes once in three million fair samples.
    assert chi_square([code // 1_000 for code in drawn], 1_000, MANY) < 1_230
    assert chi_square([code % 1_000 for code in drawn], 1_000, MANY) < 1_230
    assert 0.63 < len(set(drawn)) / MANY < 0.635  # 1 - 1/e, as of a million fair draws


def test_otp_01_the_measure_would_notice_a_bias() -> None:
    skewed = (each % 997 for each in range(MANY))
    assert chi_square(skewed, 1_000, MANY) > 1_230


def test_otp_01_nothing_here_draws_from_the_random_module() -> None:
    room = Path(referendum.identity.__file__).parent
    modules = sorted(room.glob("*.py"))
    assert len(modules) > 5
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for module in modules
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert "secrets" in imported
    assert "random" not in imported


def test_otp_08_codes_are_compared_in_constant_time() -> None:
    tree = ast.parse(inspect.getsource(codes.matches)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    answer = tree.body[-1]
    assert isinstance(answer, ast.Return)
    assert isinstance(answer.value, ast.Call)
    assert ast.unparse(answer.value.func) == "hmac.compare_digest"
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]


def test_otp_08_only_the_right_digits_match(known: Vault) -> None:
    challenge = UUID(int=5)
    right = codes.derive(known, challenge)
    assert codes.matches(known, challenge, right)
    assert not codes.matches(known, challenge, right[:5])
    assert not codes.matches(known, challenge, f"{(int(right) + 1) % 1_000_000:06}")
    assert not codes.matches(known, UUID(int=6), right)
