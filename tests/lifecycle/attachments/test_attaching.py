"""Attachments are the text's own: frozen by its hash, had back from its versions, then for good."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import drafting, versions
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.attachments.attaching import MOST, Telling
from referendum.lifecycle.attachments.errors import (
    AttachmentNotFound,
    AttachmentUnknown,
    AttachmentUntold,
    TooManyAttachments,
)
from referendum.lifecycle.attachments.tables import AttachedFile
from referendum.lifecycle.errors import NotADraft, NotRepresentative
from referendum.lifecycle.stages import Act, Stage
from tests.attached import PHOTO, PLAN, document, photograph
from tests.papers import WORDS
from tests.together import withdraws
from tests.town import Town
from thresholds.vocabulary import Instrument

PAPER = document()
Change = Callable[[UnitOfWork], object]


@pytest.fixture
def draft(town: Town) -> UUID:
    with town.begin() as uow:
        begun = drafting.draft(
            uow, instrument=Instrument.INITIATIVE, words=WORDS, by=town.resident(1)
        )
        return begun.id


def attaches(town: Town, draft: UUID, content: bytes, telling: Telling = PHOTO) -> None:
    with town.begin() as uow:
        attaching.add(uow, draft, content=content, telling=telling, by=town.resident(1))


def titles(town: Town, draft: UUID) -> list[str]:
    return [one.telling.title_ko for one in attaching.of_measure(town.measure(draft))]


def files(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(AttachedFile)) or 0


def test_they_stand_in_an_order_of_their_own(town: Town, draft: UUID) -> None:
    attaches(town, draft, photograph())
    attaches(town, draft, PAPER, PLAN)
    assert titles(town, draft) == [PHOTO.title_ko, PLAN.title_ko]
    with town.begin() as uow:
        attaching.move_up(uow, draft, 2, by=town.resident(1))
        attaching.move_up(uow, draft, 1, by=town.resident(1))
    assert titles(town, draft) == [PLAN.title_ko, PHOTO.title_ko]
    with town.begin() as uow:
        other = Telling(title_ko="다른 이름")
        attaching.tell(uow, draft, 1, telling=other, by=town.resident(1))
    assert titles(town, draft) == ["다른 이름", PHOTO.title_ko]


def test_the_fingerprint_of_a_text_is_also_of_what_is_attached(town: Town, draft: UUID) -> None:
    """And of a text without any what it was before there were attachments."""
    seen = [drafting.fingerprint(town.measure(draft))]
    steps: tuple[Change, ...] = (
        lambda uow: attaching.add(uow, draft, content=PAPER, telling=PLAN, by=town.resident(1)),
        lambda uow: attaching.tell(
            uow, draft, 1, telling=Telling(title_ko="다른 이름"), by=town.resident(1)
        ),
        lambda uow: attaching.add(
            uow, draft, content=photograph(), telling=PHOTO, by=town.resident(1)
        ),
        lambda uow: attaching.move_up(uow, draft, 2, by=town.resident(1)),
    )
    for step in steps:
        with town.begin() as uow:
            step(uow)
        seen.append(drafting.fingerprint(town.measure(draft)))
    assert len(set(seen)) == len(seen), "each change makes another text"
    with town.begin() as uow:
        attaching.remove(uow, draft, 1, by=town.resident(1))
        attaching.remove(uow, draft, 1, by=town.resident(1))
    assert drafting.fingerprint(town.measure(draft)) == seen[0]
    # The same file brought again, in another draft, is the same text: no id is part of it.
    attaches(town, draft, PAPER, PLAN)
    assert drafting.fingerprint(town.measure(draft)) == seen[1]


def test_what_is_taken_away_can_be_had_back_until_the_text_is_frozen(
    town: Town, draft: UUID
) -> None:
    attaches(town, draft, photograph())
    attaches(town, draft, PAPER, PLAN)
    with town.begin() as uow:
        attaching.remove(uow, draft, 1, by=town.resident(1))
    assert (titles(town, draft), files(town)) == ([PLAN.title_ko], 2)
    with town.begin() as uow:
        last = versions.of_draft(uow.session, draft)[0].number
        drafting.restore(uow, draft, number=last, by=town.resident(1))
    assert titles(town, draft) == [PHOTO.title_ko, PLAN.title_ko]
    with town.begin() as uow:
        attaching.remove(uow, draft, 1, by=town.resident(1))
    town.acts(draft, Act.APPLY, town.resident(1))
    assert (titles(town, draft), files(town)) == ([PLAN.title_ko], 1), "nothing else is kept"
    changes: tuple[Change, ...] = (
        lambda uow: attaching.add(uow, draft, content=PAPER, telling=PLAN, by=town.resident(1)),
        lambda uow: attaching.remove(uow, draft, 1, by=town.resident(1)),
        lambda uow: attaching.move_up(uow, draft, 1, by=town.resident(1)),
        lambda uow: attaching.tell(uow, draft, 1, telling=PLAN, by=town.resident(1)),
    )
    for change in changes:
        with pytest.raises(NotADraft), town.begin() as uow:
            change(uow)


def test_a_refused_file_leaves_nothing(town: Town, draft: UUID) -> None:
    cases = (
        (b"words", PLAN, AttachmentUnknown, "file"),
        (document(), Telling(title_ko=" "), AttachmentUntold, "title_ko"),
        (document(), Telling(title_ko="가" * 121), AttachmentUntold, "title_ko"),
        (photograph(), PLAN, AttachmentUntold, "description_ko"),
        (photograph(), Telling(title_ko="가", description_ko="가" * 1_001), AttachmentUntold,
         "description_ko"),
    )  # fmt: skip
    for content, telling, refusal, field in cases:
        with pytest.raises(refusal) as refused:
            attaches(town, draft, content, telling)
        assert refused.value.field == field
    assert (titles(town, draft), files(town)) == ([], 0)
    for number in (0, 1, 6):
        with pytest.raises(AttachmentNotFound), town.begin() as uow:
            attaching.remove(uow, draft, number, by=town.resident(1))


def test_a_text_has_so_many_and_only_its_authors_attach(town: Town, draft: UUID) -> None:
    for _ in range(MOST):
        attaches(town, draft, PAPER, PLAN)
    with pytest.raises(TooManyAttachments):
        attaches(town, draft, PAPER, PLAN)
    with pytest.raises(NotRepresentative), town.begin() as uow:
        attaching.remove(uow, draft, 1, by=town.resident(2))


def test_however_often_it_is_changed_no_more_is_kept_than_versions_have(
    town: Town, draft: UUID
) -> None:
    for _ in range(versions.MOST + 5):
        attaches(town, draft, PAPER, PLAN)
        with town.begin() as uow:
            attaching.remove(uow, draft, 1, by=town.resident(1))
    assert files(town) <= versions.MOST


def test_a_draft_that_is_given_up_leaves_no_file(town: Town, draft: UUID) -> None:
    attaches(town, draft, PAPER, PLAN)
    withdraws(town, draft)
    assert town.stage(draft) is Stage.ABANDONED
    assert files(town) == 0
