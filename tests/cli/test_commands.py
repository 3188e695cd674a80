"""What an operator does on the command line, and the sentence that each refusal is."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select
from typer.testing import Result

from referendum.identity import demonstrating, entering, pausing
from referendum.identity.accounts import Wanted
from referendum.identity.tables import Staff
from referendum.kernel import log
from referendum.kernel.log import LogKey
from referendum.kernel.people import Authority, Calendar, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.roll.lines import COLUMNS
from referendum.roll.places import read_place
from referendum.roll.tables import Jurisdiction, Person, RegisterVersion
from tests.cli.conftest import Run

PASSWORD = "seven green bridges over a river"
DISTRICT = read_place().districts[0].name_ko
WHO = ("--name", "홍길동", "--title", "주무관")


def register(tmp_path: Path, rows: Iterable[tuple[str, str, str]]) -> Path:
    """A register's file: number, name and birth date; all else is in order."""
    page = io.StringIO()
    writer = csv.DictWriter(page, list(COLUMNS))
    writer.writeheader()
    for number, name, born in rows:
        writer.writerow(
            {
                "register_no": number,
                "name": name,
                "birth_date": born,
                "address": "견본로 1",
                "district": DISTRICT,
                "nationality": "KR",
                "registered_from": "2015-03-02",
            }
        )
    file = tmp_path / "register.csv"
    file.write_text(page.getvalue(), "utf-8")
    return file


def test_keys_are_made_once_and_checked(tmp_path: Path, run: Run) -> None:
    folder = str(tmp_path / "new")
    assert run("keys", "check", "--folder", folder).exit_code == 2
    assert run("keys", "init", "--folder", folder).exit_code == 0
    checked = run("keys", "check", "--folder", folder, "--origin", "city.example/log")
    assert "city.example/log+" in checked.output
    again = run("keys", "init", "--folder", folder)
    assert again.exit_code == 2
    assert "master.key" in again.stderr
    (tmp_path / "new" / "log.key").chmod(0o644)
    exposed = run("keys", "check", "--folder", folder, "--lang", "ko")
    assert exposed.exit_code == 2
    assert exposed.stderr.startswith("다른 사용자가")


def test_a_setting_that_is_none_is_named_and_nothing_starts(run: Run) -> None:
    refused = run("record", "export", REFERENDUM_CODES_AN_HUOR="secret-7")
    assert refused.exit_code == 2
    assert "REFERENDUM_CODES_AN_HUOR" in refused.stderr
    assert "secret-7" not in refused.stderr


def test_missing_settings_are_named_and_their_values_are_not(run: Run) -> None:
    refused = run("record", "export", REFERENDUM_DATABASE_URL=None, REFERENDUM_POOL="secret-7")
    assert refused.exit_code == 2
    assert "REFERENDUM_DATABASE_URL" in refused.stderr
    assert "REFERENDUM_POOL" in refused.stderr
    assert "secret-7" not in refused.output
    assert "Traceback" not in refused.output


def test_a_database_that_is_down_is_said_without_its_address(run: Run) -> None:
    refused = run(
        "record",
        "export",
        REFERENDUM_DATABASE_URL="postgresql+psycopg://app:hush-hush@127.0.0.1:1/nothing",
    )
    assert refused.exit_code == 2
    assert "hush-hush" not in refused.output
    assert "Traceback" not in refused.output


def test_the_language_follows_the_terminal_unless_told(run: Run) -> None:
    absent = ("keys", "check", "--folder", "/nowhere")
    assert "Key files are missing" in run(*absent).stderr
    assert "열쇠 파일이 없거나" in run(*absent, LANG="ko_KR.UTF-8").stderr
    assert "열쇠 파일이 없거나" in run(*absent, "--lang", "ko").stderr


