"""The ways of not being let in, each with its code and facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, TypeVar

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import RoleMissing

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Refused:
    """A no that has left traces (a counted try, a used code) which must be committed.

    So it is given as a value. Raise it only once the unit of work is closed:

        with begin() as uow:
            outcome = codes.verify_code(uow, ...)
        recognised = insist(outcome)
    """

    because: DomainError


def insist(outcome: Outcome | Refused) -> Outcome:
    """The success, or the refusal raised: to be called after the commit."""
    if isinstance(outcome, Refused):
        raise outcome.because
    return outcome


class PhoneNotUsable(DomainError):
    """The number is not a mobile one of an allowed country. Fact: `reason`, a PhoneProblem."""

    code: ClassVar[str] = "phone-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class TooManyCodes(DomainError):
    """A send limit is reached (OTP-10). Facts: `scope`, and `minutes` until it surely is not.

    What a number's holder has used up, or strangers have, is told apart: "asker", "address" and
    "number" leave other browsers, other networks, and the desk.
    """

    code: ClassVar[str] = "too-many-codes"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY


class PhoneLocked(DomainError):
    """Too many wrong codes for a number within a day, in browsers strange to it (OTP-05).

    It ends by itself; the desk can lift it before.
    """

    code: ClassVar[str] = "phone-locked"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class CodeUnknown(DomainError):
    """No challenge of this browser, for this purpose and subject, goes by that id (OTP-04)."""

    code: ClassVar[str] = "code-unknown"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class CodeMalformed(DomainError):
    """Not six digits: no try is counted for it."""

    code: ClassVar[str] = "code-malformed"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class CodeWrong(DomainError):
    """Facts: `tries_left` for this code, `wait_seconds` until the next try."""

    code: ClassVar[str] = "code-wrong"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class CodeTooSoon(DomainError):
    """A try before the growing delay was over: it was not looked at. Fact: `wait_seconds`."""

    code: ClassVar[str] = "code-too-soon"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY


class CodeExhausted(DomainError):
    """Five wrong tries: the code is dead, even the right one."""

    code: ClassVar[str] = "code-exhausted"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY


class CodeExpired(DomainError):
    code: ClassVar[str] = "code-expired"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class CodeUsed(DomainError):
    code: ClassVar[str] = "code-used"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class CodeSuperseded(DomainError):
    """The same browser asked for a newer code with this number."""

    code: ClassVar[str] = "code-superseded"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class NotRecognised(DomainError):
    """The phone is proved, but the register does not join it to the one person described.

    Facts: `reason` ("no_match" or "ambiguous"; the first never says whether such a person
    exists) and `alternatives`, the ways to go on.
    """

    code: ClassVar[str] = "not-recognised"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class PhoneRests(DomainError):
    """The phone came onto the register lately and serves nobody yet (OTP-15).

    Facts: `days` until it does, and `alternatives`. Told to whoever proved the phone, and no other.
    """

    code: ClassVar[str] = "phone-rests"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class PhoneStopped(DomainError):
    """The phone came onto the register, and its former number objected or was not told yet.

    Fact: `alternatives`; the desk can settle it.
    """

    code: ClassVar[str] = "phone-stopped"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class PhoneChangeNotFound(DomainError):
    """No objection to a phone goes by that id here, or it was settled meanwhile."""

    code: ClassVar[str] = "phone-change-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class OwnPhoneChange(DomainError):
    """Who had a phone taken into the register does not settle an objection to it."""

    code: ClassVar[str] = "own-phone-change"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class DemoOnly(DomainError):
    """What only the demo shows was asked for outside it."""

    code: ClassVar[str] = "demo-only"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class NotSignedIn(DomainError):
    """No session, or one of the other kind."""

    code: ClassVar[str] = "not-signed-in"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class SessionNotExtendable(DomainError):
    """The session was extended as often as may be, is over, or is an officer's."""

    code: ClassVar[str] = "session-not-extendable"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class SignInRefused(DomainError):
    """Unknown name, wrong password, wrong code or disabled account: never said which."""

    code: ClassVar[str] = "sign-in-refused"
    refusal: ClassVar[Refusal] = Refusal.NOT_KNOWN


class SignInLocked(DomainError):
    """Too many failures for this name, known or not, from one place.

    Facts: `wait_seconds`, and `minutes` for people.
    """

    code: ClassVar[str] = "sign-in-locked"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY


class ConfirmationPaused(DomainError):
    """Too many wrong codes to confirm something in this session. Facts as of SignInLocked."""

    code: ClassVar[str] = "confirmation-paused"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY
    at: ClassVar[str | None] = "code"


