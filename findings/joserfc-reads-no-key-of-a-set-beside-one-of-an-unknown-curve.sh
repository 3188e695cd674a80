#!/usr/bin/env bash
# joserfc 1.8.0 (PyPI)
#
# Behaviour: `KeySet.import_key_set` passes over a key of a type that it does not know, as RFC 7517
# §5 advises for members of a set that a reader cannot use. A key of a known type on a curve that it
# does not know, of which the same advice speaks, ends the reading of the whole set with a bare
# KeyError, which is no `JoseError`. And of two keys with one `kid` and different types, which §4.5
# allows, `jwt.decode` takes the first and refuses the token that the other signed.
#
# Seen on 2026-11-30, each time with the key that signed the token in the set:
#   alone: accepted
#   beside a key of an unknown type: accepted
#   beside a key of an unknown curve: KeyError
#   beside a key of the same name and another type: InvalidKeyTypeError
#
# Why it matters here: a directory publishes its keys for all who ask it. On the day on which it adds
# a key on a curve of its own country (BP-256, as offices in Germany have) nobody of that office signs
# in any more, and what catches JoseError alone answers with a fault of the service. Keys are read
# one by one, and only those of the kind that the token's algorithm needs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check joserfc==1.8.0
seen=$("$folder/venv/bin/python" - <<'PYTHON'
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

signs = RSAKey.generate_key(2048, {"kid": "1"})
token = jwt.encode({"alg": "RS256", "kid": "1"}, {"sub": "kim"}, signs)
BESIDE = {
    "alone": [],
    "beside a key of an unknown type": [{"kty": "AKP", "kid": "2", "pub": "AA"}],
    "beside a key of an unknown curve": [
        {"kty": "EC", "kid": "2", "crv": "BP-256", "x": "AA", "y": "AA"}
    ],
    "beside a key of the same name and another type": [
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "1"}
    ],
}
for label, beside in BESIDE.items():
    keys = {"keys": [*beside, signs.as_dict(private=False)]}
    try:
        jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])
        print(f"{label}: accepted")
    except Exception as refused:
        print(f"{label}: {type(refused).__name__}")
PYTHON
)
echo "$seen"
expected="alone: accepted
beside a key of an unknown type: accepted
beside a key of an unknown curve: KeyError
beside a key of the same name and another type: InvalidKeyTypeError"
if [ "$seen" != "$expected" ]; then
  echo "This has changed." >&2
  exit 1
fi
