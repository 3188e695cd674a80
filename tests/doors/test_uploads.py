"""What is sent with a form lies on no disk in the clear."""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser

from referendum.doors.uploads import SMALL, SealedSpool, seal_uploads
from tests.coroutines import finished

NAME = "홍길동".encode()
CONTENT = NAME * 300_000


async def sent() -> AsyncGenerator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    for at in range(0, len(CONTENT), 50_000):
        yield CONTENT[at : at + 50_000]
    yield b"\r\n--x--\r\n"


def test_a_file_larger_than_what_is_kept_in_memory_is_sealed_where_it_lies() -> None:
    seal_uploads()
    headers = Headers({"content-type": "multipart/form-data; boundary=x"})
    form = finished(MultiPartParser(headers, sent()).parse())
    given = form["file"]
    assert isinstance(given, UploadFile)
    assert given.size == len(CONTENT)
    spool: Any = given.file
    assert isinstance(spool, SealedSpool)
    spool._file.seek(0)
    lying = spool._file.read()
    assert len(lying) == len(CONTENT)
    assert NAME not in lying
    spool.seek(0)
    assert spool.read() == CONTENT
    spool.close()
    with pytest.raises(ValueError, match="closed"):
        spool.read()


def test_a_form_of_a_thousand_files_opens_none() -> None:
    """A process may open about as many: whoever sent such a form would shut the service."""
    seal_uploads()

    async def many() -> AsyncGenerator[bytes]:
        for at in range(1_000):
            head = f'--x\r\nContent-Disposition: form-data; name="f"; filename="{at}"\r\n\r\n'
            yield f"{head}z\r\n".encode()
        yield b"--x--\r\n"

    headers = Headers({"content-type": "multipart/form-data; boundary=x"})
    before = len(list(Path("/proc/self/fd").iterdir()))
    form = finished(MultiPartParser(headers, many()).parse())
    during = len(list(Path("/proc/self/fd").iterdir()))
    assert len(form.getlist("f")) == 1_000
    assert during - before < 10
    finished(form.close())


@given(
    st.sampled_from((0, SMALL - 60)),
    st.lists(st.binary(max_size=70)),
    st.lists(st.tuples(st.integers(0, 200), st.integers(-1, 90))),
)
def test_it_reads_as_any_file_does(
    before: int, written: list[bytes], looked: list[tuple[int, int]]
) -> None:
    """Also where it has grown too large for memory."""
    plain, sealed = io.BytesIO(), SealedSpool(0)
    for piece in [b"x" * before, *written]:
        assert sealed.write(piece) == plain.write(piece)
    for at, size in looked:
        assert sealed.seek(before + at) == plain.seek(before + at)
        assert sealed.read(size) == plain.read(size)
        assert sealed.tell() == plain.tell()
    sealed.close()
