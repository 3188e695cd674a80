"""What is over and goes by the piece: traces of codes, answers, messages that were done."""

from __future__ import annotations

from datetime import timedelta

from referendum.doors import repeats
from referendum.identity.forgetting import forget
from referendum.identity.timing import machine_now
from referendum.kernel import erasing, outbox
from tests.load.figures import Figures, measured, puts
from tests.signatures.city import City


def outbox_done(city: City, rows: int) -> Figures:
    """Messages that were done long ago, among as many that were done today."""
    done = (
        "insert into outbox_message (id, task, arguments, done_at)"
        " select gen_random_uuid(), 'bench.task', '{{}}', clock_timestamp() - interval '{} days'"
        " from generate_series(1, :rows)"
    )
    puts(city, done.format(40), done.format(0), rows=rows)

    def work() -> None:
        gone = erasing.PIECE
        while gone == erasing.PIECE:
            with city.begin() as uow:
                gone = outbox.forget(uow.session, older_than=timedelta(days=30))

    return measured(city, rows, work)


def traces(city: City, rows: int) -> Figures:
    """Codes asked for, sent long ago, numbers and sessions of a day that is over."""
    with city.begin() as uow:
        key = city.vault.new_key(uow.session, purpose="code").id
    past = "clock_timestamp() - interval '40 days'"
    puts(
        city,
        "insert into code_key (day, key_id) values (current_date - 40, :key)",
        "insert into challenge (id, jurisdiction_id, bound, meant, phone_sealed, number_index,"
        " key_id, created_at, expires_at, wrong)"
        " select gen_random_uuid(), :place, 'b', gen_random_uuid(), 'p', sha256(n::text::bytea),"
        f" :key, {past}, {past}, 0 from generate_series(1, :rows) as n",
        "insert into code_send (challenge_id, number, at, due_at, address_index, prefix)"
        f" select id, 1, {past}, {past}, number_index, '8210' from challenge",
        "insert into phone_lock (number_index, sends, challenges, browsers, addresses, misses,"
        " answered)"
        f" select number_index, array[{past}], array[id], array[number_index],"
        " array[null]::bytea[], array[0], array[false] from challenge",
        "insert into session_row (id_hash, kind, jurisdiction_id, whose, created_at,"
        " last_seen_at, idle_until, expires_at)"
        f" select number_index, 'resident', :place, gen_random_uuid(), {past}, {past}, {past},"
        f" {past} from challenge",
        place=city.place,
        key=key,
        rows=rows,
    )

    def work() -> None:
        more = True
        while more:
            with city.begin() as uow:
                more = forget(uow, city.vault)

    return measured(city, 5 * rows, work)


def answers(city: City, rows: int) -> Figures:
    """Answers that were kept to be given again."""
    with city.begin() as uow:
        key = city.vault.new_key(uow.session, purpose="idempotency").id
    puts(
        city,
        "insert into idempotency_day (day, key_id) values (current_date - 2, :key)",
        "insert into idempotency_key (key_hash, request_hash, day, expires_at, answer)"
        " select sha256(n::text::bytea), sha256(n::text::bytea), current_date - 2,"
        " clock_timestamp() - interval '1 day', repeat('a', 400)::bytea"
        " from generate_series(1, :rows) as n",
        key=key,
        rows=rows,
    )

    def work() -> None:
        gone = erasing.PIECE
        while gone == erasing.PIECE:
            with city.begin() as uow:
                gone = repeats.forget(uow.session, machine_now(uow.session))

    return measured(city, rows, work)
