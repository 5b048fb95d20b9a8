"""Free text without the people in it: names, e-mails, numbers, links and employee ids.

Names come from the roster itself, in whatever way they may be written: with look-alike letters,
joined, as a handle, as a nickname. Too much is taken out rather than too little: a word that is
also somebody's name goes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import yaml

from ingest.columns.tables import Load
from ingest.people.lookalikes import LETTERS_OF_DIGITS, folded, latin, visible

NAME, EMAIL, PHONE, NUMBER, LINK, ID, WITHHELD = (
    *("[name]", "[email]", "[phone]", "[number]", "[link]", "[id]", "[withheld]"),
)

# Every pattern here passes over a text once, whatever stands in it: none begins again inside what
# it has looked at in vain.
_RUN = re.compile(r"[^\s<>()\[\]{},;:\"'|]+")
_HANDLE = re.compile(r"@[^\W\d_][\w.-]*")
_SPELLED_AT = re.compile(r"(?<![\w.-])[\w.-]++\s?[(\[{]\s?at\s?[)\]}]\s?[\w.-]*\w", re.IGNORECASE)
_BRACKETS = frozenset("([{")
_CHUNK = re.compile(r"\S+")
_SCHEME = re.compile(r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,20}://|(?<!\w)www\.", re.I)
_DOMAIN = re.compile(r"(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,20}(?::\d+)?(?=/\w)", re.I)
_IBAN = re.compile(r"(?<!\w)[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}(?!\w)", re.I)
_DIGITS = re.compile(r"[+(]{0,2}\d(?:[\s().\-/+\u2010-\u2015\xb7]{0,3}\d)*+")
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-/\u2010-\u2015]\s?(?:19|20)\d\d")
# Fewer digits are a count or a day, and more than those of a telephone number (ITU-T E.164) those
# of a card or an account.
_LEAST_DIGITS, _PHONE_DIGITS = 7, 15
_MARK = re.compile(r"\w+(?:[-./]\w+)*")
_TOKEN = re.compile(r"[^\W_](?:[\w.'\u2019\u02bc-]*[^\W_])?")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc-][^\W\d_]+)*")
_PART = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .*_-]{1,2}[^\W\d_](?![^\W_])){2,}")
_SIGNS = re.compile(r"\[(?:name|email|phone|number|link|id)\]")
_INITIALS_BEFORE = re.compile(r"(?<!\w)(?:(?:[^\W\d_]\.[ -]?|[A-HJ-Z] ){1,3})(?=\[name\])")
_INITIAL_AFTER = re.compile(r"(?<=\[name\]),? ?(?:[^\W\d_]\.(?!\w)|(?<= )[B-HJ-Z](?![\w'\u2019]))")
# The question about the roster as a whole: whether it has names, and those without words.
ROSTER = "roster"
# How a word is somebody: always, with a capital, or where it looks like a handle.
ALWAYS, _CAPITALIZED, _HANDLED = "always", "capitalized", "handled"
# Signs that join the words of a handle.
_JOINING = frozenset("._-")
# A first letter and a short surname are many an ordinary word: S. Hall, B. Lake.
_JOINED_LETTERS = 6
# Words inside names that are words of every sentence.
_PARTICLES = frozenset(
    (
        *("al", "and", "bin", "da", "das", "de", "del", "den", "der", "di", "dos", "du", "e", "el"),
        *("la", "las", "le", "los", "of", "ten", "ter", "the", "und", "van", "von", "y", "zu"),
    )
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})


class Redactor:
    """Takes people out of text.

    Args:
        names: first and last names, each as the roster writes it.
        ids: employee ids.
        full_names: first and last name of people who have both.
        is_erased: tells whether a question of `answers` is about somebody who was erased, of whom
            nothing is known in plain text.
    """

    def __init__(
        self,
        *,
        names: Iterable[str],
        ids: Iterable[str],
        full_names: Iterable[tuple[str, str]] = (),
        is_erased: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._words: dict[str, str] = {}
        self._is_erased = is_erased
        self._full_names: set[frozenset[str]] = set()
        runs: set[str] = set()
        # Many people share a name, and learning it again says nothing new.
        for name in dict.fromkeys(names):
            self._learn(name, runs)
        for first, last in dict.fromkeys(full_names):
            pairs = itertools.product(_parts_of(first), _parts_of(last))
            self._full_names.update(map(frozenset, pairs))
            self._learn_joined(first, last)
        self._runs = sorted(runs)
        self._ids = {one.casefold() for one in ids}
        self._asked: set[str] = set()

    @property
    def knows_names(self) -> bool:
        """Whether there is a roster to redact by."""
        self._asked.add(ROSTER)
        return bool(self._words or self._runs)

    def answers(self) -> Iterator[tuple[str, str]]:
        """Yield what the roster answers to each question that `redact` may ask, if not "no"."""
        yield ROSTER, f"{bool(self._words)} {self._runs}"
        yield from ((f"id {one}", "yes") for one in self._ids)
        yield from ((f"full {' '.join(sorted(pair))}", "yes") for pair in self._full_names)
        yield from ((f"name {word}", how) for word, how in self._words.items())

    def answer(self, question: str) -> str | None:
        """Return what the roster answers to one of them, if not "no"."""
        about, _, asked = question.partition(" ")
        if about == "name":
            return self._words.get(asked)
        if about == "id":
            return "yes" if asked in self._ids else None
        if about == "full":
            return "yes" if frozenset(asked.split(" ")) in self._full_names else None
        return f"{bool(self._words)} {self._runs}" if question == ROSTER else None

    def asked(self) -> set[str]:
        """Return the questions that were asked since the last time they were told."""
        asked, self._asked = self._asked, set()
        return asked

    def redact(self, text: str) -> str:
        """Return the text with everybody taken out."""
        self._asked.add(ROSTER)
        plain = visible(text)
        plain = _in_chunks(plain, _without_links)
        if "@" in plain:
            plain = _RUN.sub(_without_address, plain)
        if not _BRACKETS.isdisjoint(plain):
            plain = _SPELLED_AT.sub(EMAIL, plain)
        plain = _MARK.sub(self._id, plain)
        if _DIGITS.search(plain):
            plain = _DIGITS.sub(_without_number, _IBAN.sub(_without_account, plain))
        if self._runs:
            plain = _outside_signs(plain, lambda part: _without(part, self._runs))
        plain = _outside_signs(plain, lambda part: _APART.sub(self._spelled, part))
        plain = _outside_signs(plain, lambda part: _TOKEN.sub(self._token, part))
        if NAME in plain:
            plain = _INITIAL_AFTER.sub("", _INITIALS_BEFORE.sub("", plain))
        return plain

    def redact_name(self, word: str) -> str:
        """Return a sign in place of a word that is a name, and any other word as it is."""
        return NAME if self._is_name(word) else word

    def redact_full_names(self, text: str) -> str:
        """Return a text that is no free text, such as a department's name, without full names.

        In "Sales (Ann Smith)" that is somebody; "Smith Street" and "Grace Hall" are left alone
        where nobody is called so.
        """
        plain = visible(text)
        words = list(_PART.finditer(plain))
        spans = [
            (one.start(), other.end())
            for one, other in itertools.pairwise(words)
            if not plain[one.end() : other.start()].strip(" ,.") and self._is_full_name(one, other)
        ]
        return _covered(plain, spans) if spans else text

    def _is_full_name(self, one: re.Match[str], other: re.Match[str]) -> bool:
        pair = frozenset((folded(one.group()), folded(other.group())))
        question = f"full {' '.join(sorted(pair))}"
        self._asked.add(question)
        return pair in self._full_names or self._is_erased(question)

    def _learn(self, name: str, runs: set[str]) -> None:
        """Take in a name: its words in every spelling, or the whole where it has no case.

        A sign in place of a name is none.
        """
        plain = visible(name).strip()
        if not any(letter.isalpha() for letter in plain):
            return
        if plain.lower() == plain.upper():
            runs.add(plain)
            return
        words = _PART.findall(plain)
        for word in {*_WORD.findall(plain), *words}:
            is_particle = len(words) > 1 and (len(word) < 2 or word.casefold() in _PARTICLES)
            if not is_particle:
                self._words |= dict.fromkeys(_spellings(word), ALWAYS)
                self._learn_relatives(word)
        if len(words) > 1:
            self._add("".join(words), ALWAYS)

    def _learn_relatives(self, word: str) -> None:
        """Take in what somebody of a name is also called."""
        relatives, common = _relatives()
        for spelling in _spellings(word):
            for other in relatives.get(spelling, ()):
                self._add(other, _CAPITALIZED if other in common else ALWAYS)

    def _learn_joined(self, first: str, last: str) -> None:
        """Take in a first and a last name without a space, or an initial in place of the first."""
        firsts, lasts = _PART.findall(visible(first)), _PART.findall(visible(last))
        if not firsts or not lasts:
            return
        relatives = [one for word in firsts for one in _relatives()[0].get(folded(word), ())]
        for given in {*firsts, "".join(firsts), *relatives}:
            for family in {lasts[-1], "".join(lasts)}:
                for one in (given, given[0]):
                    for joined in (one + family, family + one):
                        long = len(joined) >= _JOINED_LETTERS
                        self._add(joined, ALWAYS if long else _HANDLED)
                self._add(given + family[0], _HANDLED)

    def _add(self, word: str, how: str) -> None:
        """Take in a word that may be somebody, unless it is anyway."""
        for spelling in _spellings(word):
            known = self._words.get(spelling)
            if known is None or (known == _HANDLED and how != _HANDLED):
                self._words[spelling] = how

    def _id(self, found: re.Match[str]) -> str:
        mark = found.group()
        if self._is_id(mark):
            return ID
        return (
            mark
            if "/" not in mark
            else "/".join(ID if self._is_id(part) else part for part in mark.split("/"))
        )

    def _is_id(self, mark: str) -> bool:
        fold = mark.casefold()
        self._asked.add(f"id {fold}")
        return fold in self._ids or self._is_erased(f"id {fold}")

    def _spelled(self, found: re.Match[str]) -> str:
        """Return what stands for single letters: a name that is spelled, or they themselves."""
        word = "".join(_PART.findall(found.group()))
        return NAME if self._is_name(word, handled=True) else found.group()

    def _token(self, found: re.Match[str]) -> str:
        """Return what stands for a word, or for words joined by signs."""
        token = found.group()
        if token.isalpha():
            return NAME if self._is_somebody(token) else token
        parts = _PART.findall(token)
        is_joined = len(parts) > 1 and not _JOINING.isdisjoint(token)
        if is_joined and self._is_name("".join(parts), handled=True):
            return NAME
        has_digits = any(sign.isdigit() for sign in token)
        if (has_digits or "_" in token) and parts:
            whole = re.sub(r"[\W_]", "", token).translate(LETTERS_OF_DIGITS)
            tried = [*parts, *([whole] if has_digits else [])]
            if any(self._is_somebody(part, handled=True) for part in tried):
                return NAME
        return _WORD.sub(self._word, token)

    def _word(self, found: re.Match[str]) -> str:
        word = found.group()
        if self._is_somebody(word):
            return NAME
        return _PART.sub(lambda p: NAME if self._is_somebody(p.group()) else p.group(), word)

    def _is_somebody(self, word: str, *, handled: bool = False) -> bool:
        """Return whether a word is a name, or one of several words that capitals tell apart."""
        if self._is_name(word, handled=handled):
            return True
        humps = _humps(word)
        return len(humps) > 1 and (
            self._is_name(word, handled=True)
            or any(len(hump) > 1 and self._is_name(hump) for hump in humps)
        )

    def _is_name(self, word: str, *, handled: bool = False) -> bool:
        spellings = _spellings(word)
        spellings |= {one.removesuffix("s") for one in spellings}
        self._asked.update(f"name {one}" for one in spellings)
        hows = {self._words.get(one) for one in spellings}
        doubted = [_CAPITALIZED] if handled or word[0].isupper() else []
        doubted += [_HANDLED] if handled else []
        return (
            ALWAYS in hows
            or not hows.isdisjoint(doubted)
            or any(self._is_erased(f"name {one}") for one in spellings)
            or any(self._is_erased(f"{how} name {one}") for how in doubted for one in spellings)
        )


def redactor_of(load: Load, *, is_erased: Callable[[str], bool]) -> Redactor:
    """Return what takes everybody whom people and job_history name out of text.

    Args:
        load: the load.
        is_erased: as in `Redactor`.
    """
    rows = load.connection.execute(
        "select employee_id, first_name, last_name from roster"
    ).fetchall()
    jobs = load.connection.execute(
        "select distinct identifier from known_ids where table_name = 'job_history'"
    ).fetchall()
    return Redactor(
        names=[name for _, first, last in rows for name in (first, last) if name],
        ids={one for one, *_ in [*rows, *jobs] if one and "@" not in one},
        full_names=[(first, last) for _, first, last in rows if first and last],
        is_erased=is_erased,
    )


def short_forms() -> frozenset[str]:
    """Return the names and short forms that somebody may be called by, as words in lower case."""
    said = yaml.safe_load(Path(__file__).with_name("nicknames.yml").read_text(encoding="utf-8"))
    both = (f"{name} {shorts}".casefold().split() for name, shorts in said["short_forms"].items())
    return frozenset(itertools.chain.from_iterable(both))


@cache
def _relatives() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return the other names of whoever has a name, and those that are words of every sentence."""
    said = yaml.safe_load(Path(__file__).with_name("nicknames.yml").read_text(encoding="utf-8"))
    relatives: dict[str, set[str]] = {}
    for name, short_forms in said["short_forms"].items():
        for short in short_forms.split():
            for one, other in ((name, short), (short, name)):
                relatives.setdefault(folded(one), set()).add(folded(other))
    return {one: frozenset(others) for one, others in relatives.items()}, frozenset(
        said["words"].split()
    )


