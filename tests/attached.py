"""Files that people attach to a text: photographs with all that a camera writes, documents."""

from __future__ import annotations

import hashlib
import io
from uuid import UUID, uuid4

from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from referendum.lifecycle import acting
from referendum.lifecycle.attachments import attaching, imaging
from referendum.lifecycle.attachments.attaching import Telling
from referendum.lifecycle.attachments.tables import AttachedFile
from tests.town import Town

SIDEWAYS = 6
"""EXIF's word for a picture that was taken with the camera turned to the right."""
PHOTO = Telling(title_ko="화장실을 둘 자리", description_ko="공원 입구 오른쪽의 빈 잔디밭")
PLAN = Telling(title_ko="배치 계획", title_en="Plan")


def photograph(size: tuple[int, int] = (800, 600), *, where: str = "Somewhere 12") -> bytes:
    """A JPEG that says where it was taken, with what, and that it lies on its side."""
    picture = Image.new("RGB", size, "#3a7")
    picture.paste("#a33", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x9286] = where
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=where.encode())
    return out.getvalue()


def drawing(size: tuple[int, int] = (300, 200)) -> bytes:
    """A PNG that is half clear."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    picture.paste((200, 0, 0, 255), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def document(pages: int = 1) -> bytes:
    """A PDF."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in range(1, pages + 1):
        canvas.drawString(100, 700, f"Page {page}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked() -> bytes:
    """A PDF that only who has the password can read."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document())))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def hangs(town: Town, measure: UUID) -> None:
    """A text that is public already has a photograph and a document, as if from the start."""
    with town.begin() as uow:
        row = acting.lock(uow.session, measure)
        told = []
        for content, telling in ((photograph(), PHOTO), (document(), PLAN)):
            ready = imaging.ready(content)
            file = AttachedFile(
                id=uuid4(),
                measure_id=measure,
                kind=ready.kind.value,
                size=len(ready.content),
                sha256=hashlib.sha256(ready.content).hexdigest(),
                width=ready.width,
                height=ready.height,
                content=ready.content,
                preview=ready.preview,
                brought_by="test",
            )
            uow.session.add(file)
            told.append(attaching.said(file, telling))
        row.attachments = told
