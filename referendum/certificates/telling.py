"""What page and PDF both say of a document in words: who led, what is assumed, for whom one signs.

From the document alone, so that the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence

from referendum.certificates.documents import Document
from referendum.certificates.parts import Effect, Label, Officer
from referendum.i18n import rule_names
from referendum.i18n.words import Words


def title(document: Document, words: Words) -> str:
    """What the document calls itself: its class and its subject."""
    part = "petition" if document.poll is None else "poll"
    subject = words(f"certificate.subject.{document.instrument}.{part}")
    return words(f"certificate.class.{document.kind}", subject=subject)


def certified_by(document: Document, words: Words) -> str:
    """Whose officers certified: it stands at the head, whoever the decision is."""
    return " · ".join(_authority(one, words) for one in offices(document))


def issuer(document: Document, words: Words) -> str:
    """Place and offices, as a letterhead has them; the place once, where an office has it too."""
    name = document.jurisdiction
    place = name.en if words.language == "en" and name.en else name.ko
    offices_named = certified_by(document, words)
    return offices_named if offices_named.startswith(place) else f"{place} {offices_named}"


def offices(document: Document) -> Sequence[str]:
    """The authorities of the officers who certified, each once."""
    return list(dict.fromkeys(one.authority for one in document.officers))


def leader(document: Document, words: Words) -> str | None:
    """Which option has more votes, and how many of the valid ones; None where no vote was counted.

    A tie is said of an advisory vote alone: elsewhere the outcome itself says it.
    """
    poll = document.poll
    if poll is None or poll.options is None:
        return None
    if poll.winner is None:
        return words("certificate.tie") if document.outcome == "advisory" else None
    labels = {option.key: option.label for option in document.measure.options}
    votes = {tally.key: tally.count for tally in poll.options}
    return words(
        "certificate.winner",
        option=_in(labels[poll.winner], words),
        votes=votes[poll.winner],
        valid=sum(votes.values()),
    )


def effects(document: Document) -> Sequence[Effect]:
    """What follows from the result, without what the note on an advisory outcome has said."""
    said = document.outcome == "advisory"
    return [one for one in document.effects if not (said and one.key == "no_legal_effect")]


def assumed(document: Document, words: Words) -> Sequence[str]:
    """The assumed values of the rulebook and of the ordinance, by the names of their keys."""
    keys = (*document.rulebook.assumed, *document.assumed)
    return [rule_names.label(words, key) for key in keys]


def office(officer: Officer, words: Words) -> str:
    """For whom an officer certifies, as what and in whose stead.

    The authority is a code or a name of its own.
    """
    known, role = f"measure.authority.{officer.authority}", officer.role
    if officer.deputising_for is not None:
        role = words("absence.in-stead", name=role, absent=officer.deputising_for)
    if not words.has(known):
        return f"{officer.authority} · {role}"
    return words("certificate.officer", authority=words(known), role=role)


def _authority(authority: str, words: Words) -> str:
    """An authority by its code, or by the name of its own that the document has."""
    known = f"measure.authority.{authority}"
    return words(known) if words.has(known) else authority


def _in(label: Label, words: Words) -> str:
    return label.en if words.language == "en" and label.en else label.ko
