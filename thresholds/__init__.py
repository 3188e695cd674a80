"""The law as arithmetic: pure, exact, dated and cited.

Usable alone: nothing here knows a clock, a database or a page. A law, an ordinance or a promise
is a `Rulebook` (a TOML file of `thresholds/rulebooks`); applied to published totals and counts it
gives a verdict, with every number that is needed to redo the sum.

    library.in_force(...)     which rulebook is in force for a place, an instrument and a day
    verdict.judge_petition    are the signatures enough, in all and in the districts
    verdict.judge_poll        what has the vote decided: quorum, gate, majority
    windows.deadlines         every last day that follows from what has happened, with its sum
    simulating.simulate       the same cases under other rules
    cases.read_case           a real case from a file, with everything that is wrong with it

Whole numbers are people, papers or days. A share is a `Fraction`, read from text as a statute
writes it and never from a float. Days are the place's own; an interval of days includes both ends,
and a deadline is half-open as moments: from the first moment of `opens` to the first moment of
`closes`. What cannot be judged is a `RuleRefusal` (`thresholds.errors`) with a code, the key at
fault and the numbers behind it; what can be judged and falls short is a verdict, no exception.

Seoul 2011: with too few voters the box stays shut, so that nobody knows what is inside.

>>> from datetime import date
>>> from thresholds import library
>>> from thresholds.verdict import PollNumbers, judge_poll
>>> law = library.in_force(
...     country="kr", level="province", instrument="referendum", on=date(2011, 8, 24)
... )
>>> vote = judge_poll(law, PollNumbers(electors=8_387_278, voted=2_157_744))
>>> vote.outcome.value, vote.winner
('not_counted', None)
>>> turnout = vote.findings[0]
>>> turnout.needed, turnout.counted, turnout.shortfall, turnout.met
(2795760, 2157744, 638016, False)
>>> turnout.sum
'ceil(8,387,278 × 1/3) = 2,795,760'

The rulebook cites what it rests on, and its fingerprint is what a measure pins.

>>> law.valid_from <= date(2011, 8, 24)
True
>>> len(law.fingerprint)
64

What no law of that day could say is refused with the day on which the first one came.

>>> library.in_force(country="kr", level="city", instrument="recall", on=date(2001, 1, 1),
...     office="mayor")
Traceback (most recent call last):
    ...
thresholds.errors.NoRulebookInForce: ('no-rulebook-in-force', {...})
"""
