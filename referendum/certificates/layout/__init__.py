"""Sets a certificate as a PDF that a person reads from top to bottom.

The only place that knows reportlab. The same document gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from referendum.certificates import telling
from referendum.certificates.documents import Document
from referendum.certificates.layout import closing, numbers, opening, verdict
from referendum.certificates.layout.ink import Pen
from referendum.certificates.layout.pages import MARGIN, Furniture, Pages
from referendum.certificates.layout.typefaces import REGULAR, Fonts, FontsMissing, printable
from referendum.i18n.words import Words

__all__ = ["Fonts", "FontsMissing", "render"]


def render(
    document_json: Mapping[str, Any] | Document,
    *,
    fonts: Fonts,
    language: str = "ko",
    replaced: bool = False,
) -> bytes:
    """The PDF of a document, in one language.

    `replaced`: every sheet says that its numbers are no longer the result.

    Raises FontsMissing, and pydantic's ValidationError for JSON that is no certificate.
    """
    document = (
        document_json
        if isinstance(document_json, Document)
        else Document.model_validate(document_json)
    )
    pen = Pen(document, Words.load(language), fonts.register())
    story = [
        flowable
        for section in (
            opening.heading,
            opening.question,
            opening.law,
            verdict.findings,
            verdict.outcome,
            verdict.undertakings,
            numbers.petition,
            numbers.poll,
            closing.certification,
            closing.evidence,
        )
        for flowable in section(pen)
    ]
    furniture = _furniture(pen, replaced=replaced)
    target = BytesIO()
    _template(target, pen, furniture).build(story, canvasmaker=partial(Pages, furniture=furniture))
    return target.getvalue()


def _furniture(pen: Pen, *, replaced: bool) -> Furniture:
    document = pen.document
    name = f"{pen.plain(document.jurisdiction)} {telling.title(document, pen.words)}"
    label = None
    if document.instrument == "advisory":
        label = pen.words("certificate.label.advisory")
    elif document.no_legal_effect:
        label = pen.words("certificate.label.not_binding")
    elif document.kind == "transcript":
        label = pen.words("certificate.label.transcript")
    band = None
    if replaced or document.demo or document.rehearsal:
        key = "replaced" if replaced else "demo" if document.demo else "rehearsal"
        band = pen.words(f"certificate.band.{key}")
    title = f"{name} — {pen.plain(document.measure.title)}"
    return Furniture(
        title=printable(title, pen.fonts),
        serial=printable(document.serial, pen.fonts),
        label=label,
        band=band,
        digest=document.sha256,
        accent=pen.accent,
        fonts=pen.fonts,
        issued_at=document.times.issued_at,
    )


def _template(target: BytesIO, pen: Pen, furniture: Furniture) -> BaseDocTemplate:
    words = pen.words
    title = furniture.title if furniture.label is None else f"{furniture.title} ({furniture.label})"
    template = BaseDocTemplate(
        target,
        pagesize=A4,
        invariant=1,
        lang=str(words.language),
        displayDocTitle=1,
        title=title if furniture.band is None else f"[{furniture.band}] {title}",
        author=printable(pen.plain(pen.document.authority), pen.fonts),
        subject=furniture.serial,
        creator="Referendum",
        producer="Referendum",
        keywords=[f"sha256:{furniture.digest}"],
        initialFontName=REGULAR,
        allowSplitting=1,
    )
    wide, high = A4
    top, bottom = 20 * mm, 18 * mm
    frame = Frame(
        MARGIN,
        bottom,
        wide - 2 * MARGIN,
        high - top - bottom,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    template.addPageTemplates([PageTemplate(frames=[frame])])
    return template
