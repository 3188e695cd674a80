"""`referendum staff`: the first accounts, and opening one, by whoever has the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from referendum.cli.speaking import Lang, deployment, speaking
from referendum.identity import staff, unlocking
from referendum.identity.errors import StaffNotFound
from referendum.kernel.people import Authority, Role
from referendum.roll import places

commands = typer.Typer(help="Accounts of officers.", no_args_is_help=True)


@commands.command("add")
def add(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    *,
    authority: Annotated[Authority, typer.Option(help="The authority it belongs to.")],
    role: Annotated[list[Role], typer.Option(help="What it may do; may be given repeatedly.")],
    name: Annotated[str, typer.Option(help="The officer's name, as certificates show it.")],
    title: Annotated[str, typer.Option(help="The officer's position.")],
    lang: Lang = None,
) -> None:
    """Make an account and print the address at which its holder sets it up, once."""
    with speaking(lang) as words, deployment() as found:
        with found.begin() as uow:
            place = places.jurisdiction(uow.session, found.settings.jurisdiction)
            link = staff.add(
                uow,
                vault=found.vault,
                jurisdiction_id=place.id,
                username=username,
                display_name=name,
                office_title=title,
                authority=authority,
                roles=role,
                by=None,
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
