"""What the rules say of a case file, on the terminal: `judge`, `rules dates`, `rules list|show`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import holidays
import typer

from referendum.i18n.words import Language, Words
from thresholds import calendars, cases, library
from thresholds.errors import CaseUnreadable, Problem, RuleRefusal
from thresholds.requirement import Finding
from thresholds.rulebook import Rulebook
from thresholds.verdict import PollVerdict
from thresholds.windows import Deadline

REFUSED: Final = 2

File = Annotated[Path, typer.Argument(help="A TOML file.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of the sentences.")]

rules = typer.Typer(help="The rulebooks, and the dates that follow from them.")


def judge(file: File, *, as_json: AsJson = False, lang: Lang = Language.EN) -> None:
    """Judge a case by the law of its day: every finding with its sum and its article."""
    words = Words.load(lang)
    with refusals(words):
        case = cases.read_case(_text(file))
        judgement = cases.judge_case(case)
    if as_json:
        print(_json(judgement.as_json()))
        return
    title = case.case.title
    name = case.case.id if title is None else getattr(title, lang.value)
    print("\n".join(_judgement_lines(words, judgement, name)))


@rules.command("dates")
def dates(file: File, *, as_json: AsJson = False, lang: Lang = Language.EN) -> None:
    """Every deadline that follows from a calendar file, with its article and its sum."""
    words = Words.load(lang)
    with refusals(words):
        case = calendars.read_calendar(_text(file))
        found = calendars.dates_of(case, holidays=korean_holidays(case.years()))
    if as_json:
        print(_json(calendars.as_json(case, found, language=lang.value)))
        return
    print("\n".join(_deadline_lines(words, found, lang)))


@rules.command("list")
def list_rulebooks(*, lang: Lang = Language.EN) -> None:
    """Every rulebook, with the days it is in force."""
    for book in library.all_rulebooks():
        end = f"{book.valid_to}" if book.valid_to else "…"
        print(f"{book.id:40} {book.valid_from} – {end:10}  {getattr(book.title, lang.value)}")


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
        print(_json({**document, "fingerprint": book.fingerprint}))
        return
    print("\n".join(_rulebook_lines(words, book, document)))


def korean_holidays(years: Iterable[int]) -> frozenset[date]:
    """Public holidays with their substitutes; the rules themselves know no almanac."""
    return frozenset(holidays.country_holidays("KR", years=years))


@contextmanager
def refusals(words: Words) -> Iterator[None]:
    """A refusal becomes one line for each problem on standard error, and exit status 2."""
    try:
        yield
    except RuleRefusal as refusal:
        for problem in refusal.problems:
            typer.echo(problem_line(words, problem), err=True)
        raise typer.Exit(REFUSED) from None


def problem_line(words: Words, problem: Problem) -> str:
    """`key: reason: sentence`, on one line whatever the file contains."""
    sentence = words(f"rules.problem.{problem.reason}", **problem.facts)
    return " ".join(f"{problem.key}: {problem.reason}: {sentence}".split())


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        facts = {"fault": type(fault).__name__}
        raise CaseUnreadable([Problem(str(file), "unreadable-file", facts)]) from None


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def _judgement_lines(words: Words, judgement: cases.CaseJudgement, title: str) -> Iterator[str]:
    yield title
    book = judgement.rulebook
    name = getattr(book.title, words.language.value)
    yield words("rules.judged_by", name=name, id=book.id)
    petition, poll = judgement.petition, judgement.poll
    if petition is not None:
        yield ""
        outcome = words(f"rules.outcome.{petition.outcome}")
        yield words("rules.petition", outcome=outcome)
        yield from _finding_lines(words, petition.findings)
    if poll is not None:
        yield ""
        yield words("rules.poll", outcome=words(f"rules.outcome.{poll.outcome}"))
        yield from _finding_lines(words, poll.findings)
        yield from _ending_lines(words, poll)


def _ending_lines(words: Words, poll: PollVerdict) -> Iterator[str]:
    if poll.winner is not None:
        yield "  " + words("rules.winner", winner=poll.winner)
    if poll.gap:
        yield "  " + words("rules.gap", gap=poll.gap)


def _finding_lines(words: Words, findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        name = words(f"rules.requirement.{finding.requirement}")
        yield f"  {name}: {finding_text(words, finding)}  [{finding.citation}]"
        for district in finding.districts or ():
            counted = "—" if district.counted is None else words.number(district.counted)
            mark = {True: "✓", False: "✗", None: "?"}[district.met]
            yield f"    {mark} {district.name}: {counted} / {district.sum}"


def finding_text(words: Words, finding: Finding) -> str:
    """How many of how many, whether that is enough, and the sum."""
    if not finding.stated:
        return words("rules.finding.not_stated")
    counted = "—" if finding.counted is None else f"{finding.counted:,}"
    if finding.needed is None:
        return words("rules.finding.share_unknown", counted=counted)
    met = {True: "met", False: "short", None: "open"}[finding.met]
    shortfall = finding.shortfall
    return words(
        f"rules.finding.{met}",
        counted=counted,
        needed=f"{finding.needed:,}",
        short="—" if shortfall is None else f"{shortfall:,}",
        sum=finding.sum,
    )


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
