"""The PDF says what the JSON says, to every reader, and nothing that a title smuggled in."""

import re
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError
from pypdf import PdfReader

from referendum.certificates.documents import Document
from referendum.certificates.layout import Fonts, FontsMissing, render
from referendum.certificates.parts import Channel, VoidReason
from referendum.i18n.words import Words
from tests.certificates import samples
from tests.certificates.printing import set_once
from tests.certificates.reading import READERS, numbers_in, with_poppler, with_pypdf, written

SAMPLES = (samples.certificate, samples.not_counted, samples.insufficient, samples.advisory)
LABEL = "자문투표 · 법적 구속력 없음"


@pytest.fixture(scope="module")
def advisory(fonts: Fonts) -> bytes:
    return set_once(samples.advisory(), fonts=fonts)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_cer_06_every_number_of_the_json_stands_in_the_pdf(
    sample: Any, language: str, read: Any, fonts: Fonts
) -> None:
    text = "\n".join(read(set_once(sample(), fonts=fonts, language=language)))
    wanted = {f"{number:,}" for number in numbers_in(Document.model_validate(sample()).as_json())}
    assert wanted - written(text) == set()


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_cer_06_no_count_stands_in_the_pdf_that_the_json_does_not_have(
    sample: Any, read: Any, fonts: Fonts
) -> None:
    """Column sums of a district table are the poll's own totals, so they are no exception."""
    text = "\n".join(read(set_once(sample(), fonts=fonts)))
    known = {f"{number:,}" for number in numbers_in(Document.model_validate(sample()).as_json())}
    assert {number for number in written(text) if "," in number} - known == set()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_same_document_gives_the_same_bytes(sample: Any, fonts: Fonts) -> None:
    once = render(sample(), fonts=fonts)
    assert render(Document.model_validate(sample()), fonts=fonts) == once
    reordered = dict(reversed(sample().items()))
    assert render(reordered, fonts=fonts) == once
    assert render(sample(), fonts=fonts, language="en") != once


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_font_is_embedded(sample: Any, fonts: Fonts, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(set_once(sample(), fonts=fonts))
    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True)
    rows = listed.stdout.splitlines()[2:]
    assert rows
    assert all("Pretendard" in row and re.search(r"yes yes yes", row) for row in rows)


def test_pages_are_numbered_and_language_and_title_are_set(fonts: Fonts) -> None:
    pdf = set_once(samples.insufficient(), fonts=fonts)
    pages = with_pypdf(pdf)
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        assert Document.model_validate(samples.insufficient()).sha256[:16] in page
    reader = PdfReader(BytesIO(pdf))
    assert str(reader.root_object["/Lang"]) == "ko"
    assert reader.metadata is not None
    assert "고양시장 주민소환투표 청구" in (reader.metadata.title or "")


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_file_is_dated_by_the_issue_of_the_document(sample: Any, fonts: Fonts) -> None:
    """Not by the day it was set, and in no other zone than the universal one."""
    metadata = PdfReader(BytesIO(set_once(sample(), fonts=fonts))).metadata
    assert metadata is not None
    issued = datetime(2007, 12, 13, 1, 36, tzinfo=UTC)
    assert (metadata.creation_date, metadata.modification_date) == (issued, issued)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_who_led_is_said_in_the_language_of_the_paper(
    language: str, read: Any, fonts: Fonts
) -> None:
    text = "\n".join(read(set_once(samples.certificate(), fonts=fonts, language=language)))
    led = {
        "ko": "표를 더 많이 얻은 쪽: 찬성 (유효표 20,283표 가운데 17,400표)",
        "en": "More votes went to: Yes (valid votes: 17,400 of 20,283)",
    }
    for other, said in led.items():
        assert (said in text) is (other == language)


@pytest.mark.parametrize(("instrument", "offered"), [("initiative", False), ("recall", True)])
def test_on_an_initiative_nobody_is_offered_a_choice(
    instrument: str, fonts: Fonts, *, offered: bool
) -> None:
    """The council votes, and not the residents."""
    document = {**samples.insufficient(), "instrument": instrument}
    (read, *_) = READERS
    assert ("•" in "\n".join(read(set_once(document, fonts=fonts)))) is offered


def test_no_code_stands_where_a_word_is_known(fonts: Fonts) -> None:
    document = samples.advisory()
    document["effects"].append({"key": "no_legal_effect"})
    document["rulebook"]["assumed"] = ["signing.minimum_assurance"]
    for officer in document["officers"]:
        officer["authority"] = "mayor"
    text = "".join(with_pypdf(set_once(document, fonts=fonts)))
    assert "서명: 본인 확인의 최소 수준" in text
    assert "minimum_assurance" not in text
    assert "시장 소속 · 확인" in text
    assert "mayor" not in text
    assert "안건번호" in text
    assert text.count("법적 구속력이 없") == 1