def test_migrate_says_where_the_schema_stands_and_asks_for_the_owner(run: Run) -> None:
    done = run("migrate")
    assert done.exit_code == 0, done.output
    assert "referendum_app" in done.output
    refused = run("migrate", REFERENDUM_OWNER_DATABASE_URL=None)
    assert refused.exit_code == 2
    assert "REFERENDUM_OWNER_DATABASE_URL" in refused.stderr


def test_a_place_is_added_once(run: Run, begin: Begin) -> None:
    added = run("place", "add", "--operated-by", "mayor")
    assert added.exit_code == 0, added.output
    assert "44" in added.output
    with begin() as uow:
        assert uow.session.scalars(select(Jurisdiction.code)).all() == ["kr-goyang"]
    assert run("place", "add", "--operated-by", "mayor").exit_code == 2


def test_the_first_administrators_come_with_a_link_that_opens_once(
    run: Run, begin: Begin, vault: Vault
) -> None:
    def makes(name: str, authority: str = "mayor") -> Result:
        return run("staff", "administrator", name, "--authority", authority, *WHO)

    assert makes("kim").exit_code == 2  # no place yet
    run("place", "add", "--operated-by", "mayor")
    added = makes("kim")
    assert added.exit_code == 0, added.output
    link = added.stdout.splitlines()[-1]
    assert link.startswith("https://vote.example/")
    secret = sets_up(begin, vault, link)
    assert secret
    taken = makes("kim")
    assert taken.exit_code == 2
    assert "Traceback" not in taken.output
    assert makes("lee").exit_code == 0
    third = makes("park")
    assert third.exit_code == 2
    assert "They invite everybody else" in third.stderr
    assert makes("choi", "council_chair").exit_code == 0


def invited(begin: Begin, vault: Vault, username: str = "registrar") -> str:
    """A registrar's account; gives its set-up link."""
    wanted = Wanted(
        username=username, display_name="홍길동", office_title="주무관", roles={Role.REGISTRAR}
    )
    with begin() as uow:
        place = uow.session.scalars(select(Jurisdiction)).one()
        link = demonstrating.account(
            uow, vault, wanted, of=place.id, authority=Authority.MAYOR, invented=True
        )
    return f"https://vote.example/desk/set-up/{link.token}"


def test_an_account_that_is_paused_is_opened_where_no_administrator_could(
    run: Run, begin: Begin, vault: Vault
) -> None:
    unlock = ("staff", "unlock", "registrar")
    assert run(*unlock).exit_code == 2, "no such account"
    run("place", "add", "--operated-by", "mayor")
    sets_up(begin, vault, invited(begin, vault))
    assert "is not paused" in run(*unlock).stdout
    with begin() as uow:
        place = pausing.Place.of(vault, "registrar", pausing.Whence("192.0.2.1"))
        for _ in range(5):
            pausing.count_failure(uow.session, place)
    opened = run(*unlock)
    assert (opened.exit_code, "is open again" in opened.stdout) == (0, True)
    assert "is not paused" in run(*unlock).stdout


def sets_up(begin: Begin, vault: Vault, link: str) -> str:
    """What the holder of the link does with it; gives the authenticator's secret."""
    token = link.rpartition("/")[2]
    with begin() as uow:
        secret = entering.offer_set_up(uow, vault, token, issuer="test").secret
    code = pyotp.TOTP(secret).now()
    with begin() as uow:
        entering.set_up(uow, vault, token, password=PASSWORD, code=code)
    with begin() as uow:
        # As half a minute would: the step that the set-up used moves back.
        for one in uow.session.scalars(select(Staff)):
            one.totp_last_step = 0
    return secret


