"""Ed25519 against the vectors of RFC 8032 §7.1 and against a library."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from referendum.verifying.ed25519 import L, P, verify

VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
            "1cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
            "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
            "984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
            "a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c6"
            "6431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
]
"""RFC 8032 §7.1, tests 1, 2, 3 and SHA(abc): public key, message, signature."""


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc_verify(public: str, message: str, signature: str) -> None:
    key, text, signed = (bytes.fromhex(part) for part in (public, message, signature))
    assert verify(key, text, signed)
    assert not verify(key, text + b"!", signed)


@settings(max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_a_library_signs_verifies(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    assert verify(private.public_key().public_bytes_raw(), message, private.sign(message))


@settings(max_examples=150)
@given(st.integers(0, 95), st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_refused_as_the_library_refuses_it(at: int, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    blob = bytearray(private.public_key().public_bytes_raw() + private.sign(b"text"))
    blob[at] ^= 1 << bit
    key, signature = bytes(blob[:32]), bytes(blob[32:])
    with pytest.raises((InvalidSignature, ValueError)):
        Ed25519PublicKey.from_public_bytes(key).verify(signature, b"text")
    assert not verify(key, b"text", signature)


def test_a_signature_has_no_second_spelling() -> None:
    """RFC 8032 §8.4: S + L satisfies the equation and is refused all the same."""
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    scalar = int.from_bytes(signature[32:], "little") + L
    assert not verify(public, message, signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize(
    "key",
    [
        b"",
        bytes(31),
        P.to_bytes(32, "little"),
        (P + 1).to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
    ],
    ids=["empty", "short", "y=p", "y=p+1", "x=0 with sign", "not on the curve"],
)
def test_bytes_that_are_no_point_are_no_key(key: bytes) -> None:
    assert not verify(key, b"", bytes(64))


def test_a_signature_of_the_wrong_length_is_refused() -> None:
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[0])
    assert not verify(public, message, signature[:-1])
    assert not verify(public, message, signature + b"\0")
