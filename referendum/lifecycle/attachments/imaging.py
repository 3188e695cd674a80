"""A file as everybody may be given it: looked through, and a picture made anew.

A picture carries more than is seen: where it was taken, by which device, a smaller copy of what was
cut away. What is published holds pixels alone, upright.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from referendum.lifecycle.attachments.errors import (
    AttachmentBroken,
    AttachmentLocked,
    AttachmentTooLarge,
    AttachmentUnknown,
    PictureTooLarge,
)
from referendum.papers import recognising
from referendum.papers.errors import PaperFileBroken, PaperFileTooLarge, PaperFileUnknown
from referendum.papers.recognising import Kind

FIELD: Final = "file"
MEGABYTE: Final = 1 << 20
MOST: Final = 5 * MEGABYTE
"""Bytes of one attachment, as it is brought."""
PIXELS: Final = 40_000_000
"""Of a picture: a large photograph has 24 million, and each takes four bytes while it is drawn."""
LONGEST: Final = 2_400
"""Pixels of a picture's longer side as it is kept: two of every dot that the widest page shows."""
PREVIEW: Final = (720, 1_440)
"""Pixels within which the smaller picture of a page stays."""
QUALITY: Final = 85
PREVIEW_QUALITY: Final = 72
"""Of a JPEG, where 100 is the most."""
FORMS: Final = {Kind.PNG: "PNG", Kind.JPEG: "JPEG"}
PLAIN: Final = "RGB"


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that can be published."""

    kind: Kind
    content: bytes
    preview: bytes | None = None
    width: int | None = None
    height: int | None = None
    """Of a picture, in pixels."""


def ready(content: bytes, *, most: int = MOST) -> Ready:
    """What was brought, made fit for everybody; refused where it is nothing that can be."""
    try:
        kind = recognising.recognise(io.BytesIO(content), most=most)
    except PaperFileTooLarge as large:
        raise AttachmentTooLarge(field=FIELD, most=most // MEGABYTE) from large
    except PaperFileUnknown as unknown:
        raise AttachmentUnknown(field=FIELD) from unknown
    except PaperFileBroken as broken:
        raise AttachmentBroken(field=FIELD, kind=str(broken.facts["kind"])) from broken
    if kind is Kind.TIFF:
        raise AttachmentUnknown(field=FIELD)
    return _document(content) if kind is Kind.PDF else _picture(content, kind)


def _document(content: bytes) -> Ready:
    """A PDF as it came: it is saved by whoever wants it, and shown within none of our pages."""
    try:
        reader = PdfReader(io.BytesIO(content))
        locked, pages = reader.is_encrypted, 0
        if not locked:
            pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as broken:
        raise AttachmentBroken(field=FIELD, kind=Kind.PDF.value) from broken
    if locked:
        raise AttachmentLocked(field=FIELD)
    if not pages:
        raise AttachmentBroken(field=FIELD, kind=Kind.PDF.value)
    return Ready(Kind.PDF, content)


def _picture(content: bytes, kind: Kind) -> Ready:
    try:
        with Image.open(io.BytesIO(content), formats=(FORMS[kind],)) as brought:
            if brought.width * brought.height > PIXELS:
                raise PictureTooLarge(field=FIELD, most=PIXELS // 1_000_000)
            upright = ImageOps.exif_transpose(brought)
            drawn = _pixels(upright, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureTooLarge(field=FIELD, most=PIXELS // 1_000_000) from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise AttachmentBroken(field=FIELD, kind=kind.value) from broken
    drawn.thumbnail((LONGEST, LONGEST))
    small = _on_white(drawn)
    small.thumbnail(PREVIEW)
    return Ready(
        kind,
        _written(drawn, FORMS[kind], QUALITY),
        _written(small, FORMS[Kind.JPEG], PREVIEW_QUALITY),
        drawn.width,
        drawn.height,
    )


def _pixels(picture: Image.Image, kind: Kind) -> Image.Image:
    """Its colours, and what is clear in a PNG; nothing else that came with it."""
    clear = kind is Kind.PNG and picture.has_transparency_data
    return picture.convert("RGBA" if clear else PLAIN)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == PLAIN:
        return picture.copy()
    ground = Image.new(PLAIN, picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _written(picture: Image.Image, form: str, quality: int) -> bytes:
    """Without anything that was written beside the pixels: what `info` holds is let go."""
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    out = io.BytesIO()
    if form == FORMS[Kind.PNG]:
        bare.save(out, form, optimize=True)
    else:
        bare.save(out, form, quality=quality, progressive=True, optimize=True)
    return out.getvalue()
