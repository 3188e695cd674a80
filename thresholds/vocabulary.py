"""The closed sets of words in which rules, cases and verdicts are written."""

from __future__ import annotations

from enum import StrEnum


class Instrument(StrEnum):
    """The four ways in which residents decide or ask."""

    INITIATIVE = "initiative"
    REFERENDUM = "referendum"
    RECALL = "recall"
    ADVISORY = "advisory"


class Level(StrEnum):
    """How large the polity is that votes: a municipality up to a union of states."""

    CITY = "city"
    PROVINCE = "province"
    STATE = "state"
    NATION = "nation"
    UNION = "union"


class Office(StrEnum):
    """A public office whose holder can be recalled."""

    GOVERNOR = "governor"
    MAYOR = "mayor"
    COUNCILLOR = "councillor"
    STATE_OFFICER = "state_officer"


class Route(StrEnum):
    """Who asked for a referendum; `mandatory`: nobody has to, the constitution does."""

    RESIDENTS = "residents"
    COUNCIL = "council"
    MAYOR = "mayor"
    STATE = "state"
    MANDATORY = "mandatory"


class Matter(StrEnum):
    """What kind of norm is proposed, where the law asks more for one than for the other."""

    STATUTE = "statute"
    AMENDMENT = "amendment"


class PetitionOutcome(StrEnum):
    """What becomes of a petition; `not_filed`: it was never handed in."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"
    UNKNOWN = "unknown"
    NOT_FILED = "not_filed"


class PollOutcome(StrEnum):
    """What becomes of a vote; `not_counted`: the box stayed shut, `neither`: no side won."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    NEITHER = "neither"
    NOT_COUNTED = "not_counted"
    ADVISORY = "advisory"


class Event(StrEnum):
    """What may happen to a measure and start, or end, a period."""

    CERTIFICATE_PUBLISHED = "certificate_published"
    COLLECTION_CLOSED = "collection_closed"
    SUBMITTED = "submitted"
    LIST_PUBLISHED = "list_published"
    INSPECTION_OPENED = "inspection_opened"
    INSPECTION_CLOSED = "inspection_closed"
    OBJECTIONS_DECIDED = "objections_decided"
    CURE_ORDERED = "cure_ordered"
    ACCEPTED = "accepted"
    EXPLANATION_REQUESTED = "explanation_requested"
    CALLED = "called"
    RESULT_PUBLISHED = "result_published"
    LEGAL_OPINION_RECORDED = "legal_opinion_recorded"
    TERM_STARTED = "term_started"
    TERM_ENDS = "term_ends"
    PREVIOUS_VOTE = "previous_vote"


class DeadlineName(StrEnum):
    """The deadlines that rulebooks state; also their keys in JSON and in words."""

    COLLECTION_ENDS = "collection_ends"
    SUBMISSION_DUE = "submission_due"
    LIST_PUBLICATION_DUE = "list_publication_due"
    INSPECTION_ENDS = "inspection_ends"
    OBJECTIONS_DECIDED_BY = "objections_decided_by"
    CURE_ENDS = "cure_ends"
    DECISION_DUE = "decision_due"
    TABLING_DUE = "tabling_due"
    COUNCIL_VOTE_DUE = "council_vote_due"
    EXPLANATION_DUE = "explanation_due"
    CALL_DUE = "call_due"
    ARGUMENTS_END = "arguments_end"
    VOTE_DAY = "vote_day"
    VOTE_WINDOW_OPENS = "vote_window_opens"
    VOTE_WINDOW_CLOSES = "vote_window_closes"
    ROLL_BASE = "roll_base"
    DISPUTE_DUE = "dispute_due"
    ANSWER_DUE = "answer_due"


class ElectionKind(StrEnum):
    """The public elections that bar or exclude days (공직선거법)."""

    LOCAL = "local"
    ASSEMBLY = "assembly"
    PRESIDENTIAL = "presidential"
    BY_ELECTION = "by_election"
