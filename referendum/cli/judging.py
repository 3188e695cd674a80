"""What the rules say of a case file, on the terminal: `judge`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from referendum.i18n.words import Language, Words
from thresholds import cases
from thresholds.errors import CaseUnreadable, Problem, RuleRefusal
from thresholds.requirement import Finding
from thresholds.verdict import PollVerdict

REFUSED: Final = 2

File = Annotated[Path, typer.Argument(help="A TOML file.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lang = Annotated[Language, typer.Option("--lang", help="The language of the sentences.")]


def judge(file: File, *, as_json: AsJson = False, lang: Lang = Language.EN) -> None:
    """Judge a case by the law of its day: every finding with its sum and its article."""
    words = Words.load(lang)
    with refusals(words):
        case = cases.read_case(text_of(file))
        judgement = cases.judge_case(case)
    if as_json:
        print(as_text(judgement.as_json()))
        return
    title = case.case.title
    name = case.case.id if title is None else getattr(title, lang.value)
    print("\n".join(_judgement_lines(words, judgement, name)))


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


def text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        facts = {"fault": type(fault).__name__}
        raise CaseUnreadable([Problem(str(file), "unreadable-file", facts)]) from None


def as_text(document: Mapping[str, Any]) -> str:
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
        yield from finding_lines(words, petition.findings)
    if poll is not None:
        yield ""
        yield words("rules.poll", outcome=words(f"rules.outcome.{poll.outcome}"))
        yield from finding_lines(words, poll.findings)
        yield from _ending_lines(words, poll)


def _ending_lines(words: Words, poll: PollVerdict) -> Iterator[str]:
    if poll.winner is not None:
        yield "  " + words("rules.winner", winner=poll.winner)
    if poll.gap:
        yield "  " + words("rules.gap", gap=poll.gap)


def finding_lines(words: Words, findings: Iterable[Finding]) -> Iterator[str]:
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
