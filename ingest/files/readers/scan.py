"""One pass over a file's bytes: its hash, and the few facts that decide how it may be read."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1 << 22
START_BYTES = 1 << 16
# Bytes that UTF-8 text has where an earlier program took UTF-8 for a Western encoding.
TWICE_ENCODED = re.compile(
    rb"\xc3(?:\x83[\xc2\xc5\xc6\xcb\xe2]|\x82\xc2|\xa2[\xc2\xe2]|\xaf\xc2\xbb"
    rb"|[\x84\x85][\xc2\xc5\xc6\xcb\xe2])"
)
MARK_INSIDE = re.compile(rb'[\r\n]\xef\xbb\xbf"')
SEAM_BYTES = 8
# Spaces beside a quote, with what may be the edge of a cell beyond them.
QUOTE_AFTER_SPACE = re.compile(b' "')
SPACES_BEFORE = re.compile(rb"(?:^|[^A-Za-z0-9 ]) +\Z")
SPACES_AFTER = re.compile(rb'" (?: {5}| *[^A-Za-z0-9 ])')


@dataclass(frozen=True)
class Scan:
    """What one pass over a file tells.

    Attributes:
        sha256: hash of its bytes.
        size_bytes: its size.
        lines_n: its lines, ended by a line feed or by the end of the file.
        has_nul: it holds a byte of zero.
        has_lone_return: it holds a carriage return that no line feed follows.
        has_line_feed: it holds a line feed.
        has_mark_inside: a line after the first begins with a byte order mark and a quote, as where
            files were joined.
        is_ended: its last byte ends a line.
        has_spaced_quote: it holds a quote beside a space that may begin or end a cell, which
            readers take in different ways; beyond the space stands no letter and no digit.
        is_utf8: its bytes are valid UTF-8.
        may_be_twice_encoded: it holds bytes of UTF-8 that was encoded a second time.
    """

    sha256: str
    size_bytes: int
    lines_n: int
    has_nul: bool
    has_lone_return: bool
    has_line_feed: bool
    has_mark_inside: bool
    is_ended: bool
    has_spaced_quote: bool
    is_utf8: bool
    may_be_twice_encoded: bool


def scan_file(path: Path) -> Scan:
    """Return what one pass over a file tells."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = newlines = returns = pairs = 0
    has_nul = has_spaced_quote = may_be_twice = is_half = has_mark_inside = False
    is_utf8 = True
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            seam = tail[-1:] + chunk[:1]
            newlines += chunk.count(b"\n")
            if b"\r" in chunk or seam[:1] == b"\r":
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n") + (seam == b"\r\n")
            has_nul = has_nul or b"\0" in chunk
            if b'"' in chunk or b'"' in tail:
                has_spaced_quote = has_spaced_quote or _has_spaced_quote(tail or b"\n", chunk)
            if is_half or not chunk.isascii():
                may_be_twice = may_be_twice or bool(TWICE_ENCODED.search(tail + chunk))
                has_mark_inside = has_mark_inside or MARK_INSIDE.search(tail + chunk) is not None
                is_utf8 = is_utf8 and _decodes(decoder, chunk)
                is_half = is_utf8 and decoder.getstate()[0] != b""
            tail = (tail + chunk)[-SEAM_BYTES:] if len(chunk) < SEAM_BYTES else chunk[-SEAM_BYTES:]
    return Scan(
        sha256=digest.hexdigest(),
        size_bytes=size,
        lines_n=newlines + (tail[-1:] not in (b"", b"\n")),
        has_nul=has_nul,
        has_lone_return=returns != pairs,
        has_line_feed=newlines > 0,
        has_mark_inside=has_mark_inside,
        is_ended=tail[-1:] in (b"\n", b"\r"),
        has_spaced_quote=has_spaced_quote or _has_spaced_quote(tail, b"\n"),
        is_utf8=is_utf8 and not is_half,
        may_be_twice_encoded=may_be_twice,
    )


def _has_spaced_quote(tail: bytes, chunk: bytes) -> bool:
    """Return whether a quote beside spaces may stand at the edge of a cell, by what is beyond."""
    window = tail + chunk
    if b' "' in window and any(
        SPACES_BEFORE.search(window[max(0, found.start() - SEAM_BYTES) : found.start() + 1])
        for found in QUOTE_AFTER_SPACE.finditer(window, max(0, len(tail) - 1))
    ):
        return True
    return b'" ' in window and SPACES_AFTER.search(window) is not None


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True
