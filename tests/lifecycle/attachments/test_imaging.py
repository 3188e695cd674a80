"""What is published of a file: a document as it is, a picture's pixels and nothing beside them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from referendum.kernel.errors import DomainError
from referendum.lifecycle.attachments import imaging
from referendum.lifecycle.attachments.errors import (
    AttachmentBroken,
    AttachmentLocked,
    AttachmentTooLarge,
    AttachmentUnknown,
    PictureTooLarge,
)
from referendum.papers.recognising import Kind
from tests.attached import document, drawing, locked, photograph


def test_a_photograph_keeps_its_pixels_and_loses_what_the_camera_wrote() -> None:
    brought = photograph(where="Somewhere 12")
    assert b"Somewhere 12" in brought
    ready = imaging.ready(brought)
    assert ready.kind is Kind.JPEG
    assert ready.preview is not None
    for content in (ready.content, ready.preview):
        assert b"Somewhere" not in content
        assert b"Camera" not in content
        with Image.open(io.BytesIO(content)) as shown:
            assert not shown.getexif()
            assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density",
                                       "progressive", "progression"}  # fmt: skip


def test_a_picture_that_was_taken_sideways_stands_upright() -> None:
    ready = imaging.ready(photograph((800, 600)))
    assert (ready.width, ready.height) == (600, 800)
    with Image.open(io.BytesIO(ready.content)) as shown:
        assert shown.size == (600, 800)
        red, green = shown.getpixel((300, 100)), shown.getpixel((300, 700))
        assert isinstance(red, tuple)
        assert isinstance(green, tuple)
        assert red[0] > red[1], "its left half is the upper one now"
        assert green[1] > green[0]


def test_what_is_clear_stays_so_and_is_white_where_it_cannot_be() -> None:
    ready = imaging.ready(drawing())
    with Image.open(io.BytesIO(ready.content)) as shown:
        assert (shown.format, shown.mode) == ("PNG", "RGBA")
        assert shown.getpixel((250, 100)) == (0, 0, 0, 0)
    assert ready.preview is not None
    with Image.open(io.BytesIO(ready.preview)) as small:
        assert small.getpixel((250, 100)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller() -> None:
    ready = imaging.ready(photograph((4_000, 3_000)))
    assert (ready.width, ready.height) == (1_800, 2_400)
    assert ready.preview is not None
    with Image.open(io.BytesIO(ready.preview)) as small:
        assert small.width == imaging.PREVIEW[0]


def test_a_document_is_as_it_came() -> None:
    brought = document(pages=2)
    ready = imaging.ready(brought)
    assert (ready.kind, ready.content, ready.preview) == (Kind.PDF, brought, None)


def bomb() -> bytes:
    """A PNG of a single colour: few bytes, and more pixels than are unpacked."""
    out = io.BytesIO()
    Image.new("1", (8_000, 8_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("brought", "refusal"),
    [
        (b"", AttachmentUnknown),
        (b"plain words", AttachmentUnknown),
        (b"GIF89a" + b"\0" * 40, AttachmentUnknown),
        (document()[:200], AttachmentBroken),
        (document().replace(b"/Pages", b"/Stags"), AttachmentBroken),
        (photograph()[:2_000], AttachmentBroken),
        (photograph()[:400] + b"\xff\xd9", AttachmentBroken),
        (locked(), AttachmentLocked),
        (document() + b"\n%" + b"x" * imaging.MOST, AttachmentTooLarge),
        (bomb(), PictureTooLarge),
    ],
    ids=["nothing", "words", "GIF", "half a PDF", "PDF without pages", "half a JPEG",
         "JPEG without its middle", "password", "large", "many pixels"],
)  # fmt: skip
def test_what_nobody_could_read_is_refused_with_its_field(
    brought: bytes, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal) as refused:
        imaging.ready(brought)
    assert refused.value.field == "file"
