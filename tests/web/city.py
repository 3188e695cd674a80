"""What the town says of its own service, as its operators write it."""

from __future__ import annotations

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.office import city_pages
from referendum.lifecycle.office.city_pages import Leaf, Texts
from referendum.lifecycle.office.tables import CityPage
from tests.town import Town, seconded


def says(town: Town, leaf: Leaf, ko: str = "처음 쓴 글", en: str = "") -> CityPage:
    """A page says so from now on, each time something else."""
    with town.begin() as uow:
        said = len(city_pages.versions(uow.session, town.place, leaf))
        texts = Texts.of(f"{ko}\n\n{said + 1}번째", en)
        by = seconded(town.officer(Authority.MAYOR, Role.ADMINISTRATOR))
        return city_pages.publish(uow, leaf, texts, by=by)
