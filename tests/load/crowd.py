"""A crowd of clients as a process of its own: `python -m tests.load.crowd`, its orders on stdin.

Each client has one connection over loopback and goes through whole flows, one after another: asks
for a code, answers it, signs. The code comes from the derivation by which the demo's outbox page
shows it: no code is stored anywhere. Ends after so many flows, or when its time is over.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from referendum.identity import codes
from referendum.kernel import keys
from referendum.kernel.sealing import Vault

WORDING: Final = "2026-11"
CONSENTS: Final = dict.fromkeys(("purpose", "sensitive", "retention"), WORDING)
CSRF: Final = re.compile(rb'name="csrf" value="([^"]+)"')
NO_LENGTH: Final = 0
CREATED: Final = 201
SEE_OTHER: Final = 303
OK: Final = 200
RECEIPT: Final = b"receipt-value"


class Unexpected(Exception):
    """An answer that no flow goes on from."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: bytes) -> str:
        found = re.search(rb"\r\n" + name + rb": ([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode() if found else ""


@dataclass(slots=True)
class Client:
    """One kept connection, and the cookies of the flow that runs on it."""

    host: str
    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, kind: str = "", csrf: str = ""
    ) -> Answer:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"] if kind else []
        lines += [f"X-CSRF-Token: {csrf}"] if csrf else []
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        answer = await self._read()
        for name, value in re.findall(rb"\r\nset-cookie: ([^=]+)=([^;\r]*)", answer.head):
            self.cookies[name.decode()] = value.decode()
        return answer

    async def _read(self) -> Answer:
        assert self.reader is not None
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head)
        size = int(length[1]) if length else NO_LENGTH
        return Answer(int(head[9:12]), head, await self.reader.readexactly(size) if size else b"")

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What is signed, and the keys that codes derive from."""

    petition: str
    measure: int
    vault: Vault

    def code(self, challenge: str) -> str:
        return codes.derive(self.vault, UUID(challenge))


Person = dict[str, str]
Flow = Callable[[Client, Aim, Person], Coroutine[Any, Any, None]]


def insist(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise Unexpected(f"{answer.status}: {answer.body[:300].decode(errors='replace')}")
    return answer


async def by_api(client: Client, aim: Aim, person: Person) -> None:
    """Three requests."""

    async def send(path: str, given: Any, csrf: str = "") -> Any:
        body, kind = json.dumps(given).encode(), "application/json"
        answer = await client.ask("POST", f"/api/v1{path}", body, kind=kind, csrf=csrf)
        return insist(answer, CREATED).json

    asked = await send("/challenges", person)
    signed_in = await send("/sessions", {"challenge": asked["id"], "code": aim.code(asked["id"])})
    signed = await send(
        f"/petitions/{aim.petition}/signatures", {"consents": CONSENTS}, signed_in["csrf"]
    )
    if not signed["receipt"]:
        raise Unexpected("no receipt")


async def by_pages(client: Client, aim: Aim, person: Person) -> None:
    """The steps that a browser takes, its forms and the pages it is sent on to."""
    token = ""

    async def show(path: str) -> None:
        nonlocal token
        found = CSRF.search(insist(await client.ask("GET", path), OK).body)
        token = found[1].decode() if found else token

    async def send(path: str, status: int, **given: str) -> Answer:
        body = urlencode({**given, "csrf": token}).encode()
        kind = "application/x-www-form-urlencoded"
        return insist(await client.ask("POST", path, body, kind=kind), status)

    sign = f"/measures/{aim.measure}/sign"
    consent = f"{sign}/consent"
    await show(sign)
    await show(f"/sign-in?{urlencode({'next': consent})}")
    asked = (await send("/sign-in", SEE_OTHER, next=consent, **person)).header(b"location")
    await show(asked)
    challenge = asked.partition("?")[0].rpartition("/")[2]
    await send(f"/sign-in/{challenge}", SEE_OTHER, next=consent, code=aim.code(challenge))
    await show(consent)
    agreed = dict.fromkeys(CONSENTS, "yes")
    await send(consent, OK, **agreed)
    done = await send(sign, OK, **agreed)
    if RECEIPT not in done.body:
        raise Unexpected("no receipt on the page")


FLOWS: Final[dict[str, Flow]] = {"api": by_api, "pages": by_pages}


async def run(order: dict[str, Any]) -> dict[str, Any]:
    """Go through the flows; gives how long each took, and what went otherwise than it should."""
    aim = Aim(order["petition"], order["measure"], Vault(keys.load(Path(order["keys"]))))
    host, _, port = order["address"].removeprefix("http://").partition(":")
    people, flow = iter(order["people"]), FLOWS[order["flow"]]
    took: list[float] = []
    wrong: list[str] = []
    began = time.perf_counter()
    until = began + order["seconds"]

    async def client() -> None:
        own = Client(host, int(port))
        for person in people:
            if (start := time.perf_counter()) > until:
                break
            own.cookies.clear()
            try:
                await flow(own, aim, person)
            except (Unexpected, OSError, asyncio.IncompleteReadError) as error:
                wrong.append(f"{type(error).__name__}: {error}")
                own.close()
                continue
            took.append(time.perf_counter() - start)
        own.close()

    await asyncio.gather(*(client() for _ in range(order["clients"])))
    return {"seconds": time.perf_counter() - began, "took": took, "wrong": wrong}


def main() -> None:
    json.dump(asyncio.run(run(json.load(sys.stdin))), sys.stdout)


if __name__ == "__main__":
    main()