def _in_chunks(text: str, without: Callable[[str], str]) -> str:
    """Return a text each of whose chunks between spaces is replaced."""
    if "/" not in text and "www." not in text.casefold():
        return text
    return _CHUNK.sub(lambda found: without(found.group()), text)


def _without_links(chunk: str) -> str:
    found = _SCHEME.search(chunk) or _DOMAIN.search(chunk)
    if found is None:
        return chunk
    link = chunk[found.start() :]
    return chunk[: found.start()] + LINK + link[len(link.rstrip(".,;:!?)]}>\"'\u2019\u201d")) :]


def _without_address(found: re.Match[str]) -> str:
    """Return what stands for an e-mail address or a handle."""
    run = found.group()
    if "@" in run[1:-1]:
        return EMAIL
    return _HANDLE.sub(NAME, run) if run.startswith("@") else run


def _without_account(found: re.Match[str]) -> str:
    digits_n = sum(sign.isdigit() for sign in found.group())
    return NUMBER if digits_n >= _LEAST_DIGITS else found.group()


def _without_number(found: re.Match[str]) -> str:
    digits_n = sum(sign.isdigit() for sign in found.group())
    if digits_n < _LEAST_DIGITS or _YEARS.fullmatch(found.group()):
        return found.group()
    return PHONE if digits_n <= _PHONE_DIGITS else NUMBER


