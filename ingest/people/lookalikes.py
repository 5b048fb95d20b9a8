"""Words as they are compared and as they look, read with the letters of `lookalikes.yml`."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import yaml

_ALPHABETS = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_LATIN = str.maketrans(
    {
        letter: latin
        for alphabet in _ALPHABETS.values()
        for latin, letters in alphabet.items()
        for letter in letters
    }
)
# Digits that stand for letters.
LETTERS_OF_DIGITS = str.maketrans("0134578", "oieastb")
# Marks set over letters, and letters without a shape.
_UNSEEN = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def visible(text: str) -> str:
    """Return a text in one Unicode form, without marks that only hide what it says."""
    if text.isascii():
        return text
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", seen))


def folded(word: str) -> str:
    """Return a word as it is compared: without case and accents."""
    if word.isascii():
        return word.casefold()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("\u2019", "'")


def latin(word: str) -> str:
    """Return a word as it looks to somebody who reads Latin letters, folded."""
    return folded(folded(unicodedata.normalize("NFD", word).translate(_LATIN)).translate(_LATIN))
