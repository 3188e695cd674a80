"""The public address book: every link that leaves the service is made here, and nowhere else.

A message, a PDF, a feed or an invitation is read far from this service and cannot be mended
afterwards. A test opens each of these addresses and finds its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute addresses under the one that people know the service by (`public_url`)."""

    public_url: str

    @property
    def host(self) -> str:
        """The name of the service's machine, for identifiers that are to be unique in the world."""
        return urlsplit(self.public_url).hostname or "localhost"

    def page(self, path: str) -> str:
        """A page that stands where it does in every city, by its path."""
        return self._at(path)

    @property
    def sitemap(self) -> str:
        """What search engines are told of."""
        return self._at("/sitemap.xml")

    def picture(self, number: int, language: str) -> str:
        """A measure as a picture, for whoever passes its address on."""
        return self._at(f"/measures/{number}/picture.png?lang={language}")

    def measure(self, number: int) -> str:
        """The page of a measure, by the number that people know it by."""
        return self._at(f"/measures/{number}")

    def certificate(self, certificate_id: UUID) -> str:
        """The page that tells a certificate and checks a file against it."""
        return self._at(f"/certificates/{certificate_id}")

    def workspace(self, number: int) -> str:
        """The page of a measure for those who represent it."""
        return self._at(f"/workspace/{number}")

    def invitation(self, number: int, invitation_id: UUID) -> str:
        """Where whoever was invited joins the representatives of a measure."""
        return self._at(f"/workspace/{number}/join/{invitation_id}")

    def following(self, token: str) -> str:
        """Where whoever follows something confirms it, changes how, or stops it."""
        return self._at(f"/follow/{token}")

    def voting(self, number: int) -> str:
        """How one votes on a measure: where, when, and what to bring."""
        return self._at(f"/measures/{number}/vote")

    @property
    def former_number(self) -> str:
        """Where the holder of a number objects to another one that took its place."""
        return self._at("/former-number")

    def set_up(self, token: str) -> str:
        """Where an officer sets up their account, once."""
        return self._at(f"/desk/set-up/{token}")

    def directory_return(self) -> str:
        """Where an office's own directory sends its officers back to."""
        return self._at("/desk/directory/return")

    @property
    def desk(self) -> str:
        """What an officer has to do."""
        return self._at("/desk")

    def proposal(self, proposal_id: UUID) -> str:
        """What waits for a second officer."""
        return self._at(f"/desk/proposals/{proposal_id}")

    @property
    def mail(self) -> str:
        """Where an officer chooses what mail they want."""
        return self._at("/desk/mail")

    def _at(self, path: str) -> str:
        return self.public_url.rstrip("/") + path
