"""The PDF of a certificate whose numbers were replaced is made once more, and says so."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from referendum.certificates.tables import CertificatePdf
from referendum.lifecycle import surveying
from tests.certificates.reading import with_pypdf
from tests.lifecycle.advisory.test_correcting import certificates, corrects
from tests.town import Town
from tests.worker.office import Office


def test_the_old_pdf_is_stamped_and_the_first_one_is_kept(
    town: Town, office: Office, advisory_declared: UUID
) -> None:
    office.empties()
    (first,) = certificates(town, advisory_declared)
    with town.begin() as uow:
        before = surveying.pdf_of(uow.session, first.id)
    assert before is not None
    corrects(town, advisory_declared)
    office.empties()
    with town.begin() as uow:
        made = uow.session.scalars(select(CertificatePdf).order_by(CertificatePdf.stamped)).all()
        now = surveying.pdf_of(uow.session, first.id)
    assert [one.stamped for one in made] == [False, True]
    assert made[0].pdf == before, "what was handed out stays as evidence"
    assert now == made[1].pdf
    assert all("더는 결과가 아닙니다" in " ".join(one.split()) for one in with_pypdf(now))
    assert town.recorded(advisory_declared).count("certificate.printed") == 2
