"""A file for the register says what it is; what it changes is kept, and a second registrar."""

from __future__ import annotations

from typing import Final

from referendum.migrations.scripts import run, run_file

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

UNDER_WAY: Final = """
do $$ begin
    if exists (select from register_intake where stage = 'publishing') then
        raise exception 'A register is going in. Let the service of before finish it first.';
    end if;
end $$
"""
"""Whoever was confirmed only goes forward, and by the rule of the code that confirmed it."""

ANEW: Final = """
delete from register_intake_fault f using register_intake i
 where i.id = f.intake_id and i.stage in ('reading', 'waiting', 'seconding');
delete from register_intake_missing;
delete from register_intake_rows;
delete from register_intake_line;
delete from register_intake_repeated;
update register_intake
   set stage = 'reading', read_bytes = 0, next_line = 1, lines = 0, nameless = 0, refused = 0,
       noted = 0, added = 0, changed = 0, unchanged = 0, missing = 0
 where stage in ('reading', 'waiting', 'seconding')
"""
"""What a file changes is weighed as it is read: whoever waits to be confirmed is read again."""


def upgrade() -> None:
    run(UNDER_WAY)
    run(ANEW)
    run_file("0032_effects.sql")


def downgrade() -> None:
    run(UNDER_WAY)
    run(ANEW)
    run_file("0032_effects_down.sql")
