#!/usr/bin/env bash
# @expo-google-fonts/noto-sans-kr 0.4.3 (npm), read with fonttools 4.68.0 (PyPI)
#
# Behaviour: the TrueType files of Noto Sans KR that npm offers draw 8,138 hanja and 11,172
# syllables, and yet not every sign of CP949, the set in which Korean offices type and save: 35 of
# 16,841 are missing after Unicode normalisation (NFC). Among them are U+223C, which Korean input
# methods write for the wave between two years (2026∼2028), the ordinary hanja 隙, and the letters
# Ł ł and ı of Polish and Turkish names. Gothic A1 0.4.1 has all of them but the hanja.
#
# Seen on 2026-11-28:
#   signs of CP949 in NFC: 16841
#   Noto Sans KR lacks 35: U+0126 U+0127 U+0131 ... U+223C U+2252 U+25C8 U+9699
#   of these Gothic A1 lacks: U+9699
#
# Why it matters here: reportlab draws an empty box for a sign that a font lacks and says nothing.
# A certificate would have shown one in its title; it is set in four faces, asked one after another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fonttools==4.68.0
npm install --silent --ignore-scripts --no-audit --no-fund \
  @expo-google-fonts/noto-sans-kr@0.4.3 @expo-google-fonts/gothic-a1@0.4.1 >/dev/null
seen=$(venv/bin/python - <<'PYTHON'
import unicodedata
from fontTools.ttLib import TTFont

typed = {
    bytes([lead, trail]).decode("cp949", "ignore")
    for lead in range(0x81, 0xFF)
    for trail in range(0x41, 0xFF)
}
signs = {unicodedata.normalize("NFC", sign) for sign in typed if len(sign) == 1}
signs = {sign for sign in signs if sign.isprintable()}


def drawn(name):
    return set(TTFont(f"node_modules/@expo-google-fonts/{name}").getBestCmap())


def listed(missing):
    return " ".join(f"U+{ord(sign):04X}" for sign in sorted(missing))


korean = drawn("noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf")
gothic = drawn("gothic-a1/400Regular/GothicA1_400Regular.ttf")
lacking = {sign for sign in signs if ord(sign) not in korean}
still = {sign for sign in lacking if ord(sign) not in gothic}
print("signs of CP949 in NFC:", len(signs))
print(f"Noto Sans KR lacks {len(lacking)}:", listed(lacking))
print("of these Gothic A1 lacks:", listed(still))
PYTHON
)
echo "$seen"
expected="signs of CP949 in NFC: 16841
Noto Sans KR lacks 35: U+0126 U+0127 U+0131 U+0132 U+0133 U+0138 U+013F U+0140 U+0141 U+0142 U+0149 U+014A U+014B U+0166 U+0167 U+02D0 U+02D8 U+02DA U+02DB U+02DD U+207F U+2081 U+2082 U+2083 U+2084 U+2153 U+2154 U+215B U+215C U+215D U+215E U+223C U+2252 U+25C8 U+9699
of these Gothic A1 lacks: U+9699"
if [ "$seen" != "$expected" ]; then
  echo "This has changed." >&2
  exit 1
fi
