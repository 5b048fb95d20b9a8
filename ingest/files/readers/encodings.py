"""Which character encoding a text file is in: the user's word, its mark, or what its bytes allow.

Only what the bytes prove is taken: a mark, the zeros of UTF-16 and UTF-32, valid UTF-8. Anything
else is Western (cp1252) when it reads as plausible words in it, or in another script when a longer
text shows its language; and is asked for when it does not: texts in other encodings of Latin
letters cannot be told apart, and a wrong guess would misspell people.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ingest.files.readers.scan import Scan
from workspace.errors import ConfigError, DataRefused, Place

UTF8 = "utf-8-sig"
MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WIDE = ("utf-16", "utf-32")
# Without a mark: how many bytes a character takes, and in which of them a Latin letter stands.
UNMARKED = (("utf-16-le", 2, 0), ("utf-16-be", 2, 1), ("utf-32-le", 4, 0), ("utf-32-be", 4, 3))
# Names that Python knows and no export is written in.
NOT_FOR_FILES = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
# How much of the lines that are not ASCII is looked at.
SAMPLE_BYTES = 1 << 18
# charset-normalizer knows a language from this coherence on, in a text of this many such bytes.
SURE_COHERENCE = 0.5
SURE_BYTES = 60
# Encodings of Latin letters that are asked for: which it is, short texts do not show.
LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "mac_roman", "cp850")
LETTERS_SHARE = 0.8
LIKELY_MAX = 4


def _western(*codes: str) -> str:
    """Return the characters of cp1252 with these codes, for a set of a regular expression."""
    return re.escape(bytes.fromhex("".join(codes)).decode("cp1252"))


ACCENTED = "À-ÖØ-öø-ÿ" + _western("8a8c8e9a9c9e9f")
LETTER = "A-Za-z" + ACCENTED
LONG_VOWEL = "áéíóúýÁÉÍÓÚÝ"
VOWEL = "aeiouyAEIOUYäöüÄÖÜàâêîôûèìòùïëÀÂÊÎÔÛÈãõåøæ" + LONG_VOWEL
CONSONANT = "bcdfghjklpqrtvwx"
INSIDE_NO_WORD = _western(
    "808283848687888993949598", "8b9ba1a2a3a4a5a6a8a9abacafb1b2b3b6b8b9bbbcbdbebfd7f7"
)
AFTER_NO_LETTER = _western("8283848687888b98a1a8acb8bf")
SIGN = _western("8082838485868788898b9192939495969798999b") + "¡-¿"
# What nobody writes in a Western language: signs inside a word, an opening sign after a letter,
# capitals in its middle, three different accents or signs in a row, the sign of any currency.
IMPLAUSIBLE = re.compile(
    rf"[{LETTER}][{INSIDE_NO_WORD}][{LETTER}]"
    rf"|[{LETTER}][{AFTER_NO_LETTER}]"
    rf"|[a-zà-öø-ÿ][{_western('8a8e9f')}]|[{LETTER}][{_western('8a8e9f')}][a-z]"
    r"|[a-z][À-ÖØ-Þ][a-z]"
    rf"|(?P<one>[{ACCENTED}])(?!(?P=one))[{ACCENTED}]{{2}}"
    rf"|(?P<two>[{ACCENTED}])(?P=two)(?!(?P=two))[{ACCENTED}]"
    rf"|(?P<sign>[{SIGN}])(?!(?P=sign))[{SIGN}]{{2}}"
    r"|¤|[\x80-\x9f\udc80-\udcff]"
    # Where the neighbors of a letter show that it stands for another one: Czech, Slovak, Croatian,
    # Polish, Romanian and Hungarian in cp1250, Turkish in cp1254, Baltic languages in cp1257.
    rf"|[ðþÐÞ]|[Ýý](?=[{LETTER}])|(?<![\w])[ªº¼½¾][{LETTER}]|[{LETTER}][ªº](?!s\b)[{LETTER}]"
    rf"|[ìÌùÙ](?=[{LETTER}])|[õÕ](?![eE])"
    rf"|[{VOWEL}][øØ]|[øØ][{LONG_VOWEL}]"
    rf"|[{LONG_VOWEL}aA][èÈ]|È(?=[{VOWEL}])|[eE{LONG_VOWEL}]ò"
    rf"|(?<![{VOWEL}])[ïÏ]|[{VOWEL}]æ(?![{LETTER}])"
    rf"|[ñÑ](?![{VOWEL}])|ã(?=[{CONSONANT}])|[{CONSONANT}sznm]ë(?![{LETTER}])"
)
# A long file may hold a slip of the keyboard.
IMPLAUSIBLE_SHARE = 0.02
# UTF-8 that was taken for a Western encoding and encoded again: "Ã¼" for "ü". Before a closing
# mark of punctuation, a capital may end a real word in Portuguese.
CLOSING = _western("a0bb91929394969785")
CONTINUING = r"\x80-\x9f¡-º¼-¿" + _western("8082838486878889", "8a8b8c8e9598999a9b9c9e9f")
TWICE_ENCODED = re.compile(
    rf"Ã[{CONTINUING}]"
    rf"|(?<![A-ZÀ-Þ])Ã[{CLOSING}]"
    rf"|Ã[{CLOSING}](?=[A-Za-z])"
    r"|Â[\xa0-¿]|â€|â\u201a¬|â[\x80-\x9f]|ï»¿"
    rf"|[ÄÅ][\x80-\x9f"
    rf"{_western('8284868788899b99a1a2a3a4a5a6a7a8a9aaacadaeaf')}"
    rf"{_western('b0b1b2b3b4b5b6b8b9babcbdbebf')}]"
)


@dataclass(frozen=True)
class Encoding:
    """A file's encoding.

    Attributes:
        name: as Python knows it; UTF-8 is read with or without its mark.
        is_declared: the user says so.
        remark: how it was told, where it was not said and is not UTF-8.
    """

    name: str
    is_declared: bool = False
    remark: str | None = None

    @property
    def plain_name(self) -> str:
        """The encoding as people call it."""
        return _plain(self.name)

    @property
    def is_wide(self) -> bool:
        """Whether every character takes two or four bytes, so that lines cannot be cut in bytes."""
        return self.name.startswith(("utf-16", "utf-32"))


def declared_encoding(declared: str, start: bytes, shown: str) -> Encoding:
    """Return the encoding that the user names.

    Raises:
        ConfigError: there is none of that name, or the file's mark says another.
    """
    try:
        info = codecs.lookup(declared)
    except LookupError as error:
        raise _unknown(declared, shown) from error
    if info.name in NOT_FOR_FILES or not getattr(info, "_is_text_encoding", True):
        raise _unknown(declared, shown)
    marked = _marked(start)
    name = UTF8 if info.name in ("utf-8", "utf-8-sig") else info.name
    if marked is None:
        # Python reads these two by their mark only.
        return Encoding(_ordered(name, start, shown) if name in WIDE else name, is_declared=True)
    if not name.startswith(marked.removesuffix("-sig")):
        raise ConfigError(
            "The encoding is not the one that the file begins with.",
            place=Place(shown, 1),
            found=f"encoding: {declared}, and the mark of {_plain(marked)}",
            to_do="remove `encoding:`",
        )
    return Encoding(marked, is_declared=True)


def _ordered(declared: str, start: bytes, shown: str) -> str:
    """Return UTF-16 or UTF-32 with the order of its bytes, told by where most zeros stand."""
    width = 2 if declared == "utf-16" else 4
    first_n, last_n = start[::width].count(0), start[width - 1 :: width].count(0)
    if first_n == last_n:
        raise ConfigError(
            "The encoding is not that of the file.",
            place=Place(shown, 1),
            found=f"encoding: {declared}, and a file without its mark and its bytes of zero",
            to_do="correct or remove `encoding:`",
        )
    return f"{declared}-{'le' if last_n > first_n else 'be'}"


def early_encoding(start: bytes) -> Encoding | None:
    """Return the encoding that the first bytes prove, or None when the whole file must tell."""
    if marked := _marked(start):
        remark = None if marked == UTF8 else f"read as {_plain(marked)}, told by its mark."
        return Encoding(marked, remark=remark)
    if b"\0" in start:
        return _unmarked_wide(start)
    return None


def found_encoding(path: Path, scan: Scan, shown: str) -> Encoding:
    """Return the encoding of a file that has no mark and that the user says nothing of.

    Raises:
        DataRefused: it is not UTF-8, and what it is cannot be told without guessing.
    """
    if scan.is_utf8:
        return Encoding(UTF8)
    lines = _telling_lines(path)
    if lines.utf8_n:
        held = "line holds" if lines.other_n == 1 else "lines hold"
        remark = (
            f"read as UTF-8; {lines.other_n} {held} bytes that are not, the first line "
            f"{lines.first_other}."
        )
        return Encoding(UTF8, remark=remark)
    sample = b"".join(lines.sample)
    is_western = _is_plausible(sample, "cp1252")
    if not scan.has_line_feed and _is_plausible(sample, "mac_roman"):
        if not is_western:
            return Encoding("mac_roman", remark=_told("mac_roman"))
        raise _ambiguous(lines.first_other, ["cp1252", "mac_roman"], shown)
    if is_western:
        return Encoding("cp1252", remark=_told("cp1252"))
    sure, likely = _named_by_normalizer(sample)
    if sure is not None:
        return Encoding(sure, remark=_told(sure))
    raise _ambiguous(lines.first_other, likely, shown)


def is_twice_encoded(text: str) -> bool:
    """Return whether a text shows UTF-8 that was taken for a Western encoding, as in "Ã¼"."""
    return TWICE_ENCODED.search(text) is not None


@dataclass
class _Telling:
    """The lines that are not ASCII: which are UTF-8, which are not."""

    utf8_n: int
    other_n: int
    first_other: int | None
    sample: list[bytes]


def _telling_lines(path: Path) -> _Telling:
    told, sampled = _Telling(0, 0, None, []), 0
    with path.open("rb") as file:
        for n, line in enumerate(file, 1):
            if line.isascii():
                continue
            if _is_text(line, "utf-8"):
                told.utf8_n += 1
                continue
            told.other_n += 1
            told.first_other = told.first_other or n
            if sampled < SAMPLE_BYTES:
                told.sample.append(line[:SAMPLE_BYTES])
                sampled += len(line)
    return told


def _marked(start: bytes) -> str | None:
    return next((name for mark, name in MARKS if start.startswith(mark)), None)


def _unmarked_wide(start: bytes) -> Encoding | None:
    """Return UTF-16 or UTF-32 when the zero bytes stand where its Latin letters have them."""
    for name, width, letter in UNMARKED:
        letters, others = start[letter::width], [start[n::width] for n in range(width)]
        zeros = [column for n, column in enumerate(others) if n != letter]
        if not letters.count(0) and all(z.count(0) * 2 > len(z) for z in zeros):
            remark = f"read as {_plain(name)}, told by its zero bytes; it has no mark."
            return Encoding(name, remark=remark)
    return None


def _is_plausible(sample: bytes, name: str) -> bool:
    text = sample.decode(name, errors="surrogateescape")
    beyond_n = sum(not c.isascii() for c in text)
    return sum(1 for _ in IMPLAUSIBLE.finditer(text)) <= IMPLAUSIBLE_SHARE * beyond_n


def _named_by_normalizer(sample: bytes) -> tuple[str | None, list[str]]:
    """Return the encoding charset-normalizer is sure of, if any, and those it thinks likely."""
    from charset_normalizer import from_bytes

    matches = [m for m in from_bytes(sample) if not m.encoding.startswith("utf_")]
    high_n = sum(byte >= 0x80 for byte in sample)
    if not matches or _is_latin(sample, matches[0].encoding):
        return None, _latin(sample)
    if high_n < SURE_BYTES or matches[0].coherence < SURE_COHERENCE:
        return None, [match.encoding for match in matches[:LIKELY_MAX]]
    return matches[0].encoding, []


def _is_latin(sample: bytes, name: str) -> bool:
    """Return whether an encoding makes Latin letters of a sample; then it is one of many."""
    letters = [c for c in sample.decode(name, errors="ignore") if c.isalpha() and not c.isascii()]
    latin_n = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return latin_n * 2 >= len(letters)


def _latin(sample: bytes) -> list[str]:
    """Return which encodings of Latin letters make letters and signs of most bytes of a sample."""
    fitting: dict[str, float] = {}
    for name in LATIN:
        beyond = [c for c in sample.decode(name, errors="replace") if not c.isascii()]
        letters_n = sum(c.isalpha() and c != "\ufffd" for c in beyond)
        fitting[name] = letters_n / max(len(beyond), 1)
    return [name for name in LATIN if fitting[name] >= LETTERS_SHARE][:LIKELY_MAX]


def _told(name: str) -> str:
    return (
        f"read as {name}, told by its bytes because it is not UTF-8; say `encoding:` if letters "
        "with accents come out wrong."
    )


def _plain(name: str) -> str:
    return name.removesuffix("-sig").upper()


def _is_text(line: bytes, name: str) -> bool:
    try:
        line.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _unknown(name: str, shown: str) -> ConfigError:
    return ConfigError(
        "Unknown character encoding.",
        place=Place(shown),
        found=name,
        expected="a name such as utf-8, cp1252, utf-16, latin-1",
    )


def _ambiguous(line: int | None, likely: list[str], shown: str) -> DataRefused:
    named = f"; it may be {' or '.join(likely)}" if likely else ""
    return DataRefused(
        "The export is not UTF-8, and its encoding cannot be told without guessing.",
        place=Place(shown, line),
        found="bytes that are not UTF-8" + named,
        expected="UTF-8, or an encoding that the workspace names",
        to_do="say the encoding, as in `encoding: cp1252`, or export as UTF-8",
    )