def test_a_long_table_repeats_its_head_and_loses_no_district(fonts: Fonts) -> None:
    pages = with_poppler(set_once(samples.insufficient(), fonts=fonts))
    holding = [page for page in pages if any(name in page for name in samples.GOYANG)]
    assert len(holding) > 1
    assert all("필요한 수" in page for page in holding)
    missing = [name for name in samples.GOYANG if name not in "".join(holding)]
    assert missing == []


def test_sums_and_articles_are_printed_in_words(fonts: Fonts) -> None:
    text = "".join(with_pypdf(set_once(samples.certificate(), fonts=fonts)))
    assert "55,775 × 1/3 = 18,592 (소수점 아래는 올림)" in text
    assert "20,283 × 1/2보다 큰 가장 작은 수 = 10,142" in text
    assert "주민소환에 관한 법률 제22조제1항" in text
    assert "소환 찬성 가결" in text
    assert "-34" in text
    assert "투표용지를 받고 넣지 않은 사람이 있음" in text


@pytest.mark.parametrize("read", READERS)
def test_a_box_that_was_not_opened_shows_no_option_count(read: Any, fonts: Fonts) -> None:
    text = "\n".join(read(set_once(samples.not_counted(), fonts=fonts)))
    assert "개표하지 않음" in text
    assert "투표함을 열지 않았습니다" in text
    assert "선택지별 득표" not in text
    assert "무효표" not in text
    assert "투표함 속 용지" not in text


def test_a_transcript_names_its_original_and_never_calls_itself_a_certificate(
    fonts: Fonts,
) -> None:
    pdf = set_once(samples.not_counted(), fonts=fonts)
    pages = with_pypdf(pdf)
    assert all("등본" in page for page in pages)
    assert "제2011-108호" in pages[0]
    assert "결과 증명서" not in "".join(pages)
    title = PdfReader(BytesIO(pdf)).metadata
    assert title is not None
    assert "등본" in (title.title or "")


@pytest.mark.parametrize("read", READERS)
def test_cer_08_an_advisory_result_says_so_on_every_page(advisory: bytes, read: Any) -> None:
    pages = read(advisory)
    assert len(pages) > 1
    assert all(LABEL in page for page in pages)
    text = "".join(pages)
    assert "주민투표" not in text
    assert "확정" not in text
    assert "증명서" not in text
    assert "자문투표 결과서" in text


def test_cer_08_the_label_is_in_the_title_of_the_file_and_in_the_json(advisory: bytes) -> None:
    metadata = PdfReader(BytesIO(advisory)).metadata
    assert metadata is not None
    assert LABEL in (metadata.title or "")
    told = Document.model_validate(samples.advisory()).as_json()
    assert told["no_legal_effect"] is True
    assert told["label"]["ko"] == "자문투표 · 법적 구속력 없음"


def test_an_advisory_tie_has_no_winner_and_says_so(fonts: Fonts) -> None:
    document = samples.advisory()
    document["poll"] |= {
        "winner": None,
        "options": [{"key": "park", "count": 7}, {"key": "hall", "count": 7}],
        "invalid": 0,
        "papers": 14,
        "cast": 14,
        "districts": [],
    }
    text = "".join(with_pypdf(set_once(document, fonts=fonts)))
    assert "표가 같습니다." in text
    assert "표를 더 많이 얻은 쪽" not in text


@pytest.mark.parametrize(
    ("changes", "band"),
    [
        ({"demo": True}, "시연용 — 실제 결과가 아닙니다"),
        ({"rehearsal": True}, "예행연습 — 실제 결과가 아닙니다"),
    ],
)
def test_a_demo_and_a_rehearsal_say_so_on_every_page(
    changes: dict[str, bool], band: str, fonts: Fonts
) -> None:
    pages = with_pypdf(set_once(samples.certificate(**changes), fonts=fonts))
    assert all(band in page for page in pages)
    assert "법적 효력" not in "".join(pages)
    plain = "".join(with_pypdf(set_once(samples.certificate(), fonts=fonts)))
    assert band not in plain


def test_a_long_question_and_a_long_word_stay_on_the_pages(fonts: Fonts) -> None:
    document = samples.certificate()
    document["measure"]["question"] = {"ko": "긴 물음입니다. " * 450}
    document["measure"]["title"] = {"ko": "가" * 400}
    document["poll"]["gap"]["reason"] = "사유" * 1_500
    document["measure"]["options"][0]["label"] = {"ko": "찬성합니다" * 40}
    document["officers"][0]["name"] = "이름" * 60
    document["rulebook"]["laws"] = [f"{'법' * 480} 제{number}조" for number in range(1, 20)]
    text = re.sub(r"\s", "", "".join(with_pypdf(set_once(document, fonts=fonts))))
    assert text.count("긴") == 450
    assert all(f"제{number}조" in text for number in range(1, 20))


