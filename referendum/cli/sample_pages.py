"""The demo's pages of the city: honest about this software, and marked as nobody's real words."""

from __future__ import annotations

from uuid import UUID

from referendum.i18n.words import Language, Words
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.office import city_pages
from referendum.lifecycle.office.city_pages import Leaf, Texts


def write(uow: UnitOfWork, place: UUID) -> None:
    """Every page, in both languages, as the first version of each."""
    korean, english = (Words.load(one) for one in (Language.KO, Language.EN))
    for leaf in Leaf:
        key = f"sample.page.{leaf.value}"
        texts = Texts.of(korean(key), english(key))
        city_pages.write(uow, place, leaf, texts, mark="operator", demo=True)