def test_a_register_is_previewed_and_imported_by_a_registrar(
    run: Run, begin: Begin, vault: Vault, tmp_path: Path
) -> None:
    run("place", "add", "--operated-by", "mayor")
    secret = sets_up(begin, vault, invited(begin, vault))
    people = [(f"R{at}", f"김철{chr(0xAC00 + at)}", "1980-05-17") for at in range(20)]
    file = str(
        register(tmp_path, [*people, ("R98", "이영희", "17.5.80"), ("R99", "", "1990-01-01")])
    )
    day = ("--as-of", "2026-01-31")

    preview = run("register", "import", file, *day, "--preview")
    assert preview.exit_code == 0, preview.output
    assert "New people: 20" in preview.output
    assert "Lines refused: 2" in preview.output
    assert "Line 22" in preview.output
    with begin() as uow:
        assert uow.session.scalars(select(Person.id)).all() == []

    refused = run(
        "register", "import", file, *day, "--officer", "registrar", stdin="wrong\n000000\n"
    )
    assert refused.exit_code == 2
    with begin() as uow:
        assert uow.session.scalars(select(Person.id)).all() == []

    (told,) = re.findall(r"Version of this preview: ([0-9a-f]{16})", preview.output)
    if time.time() % 30 > 25:
        time.sleep(6)  # a code with time left to type it
    given = f"{PASSWORD}\n{pyotp.TOTP(secret).now()}\n"
    who = ("--officer", "registrar", "--lang", "ko", "--confirm", told)
    done = run("register", "import", file, *day, *who, stdin=given)
    assert done.exit_code == 0, done.output
    assert "제1판" in done.output
    assert PASSWORD not in done.output
    with begin() as uow:
        assert len(uow.session.scalars(select(Person.id)).all()) == 20


def test_what_changes_much_is_confirmed_as_previewed_and_by_two(
    run: Run, begin: Begin, vault: Vault, tmp_path: Path
) -> None:
    run("place", "add", "--operated-by", "mayor")
    secrets = {"registrar": sets_up(begin, vault, invited(begin, vault))}
    day = ("--as-of", "2026-01-31")

    def file_of(people: int) -> str:
        return str(
            register(
                tmp_path,
                [(f"R{at}", f"김철{chr(0xAC00 + at)}", "1980-05-17") for at in range(people)],
            )
        )

    def sees(*more: str) -> str:
        seen = run("register", "import", file_of(3), *day, "--preview", *more)
        assert seen.exit_code == 0, seen.output
        (version,) = re.findall(r"Version of this preview: ([0-9a-f]{16})", seen.output)
        return str(version)

    def does(*words: str, by: str = "registrar") -> Result:
        with begin() as uow:
            for one in uow.session.scalars(select(Staff)):
                one.totp_last_step = 0
        if time.time() % 30 > 25:
            time.sleep(6)  # a code with time left to type it
        given = f"{PASSWORD}\n{pyotp.TOTP(secrets[by]).now()}\n"
        return run(*words, "--officer", by, stdin=given)

    first = run("register", "import", file_of(20), *day, "--preview")
    (version,) = re.findall(r"Version of this preview: ([0-9a-f]{16})", first.output)
    assert does("register", "import", file_of(20), *day, "--confirm", version).exit_code == 0
    unsaid = run("register", "import", file_of(3), *day, "--preview")
    assert (unsaid.exit_code, "never guessed" in unsaid.stderr) == (2, True)
    assert (
        "nobody ends"
        in run("register", "import", file_of(3), *day, "--preview", "--changes").output
    )
    unread = does("register", "import", file_of(3), *day, "--whole")
    assert (unread.exit_code, "which preview" in unread.stderr) == (2, True)
    version = sees("--whole")
    waits = does("register", "import", file_of(3), *day, "--whole", "--confirm", version)
    assert waits.exit_code == 0, waits.output
    assert "17 of 20 residents would end" in waits.output
    told = re.findall(r"referendum register confirm (\S+) --confirm (\S+)", waits.output)
    ((intake, same),) = told
    assert same == version
    mine = does("register", "confirm", intake, "--confirm", version)
    assert (mine.exit_code, "another registrar" in mine.stderr) == (2, True)
    with begin() as uow:
        assert uow.session.scalars(select(RegisterVersion.number)).all() == [1]
    link = invited(begin, vault, "second")
    with begin() as uow:
        for one in uow.session.scalars(select(Staff)):
            one.totp_last_step = 0
    secrets["second"] = sets_up(begin, vault, link)
    assert does("register", "confirm", intake, "--confirm", version, by="second").exit_code == 0
    with begin() as uow:
        assert len(uow.session.scalars(select(RegisterVersion.number)).all()) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"name\n", b"register_no,name\n1,2\n"])