class SignInBusy(DomainError):
    """Another try for this name from the same place is being looked at. Fact: `wait_seconds`."""

    code: ClassVar[str] = "sign-in-busy"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY


class NameClosed(DomainError):
    """Too many failures for this name from many addresses: browsers strange to it wait.

    Facts as of SignInLocked. It is the same whether or not an account has the name.
    """

    code: ClassVar[str] = "name-closed"
    refusal: ClassVar[Refusal] = Refusal.TOO_MANY


class AdministratorCanUnlock(DomainError):
    """The command line opens an account only where no administrator of its authority could."""

    code: ClassVar[str] = "administrator-can-unlock"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class SetupLinkNotUsable(DomainError):
    """Unknown, used or older than 48 hours."""

    code: ClassVar[str] = "setup-link-not-usable"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class PasswordTooWeak(DomainError):
    """Fact: `reason`, a PasswordProblem."""

    code: ClassVar[str] = "password-too-weak"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class ConfirmationRefused(DomainError):
    """Password and code were both asked for again, and one of them does not fit: not which."""

    code: ClassVar[str] = "confirmation-refused"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED
    at: ClassVar[str | None] = "password"


class SecondFactorWrong(DomainError):
    """The code does not fit the authenticator (when setting it up, or to confirm an act)."""

    code: ClassVar[str] = "second-factor-wrong"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED
    at: ClassVar[str | None] = "code"


class UsernameNotUsable(DomainError):
    code: ClassVar[str] = "username-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class UsernameTaken(DomainError):
    code: ClassVar[str] = "username-taken"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class StaffNotFound(DomainError):
    code: ClassVar[str] = "staff-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class StaffOfOtherAuthority(DomainError):
    """An administrator manages the accounts of the own authority only."""

    code: ClassVar[str] = "staff-of-other-authority"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class RolesExclude(DomainError):
    """Two roles that one account must not have together. Fact: `roles`, as their names."""

    code: ClassVar[str] = "roles-exclude-each-other"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "roles"


class ConsentAwaited(RoleMissing):
    """What the account was given waits for a second administrator."""

    code: ClassVar[str] = "consent-awaited"


class CertifierWaits(RoleMissing):
    """New, changed or set up again, an account certifies only after a while. Fact: `opens_at`."""

    code: ClassVar[str] = "certifier-waits"


class AccountsExcludeCertifying(RoleMissing):
    """An account from before that both manages accounts and certifies must give up one of them."""

    code: ClassVar[str] = "accounts-exclude-certifying"


class ConfirmationOverdue(RoleMissing):
    """No administrator confirmed this account's roles for more than half a year."""

    code: ClassVar[str] = "confirmation-overdue"


class MarkedAbsent(RoleMissing):
    """The officer is away, and a deputy has the roles. Fact: `until`. They may end it."""

    code: ClassVar[str] = "marked-absent"


class DeputyExcluded(RoleMissing):
    """Together with what the deputy has or is lent elsewhere the role would be one too many."""

    code: ClassVar[str] = "deputy-excluded"


RESTING: Final = (
    ConsentAwaited,
    CertifierWaits,
    AccountsExcludeCertifying,
    ConfirmationOverdue,
    MarkedAbsent,
    DeputyExcluded,
)
"""Why a role that an account has is of no use just now, wherever one may be missing."""


class SecondAdministratorFirst(DomainError):
    """Nobody could consent: the authority has no other administrator whose account is in use."""

    code: ClassVar[str] = "second-administrator-first"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ConsentNotYours(DomainError):
    """Whoever asked for consent, or is given something by it, does not give it."""

    code: ClassVar[str] = "consent-not-yours"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class ConsentNotAwaited(DomainError):
    """Nothing waits for it any more."""

    code: ClassVar[str] = "consent-not-awaited"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class OwnAccount(DomainError):
    """Nobody changes, confirms, renews or opens their own account."""

    code: ClassVar[str] = "own-account"
    refusal: ClassVar[Refusal] = Refusal.NOT_ALLOWED


class AdministratorsEnough(DomainError):
    """The authority has two administrators: they invite all others."""

    code: ClassVar[str] = "administrators-enough"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class MailboxNotUsable(DomainError):
    """The address to which the set-up link is to go is missing or is none."""

    code: ClassVar[str] = "mailbox-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "email"


class SealNotConfirmed(DomainError):
    """A printed link counts only if its holder says that the sheet came closed."""

    code: ClassVar[str] = "seal-not-confirmed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "closed"
