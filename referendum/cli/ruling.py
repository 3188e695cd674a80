"""The rulebooks on the terminal: dates, lists, comparisons, what is needed and what would be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from referendum.cli.judging import (
    AsJson,
    File,
    Lang,
    as_text,
    finding_text,
    problem_line,
    refusals,
    text_of,
)
from referendum.i18n import ordinances, rule_names
from referendum.i18n.words import Language, Words
from referendum.kernel import spreadsheet
from referendum.lifecycle.dates import almanacs
from thresholds import calendars, comparing, library, precedents, schema, sets, simulating
from thresholds.casefile import Case
from thresholds.errors import CaseUnreadable, Problem
from thresholds.rulebook import Rulebook
from thresholds.simulating import Simulated
from thresholds.verdict import PetitionNumbers, judge_petition
from thresholds.windows import Deadline

rules = typer.Typer(help="The rulebooks, what follows from them, and what others would change.")

Named = Annotated[str, typer.Argument(help="The rulebook's id.", show_default=False)]


@rules.command("dates")
def dates(file: File, *, as_json: AsJson = False, lang: Lang = Language.EN) -> None:
    """Every deadline that follows from a calendar file, with its article and its sum."""
    words = Words.load(lang)
    with refusals(words):
        case = calendars.read_calendar(text_of(file))
        years, almanac = case.years(), case.rulebook().calendar.almanac
        known = almanacs.public_holidays(almanac, years.start, years.stop)
        found = calendars.dates_of(case, holidays=known)
    if as_json:
        print(as_text(calendars.as_json(case, found, language=lang.value)))
        return
    print("\n".join(_deadline_lines(words, found, lang)))


@rules.command("list")
def list_rulebooks(*, lang: Lang = Language.EN) -> None:
    """Every rulebook with the days it is in force, and the sets they are used in."""
    words = Words.load(lang)
    books, groups = library.all_rulebooks(), sets.all_sets()
    wide = max(len(name) for name in [book.id for book in books] + [one.id for one in groups])
    for book in books:
        end = f"{book.valid_to}" if book.valid_to else "…"
        mark = " " + words("rules.proposed") if book.proposed else ""
        title = f"{getattr(book.title, lang.value)}{mark}"
        print(f"{book.id:{wide}} {book.valid_from} – {end:10}  {title}")
    for one in groups:
        print(f"{one.id:{wide}} {words('rules.set'):23}  {getattr(one.title, lang.value)}")


@rules.command("show")
def show(
    rulebook: Annotated[str, typer.Argument(help="The rulebook's id.", show_default=False)],
    *,
    as_json: AsJson = False,
    lang: Lang = Language.EN,
) -> None:
    """One rulebook in full, with what in it is assumed."""
    words = Words.load(lang)
    with refusals(words):
        book = library.by_id(rulebook)
    document = book.model_dump(mode="json")
    if as_json:
        print(as_text({**document, "fingerprint": book.fingerprint}))
        return
    print("\n".join(_rulebook_lines(words, book, document)))


@rules.command("compare")
def compare(
    left: Named,
    right: Named,
    *,
    ordinance: Annotated[
        bool, typer.Option("--ordinance", help="As a draft ordinance that makes the second.")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = Language.EN,
) -> None:
    """What two rulebooks do not say alike, old and new side by side, each with its article."""
    words = Words.load(lang)
    with refusals(words):
        books = library.by_id(left), library.by_id(right)
        if ordinance:
            drafted = ordinances.draft(words, *books)
            print(ordinances.as_text(words, drafted), end="")
            return
    found = comparing.compare(*books)
    if as_json:
        changes = [changed.as_json() for changed in found]
        print(as_text({"left": left, "right": right, "changes": changes}))
        return
    for changed in found:
        said = [rule_names.told(words, changed.key, side, *books) for side in changed.sides]
        print(rule_names.label(words, changed.key, *books))
        print(f"  - {said[0]}  [{changed.citation_left or '—'}]")
        print(f"  + {said[1]}  [{changed.citation_right or '—'}]")
    if not found:
        print(words("rules.compare.same"))


@rules.command("needed")
def needed(
    rulebook: Named,
    *,
    population: Annotated[int | None, typer.Option(min=1, help="Inhabitants.")] = None,
    claimants: Annotated[int | None, typer.Option(min=1, help="The published total.")] = None,
    last_vote: Annotated[int | None, typer.Option(min=1, help="Votes cast last time.")] = None,
    as_json: AsJson = False,
    lang: Lang = Language.EN,
) -> None:
    """How many signatures a petition needs under a rulebook, with the sum."""
    words = Words.load(lang)
    with refusals(words):
        book = library.by_id(rulebook)
        numbers = PetitionNumbers(claimants=claimants, last_vote=last_vote)
        found = judge_petition(book, numbers, population=population).findings
    if as_json:
        print(as_text({"rulebook": book.id, "findings": [one.as_json() for one in found]}))
        return
    print(f"{getattr(book.title, lang.value)}  ({book.id})")
    for one in found:
        name = words(f"rules.requirement.{one.requirement}")
        number = "—" if one.needed is None else f"{one.needed:,}"
        print(f"  {name}: {number}  ({one.sum or finding_text(words, one)})  [{one.citation}]")


@rules.command("simulate")
def simulate(
    *,
    under: Annotated[str, typer.Option("--rules", help="Ids of rulebooks or sets, by commas.")],
    folder: Annotated[
        Path | None,
        typer.Option("--cases", help="A folder of case files, or one file; else those built in."),
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """The same cases under other rules: who would have qualified, been counted, been adopted."""
    words = Words.load(lang)
    with refusals(words):
        chosen = [sets.rules_called(name.strip()) for name in under.split(",")]
        given = precedents.all_cases() if folder is None else _cases(folder)
        found = list(simulating.simulate(given, chosen))
    if as_json:
        print(as_text({"results": [one.as_json() for one in found]}))
    elif as_csv:
        _print_csv(words, found)
    else:
        print("\n".join(_simulated_lines(words, found)))


@rules.command("schema")
def print_schema(
    form: Annotated[schema.Form, typer.Argument(help="Which kind of file.")] = schema.Form.RULEBOOK,
) -> None:
    """The JSON Schema of a rulebook, case or calendar file, for editors."""
    print(as_text(schema.schema(form)))


@rules.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Rulebook files of your own.")],
    *,
    lang: Lang = Language.EN,
) -> None:
    """Load rulebook files beside those that are here: all faults, by file, key and reason."""
    words = Words.load(lang)
    with refusals(words):
        texts = {file.name: text_of(file) for file in files}
        known = {book.id for book in library.all_rulebooks()}
        loaded = library.load({**library.texts(), **texts})
    for book in loaded:
        if book.id not in known:
            print(words("rules.check.sound", id=book.id, fingerprint=book.fingerprint))


def _cases(folder: Path) -> tuple[Case, ...]:
    """Every case of a folder; all faults of all files are refused together."""
    files = sorted(folder.rglob("*.toml")) if folder.is_dir() else [folder]
    files = [file for file in files if "calendar" not in file.relative_to(folder).parts[:-1]]
    if not files:
        raise CaseUnreadable([Problem(str(folder), "no-cases")])
    return precedents.load((file.name, text_of(file)) for file in files)


def _simulated_lines(words: Words, found: Iterable[Simulated]) -> Iterator[str]:
    case = ""
    for one in found:
        if one.case != case:
            yield from ([""] if case else [])
            yield one.case
            case = one.case
        yield f"  {one.rules}: {_outcome(words, one)}"
        for finding in one.findings:
            if finding.met is False or finding in one.quorum:
                name = words(f"rules.requirement.{finding.requirement}")
                yield f"    {name}: {finding_text(words, finding)}  [{finding.citation}]"
        for problem in () if one.quorum else one.wanting:
            yield f"    {problem_line(words, problem)}"


def _outcome(words: Words, one: Simulated) -> str:
    if one.rulebook is None:
        return words("rules.simulate.no-rulebook")
    parts = [part.outcome.value for part in (one.petition, one.poll) if part is not None]
    if one.quorum:
        parts.append("counted_unknown" if all(f.met for f in one.quorum) else "short_unknown")
    return "; ".join(words(f"rules.outcome.{part}") for part in parts) or words(
        "rules.simulate.nothing"
    )


def _print_csv(words: Words, found: Iterable[Simulated]) -> None:
    heading = ("case", "rules", "rulebook", "outcome", "requirement", "counted", "needed")
    rows = (row for one in found for row in _csv_rows(words, one))
    for line in spreadsheet.text_of(heading, rows):
        print(line.rstrip("\r\n"))


def _csv_rows(words: Words, one: Simulated) -> Iterator[list[str]]:
    row = [one.case, one.rules, one.rulebook or "", _outcome(words, one)]
    for finding in one.findings or (None,):
        own = ["", "", ""]
        if finding is not None:
            own = [finding.requirement.value, str(finding.counted), str(finding.needed)]
        yield [*row, *own]


def _deadline_lines(words: Words, found: Iterable[Deadline], lang: Language) -> Iterator[str]:
    for deadline in found:
        name = words(f"rules.deadline.{deadline.name}")
        yield f"{deadline.date}  {name}  [{deadline.article}]"
        yield f"            {deadline.sum[lang.value]}"
        for district, day in deadline.districts.items():
            yield f"            {district}: {day}"


def _rulebook_lines(words: Words, book: Rulebook, document: Mapping[str, Any]) -> Iterator[str]:
    yield f"{getattr(book.title, words.language.value)}  ({book.id})"
    yield f"sha256:{book.fingerprint}"
    for name in book.assumed:
        yield f"{words('rules.assumed')} {rule_names.label(words, name, book)}"
    yield ""
    for key, value in _flat(document):
        assumed = any(key == name or key.startswith(f"{name}.") for name in book.assumed)
        mark = "  " + words("rules.assumed") if assumed else ""
        yield f"{key} = {value}{mark}"


def _flat(node: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    pairs: Iterable[tuple[Any, Any]] = ()
    if isinstance(node, Mapping):
        pairs = node.items()
    elif isinstance(node, list) and any(isinstance(part, Mapping) for part in node):
        pairs = enumerate(node)
    else:
        yield prefix, json.dumps(node, ensure_ascii=False)
    for key, value in pairs:
        if value not in (None, [], {}):
            yield from _flat(value, f"{prefix}.{key}" if prefix else str(key))