def test_a_file_that_is_no_register_is_refused_in_a_sentence(
    run: Run, tmp_path: Path, content: bytes
) -> None:
    run("place", "add", "--operated-by", "mayor")
    file = tmp_path / "broken.csv"
    file.write_bytes(content)
    refused = run("register", "import", str(file), "--preview")
    assert refused.exit_code == 2
    assert refused.stderr.strip()
    assert "Traceback" not in refused.output
    missing = run("register", "import", str(tmp_path / "none.csv"), "--preview")
    assert missing.exit_code == 2
    assert "none.csv" in missing.stderr


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("en", ["Line 2, date of birth: ", "commonest fault (11 times): date of b", "3 more are"]),
        ("ko", ["2번째 줄, 생년월일: ", "(11곳). 생년월일: ", "3"]),
    ],
)
def test_a_file_that_is_mostly_broken_is_refused_with_its_first_faults_in_words(
    run: Run, tmp_path: Path, lang: str, says: list[str]
) -> None:
    run("place", "add", "--operated-by", "mayor")
    undated = [(f"R{number}", "이영희", "17.5.80") for number in range(11)]
    file = register(tmp_path, [*undated, ("R12", "", "1990-01-01"), ("R13", "", "1990-01-01")])
    refused = run("register", "import", str(file), "--preview", "--lang", lang)
    assert refused.exit_code == 2
    assert [one for one in says if one not in refused.stderr] == []
    assert "not-a-date" not in refused.stderr
    assert "{" not in refused.stderr


def test_the_record_is_exported_and_verified_and_a_change_is_found(
    run: Run, begin: Begin, keyring_folder: Path, tmp_path: Path
) -> None:
    log_key = LogKey(
        "referendum.example/record", bytes.fromhex((keyring_folder / "log.key").read_text())
    )
    with begin() as uow:
        for number in range(5):
            uow.record("test.done", by=Calendar(), facts={"number": number})
    with begin() as uow:
        log.seal(uow.session, log_key)
    file = tmp_path / "record.jsonl"
    assert run("record", "export", str(file)).exit_code == 0
    assert run("record", "export").stdout == file.read_text()

    whole = run("record", "verify", str(file), "--vkey", log_key.vkey)
    assert whole.exit_code == 0, whole.output
    assert "5 entries" in whole.output
    unsure = run("record", "verify", str(file))
    assert unsure.exit_code == 0
    assert "--vkey" in unsure.stderr

    lines = file.read_text().splitlines()
    lines[2], lines[3] = lines[3], lines[2]
    file.write_text("\n".join(lines) + "\n")
    broken = run("record", "verify", str(file), "--vkey", log_key.vkey)
    assert broken.exit_code == 1
    assert json.loads(lines[2])["index"] == 2
    file.write_bytes(b"\xff\xfe")
    assert run("record", "verify", str(file)).exit_code == 2


def test_judge_and_rules_are_there(run: Run) -> None:
    assert run("rules", "list").exit_code == 0
    assert run("judge", "/nowhere.toml").exit_code == 2


def test_health_looks_at_a_heartbeat(run: Run, tmp_path: Path) -> None:
    beat = tmp_path / "beat"
    assert run("health", "--file", str(beat)).exit_code == 1
    beat.touch()
    assert run("health", "--file", str(beat)).exit_code == 0
    os.utime(beat, (time.time() - 120, time.time() - 120))
    assert run("health", "--file", str(beat)).exit_code == 1
    assert run("health", "--url", "http://127.0.0.1:1/readyz").exit_code == 1
