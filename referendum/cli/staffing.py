"""`referendum staff`: an authority's first two administrators, and opening an account again."""

from __future__ import annotations

from typing import Annotated

import typer

from referendum.cli.speaking import Lang, deployment, speaking
from referendum.identity import accounts, staff, unlocking
from referendum.identity.accounts import Wanted
from referendum.identity.errors import StaffNotFound
from referendum.kernel.people import Authority, Role
from referendum.roll import places

commands = typer.Typer(help="Accounts of officers.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Accounts of officers."""


@commands.command("administrator")
def administrator(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    *,
    authority: Annotated[Authority, typer.Option(help="The authority it belongs to.")],
    name: Annotated[str, typer.Option(help="The officer's name, as certificates show it.")],
    title: Annotated[str, typer.Option(help="The officer's position.")],
    lang: Lang = None,
) -> None:
    """Make one of an authority's first two administrators, who invite everybody else.

    Prints the address at which its holder sets it up, once.
    """
    with speaking(lang) as words, deployment() as found:
        wanted = Wanted(
            username=username,
            display_name=name,
            office_title=title,
            roles={Role.ADMINISTRATOR},
        )
        with found.begin() as uow:
            place = places.jurisdiction(uow.session, found.settings.jurisdiction)
            link = accounts.begin(
                uow, found.vault, found.terms, wanted, of=place.id, authority=authority
            )
        print(words("cli.staff_added", username=username, until=link.expires_at))
        print(found.addresses.set_up(link.token))


@commands.command("unlock")
def unlock(
    username: Annotated[str, typer.Argument(help="The name that cannot sign in.")],
    *,
    lang: Lang = None,
) -> None:
    """Let an officer sign in again, where no other administrator of the authority could."""
    with speaking(lang) as words, deployment() as found:
        with found.begin() as uow:
            account = staff.named(uow.session, username)
            if account is None:
                raise StaffNotFound
            done = unlocking.unlock_officer(uow, found.vault, account.id, by=None)
        print(words(f"cli.staff_{'unlocked' if done else 'not_locked'}", username=username))
