#!/usr/bin/env bash
# phonenumbers 9.0.43 (PyPI)
#
# Behaviour: `is_valid_number` is true, and the type MOBILE, for Korean 010 numbers that cannot be
# given to anybody: with seven digits after 010 instead of eight, and with 0 or 1 as the first of
# the eight. Numbers of 011 and 016, which were moved to 010 years ago, are valid as well.
#
# Seen on 2026-11-28:
#   010-2345-6789 valid MOBILE +821023456789
#   010-234-5678 valid MOBILE +82102345678
#   010-0234-5678 valid MOBILE +821002345678
#   010-1234-5678 valid MOBILE +821012345678
#   011-234-5678 valid MOBILE +82112345678
#
# Why it matters here: a code "sent" to such a number never arrives and is paid for, and a register
# that holds one locks its owner out without a word. The service has a rule of its own for 010.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
seen=$("$folder/venv/bin/python" - <<'PYTHON'
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

for written in ("010-2345-6789", "010-234-5678", "010-0234-5678", "010-1234-5678", "011-234-5678"):
    number = phonenumbers.parse(written, "KR")
    valid = "valid" if phonenumbers.is_valid_number(number) else "invalid"
    kind = PhoneNumberType.to_string(phonenumbers.number_type(number))
    print(written, valid, kind, phonenumbers.format_number(number, PhoneNumberFormat.E164))
PYTHON
)
echo "$seen"
expected="010-2345-6789 valid MOBILE +821023456789
010-234-5678 valid MOBILE +82102345678
010-0234-5678 valid MOBILE +821002345678
010-1234-5678 valid MOBILE +821012345678
011-234-5678 valid MOBILE +82112345678"
if [ "$seen" != "$expected" ]; then
  echo "This has changed." >&2
  exit 1
fi