def test_a_vote_among_many_is_set_in_tables_that_fit(fonts: Fonts) -> None:
    document = samples.advisory()
    keys = [f"plan-{number}" for number in range(12)]
    tallies: list[dict[str, Any]] = [
        {"key": key, "count": 100_000 + number} for number, key in enumerate(keys)
    ]
    total = sum(tally["count"] for tally in tallies)
    document["measure"]["options"] = [{"key": key, "label": {"ko": f"{key}안"}} for key in keys]
    document["poll"] |= {
        "winner": keys[-1],
        "options": tallies,
        "invalid": 0,
        "papers": total,
        "cast": total,
        "districts": [{"name": "주교동", "electors": total, "cast": total, "options": tallies}],
    }
    pages = with_poppler(set_once(document, fonts=fonts))
    assert all(f"{100_000 + number:,}" in "".join(pages) for number in range(12))


@pytest.mark.parametrize(("part", "key"), [("void", "outside_area"), ("channels", "fax")])
def test_a_code_without_words_is_no_part_of_a_document(part: str, key: str, fonts: Fonts) -> None:
    document = samples.insufficient()
    document["petition"][part] = [{"key": key, "count": 3}]
    with pytest.raises(ValidationError, match=f"petition.{part}"):
        render(document, fonts=fonts)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_code_is_printed_where_words_belong(language: str, fonts: Fonts) -> None:
    document = samples.insufficient()
    document["petition"]["void"] = [{"key": reason, "count": 3} for reason in get_args(VoidReason)]
    document["petition"]["channels"] = [{"key": one, "count": 5} for one in get_args(Channel)]
    text = "".join(with_pypdf(set_once(document, fonts=fonts, language=language)))
    assert not re.search(r"[a-z]_[a-z]", text)
    assert Words.load(language)("signatures.reason.outside_city") in text


def test_the_qr_code_holds_the_address(fonts: Fonts, tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(set_once(samples.certificate(), fonts=fonts))
    last = len(PdfReader(path).pages)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-f", str(last), "-singlefile", path, tmp_path / "page"],
        check=True,
    )
    seen = subprocess.run(
        ["zbarimg", "--raw", "-q", str(tmp_path / "page.png")], capture_output=True, check=True
    )
    assert seen.stdout.decode().strip() == samples.certificate()["verification_url"]


def test_missing_fonts_are_a_clear_refusal(tmp_path: Path) -> None:
    (tmp_path / "Pretendard-Bold.ttf").touch()
    with pytest.raises(FontsMissing) as missing:
        Fonts.find(tmp_path)
    assert missing.value.code == "fonts-missing"
    files = missing.value.facts["files"]
    assert isinstance(files, list)
    assert "Pretendard-Regular.ttf" in files
    assert "Pretendard-Bold.ttf" not in files


@pytest.mark.parametrize(
    ("language", "said"), [("ko", "2007년 12월 12일 밤 12시"), ("en", "12 December 2007, midnight")]
)
def test_a_period_that_ends_at_midnight_ends_on_its_own_last_day(
    language: str, said: str, fonts: Fonts, tmp_path: Path
) -> None:
    """The day that was announced; 00:00 of the next one reads like a day more."""
    times = samples.certificate()["times"]
    document = samples.certificate(times={**times, "petition_closed_at": "2007-12-12T15:00:00Z"})
    (tmp_path / "it.pdf").write_bytes(set_once(document, fonts=fonts, language=language))
    pages = PdfReader(tmp_path / "it.pdf").pages
    assert said in " ".join("\n".join(page.extract_text() for page in pages).split())


CAPTIONS = tuple(
    f"certificate.{kind}.{key}"
    for kind, keys in {
        "section": ("question", "law", "findings", "outcome", "certification", "record"),
        "column": ("district", "option", "votes"),
        "number": ("electors", "issued", "cast"),
    }.items()
    for key in keys
)


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_an_office_writes_in_korean_is_in_korean_alone(sample: Any, fonts: Fonts) -> None:
    text = " ".join(with_poppler(set_once(sample(), fonts=fonts)))
    english = Words.load("en")
    assert [key for key in CAPTIONS if re.search(rf"\b{re.escape(english(key))}\b", text)] == []
    title = sample()["measure"]["title"]
    assert title["ko"] in text.replace("\n", " ")
    assert title.get("en") is None or title["en"] not in text.replace("\n", " ")


def test_it_ends_with_who_issues_it_and_the_place_for_the_seal(fonts: Fonts) -> None:
    first, *_, last = with_poppler(set_once(samples.certificate(), fonts=fonts))
    assert "관인" in last
    assert "하남시선거관리위원회" in first
    assert "하남시 하남시선거관리위원회" not in first + last