def _outside_signs(text: str, replaced: Callable[[str], str]) -> str:
    """Return a text whose parts between the signs that stand for somebody are replaced."""
    if "[" not in text:
        return replaced(text)
    signs = iter(_SIGNS.findall(text))
    return "".join(replaced(part) + next(signs, "") for part in _SIGNS.split(text))


def _humps(word: str) -> list[str]:
    """Return the words that capitals tell apart in a word: Ann Smith in AnnSmith, A Smith too."""
    starts = [0] + [n for n in range(1, len(word)) if word[n].isupper() and word[n - 1].islower()]
    if word[:2].isupper() and word[2:3].islower():
        starts.insert(1, 1)
    return [word[one:other] for one, other in zip(starts, [*starts[1:], len(word)], strict=True)]


def _parts_of(name: str) -> set[str]:
    """Return the words of a name as they are compared."""
    return {folded(word) for word in _PART.findall(visible(name))}


def _without(text: str, runs: Iterable[str]) -> str:
    """Return a text in which a sign covers every place where one of these stands."""
    spans = []
    for run in runs:
        start = text.find(run)
        while start >= 0:
            spans.append((start, start + len(run)))
            start = text.find(run, start + 1)
    return _covered(text, spans)


def _covered(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with one sign for each stretch that overlapping spans cover together."""
    pieces, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            pieces += [text[end:start], NAME]
        end = max(end, stop)
    return "".join((*pieces, text[end:]))


def _spellings(word: str) -> set[str]:
    """Return a word as it may be typed: without accents, with letters for umlauts, as it looks."""
    if word.isascii():
        return {word.casefold()}
    plain = word.casefold()
    return {folded(word), folded(plain.translate(_UMLAUTS)), latin(word)}
