"""Ed25519 verification (RFC 8032 §5.1), written out so that a checkpoint needs no library.

Slow (milliseconds) and not constant in time: it handles public data only and never signs.
"""

from hashlib import sha512
from typing import Final

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, P) % P
SQRT_M1: Final = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z (RFC 8032 §5.1.4)."""

NEUTRAL: Final[Point] = (0, 1, 1, 0)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032 §5.1.7 with the stricter equation it allows: [S]B = R + [k]A, without cofactor.

    Points whose coordinate is not reduced and an S not below the group's order are refused,
    so a valid signature cannot be rewritten into a second one.
    """
    if len(public_key) != 32 or len(signature) != 64:  # noqa: PLR2004  # sizes of RFC 8032 §5.1
        return False
    key, commitment = _decode(public_key), _decode(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= L:
        return False
    digest = sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    return _equal(_two_products(scalar, BASE, challenge, _negate(key)), commitment)


def _decode(data: bytes) -> Point | None:
    """RFC 8032 §5.1.3: the x with the wanted sign, or nothing where there is no such point."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * SQRT_M1 % P
    if (v * x * x - u) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _double(point: Point) -> Point:
    a, b = point[0] * point[0] % P, point[1] * point[1] % P
    c = 2 * point[2] * point[2] % P
    h = a + b
    e = h - (point[0] + point[1]) ** 2
    g = a - b
    f = c + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _negate(point: Point) -> Point:
    return (P - point[0], point[1], point[2], P - point[3])


def _equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % P == 0


def _two_products(a: int, point: Point, b: int, other: Point) -> Point:
    """[a]point + [b]other in one run of doublings (Straus)."""
    both = _add(point, other)
    total = NEUTRAL
    for bit in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        total = _double(total)
        match (a >> bit & 1, b >> bit & 1):
            case (1, 1):
                total = _add(total, both)
            case (1, 0):
                total = _add(total, point)
            case (0, 1):
                total = _add(total, other)
    return total


def _base() -> Point:
    point = _decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    assert point is not None
    return point


BASE: Final = _base()
