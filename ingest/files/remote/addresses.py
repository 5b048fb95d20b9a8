"""Addresses of remote places, without the secrets that do not belong in them."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from workspace.errors import ConfigError, Place

SCHEMES = ("http", "https", "s3", "sftp")
WEB = ("http", "https")
EXAMPLES = "sftp://user@host/folder/*.csv, s3://bucket/folder/file.csv or https://host/report"
TO_DO_SECRETS = (
    "take it out, write `credentials: NAME` beside the path, and set the secret as an environment "
    "variable such as MENTORSHIP_NAME_PASSWORD; then change the secret, since a file has held it"
)
# Parameters by which places take secrets, in small letters and with _ between words: keys of
# programs, one-time codes, signed addresses.
_SECRET_PARAMETERS = re.compile(
    r"pass|pwd|secret|credential|signature|jwt|bearer|token$|^oauth"
    r"|^(sig|sas|sid|otp|pin|pw|code|key|ticket|session(_?id)?|auth(orization)?)$"
    r"|(api|access|account|app|auth|client|functions?|master|private|shared|subscription|user)"
    r"_?key(_?id)?$"
    r"|(access|auth|authorization|login|security|verification)_?code$"
)
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Address:
    """Where a remote file, or several, lie.

    Attributes:
        scheme: http, https, s3 or sftp.
        host: the machine; the bucket of S3.
        port: where the address says so.
        user: the account of SFTP, where the address says so.
        path: from the root of the place; of the web as it is sent, else as it is spelled.
        query: what a web address asks for.
    """

    scheme: str
    host: str
    port: int | None
    user: str | None
    path: str
    query: str

    @property
    def shown(self) -> str:
        """The address as errors, lineage and the ledger name it: without user and query."""
        return f"{self.scheme}://{self.authority}{_printable(self.path)}"

    @property
    def authority(self) -> str:
        """Host and port as an address spells them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def place(self) -> tuple[str, str, int | None, str | None]:
        """What two addresses share whose files come over one connection."""
        return self.scheme, self.host, self.port, self.user

    @property
    def folder(self) -> str:
        """The path without the file's name, ending in a slash."""
        return self.path[: self.path.rindex("/") + 1]

    @property
    def name(self) -> str:
        """The file's name, or the pattern that several have."""
        return self.path[self.path.rindex("/") + 1 :]

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        name = unquote(self.name) if self.scheme in WEB else self.name
        return PurePosixPath(name).stem

    @property
    def is_pattern(self) -> bool:
        """Whether the name may stand for several files."""
        return self.scheme not in WEB and _PATTERN.search(self.name) is not None

    @property
    def is_on_this_machine(self) -> bool:
        """Whether the host is this machine, so that nothing travels."""
        return is_loopback(self.host)

    def identity(self, credentials: str | None) -> str:
        """Return one SHA-256 over everything that tells this file from others."""
        parts = (*map(str, self.place), self.path, self.query, str(credentials))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def is_remote(path: str) -> bool:
    """Return whether a source's path is an address."""
    return "://" in path


def is_loopback(host: str) -> bool:
    """Return whether a host name or number is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def shown_path(path: str) -> str:
    """Return a source's path as it may be shown: an address without user and query."""
    if not is_remote(path):
        return path
    try:
        return read_address(path, place=Place()).shown
    except ConfigError:
        scheme = path.partition("://")[0].lower()
        return f"{scheme}://..." if scheme in SCHEMES else "an address"


def read_address(text: str, *, place: Place) -> Address:
    """Return the address in a source's path.

    Raises:
        ConfigError: it leads nowhere, or holds a secret; the error shows neither.
    """
    found = _SCHEME.fullmatch(text)
    scheme = "" if found is None else found[1].lower()
    if found is None or scheme not in SCHEMES:
        raise ConfigError(
            "A source's address is of no kind that can be read.",
            place=place,
            expected=EXAMPLES,
            to_do="name a file of the workspace without ://, or a place of one of these kinds",
        )
    rest = found[2]
    if any(not character.isprintable() for character in rest):
        raise _unreadable(scheme, place)
    authority, slash, path = _parted(scheme, rest)
    host, port, user = _read_authority(scheme, authority, path, place)
    _refuse_secret_parameters(scheme, path, place)
    query = ""
    if scheme in WEB:
        _refuse_fragment(scheme, path, place)
        path, _, query = path.partition("?")
    address = Address(scheme, host, port, user, f"/{path}", query)
    _check_path(address, has_path=bool(slash), place=place)
    return address


def _parted(scheme: str, rest: str) -> tuple[str, str, str]:
    """Return host, slash and what follows; the query of a web address may follow at once."""
    if scheme in WEB and (found := re.match(r"[^/?#]*(?=[?#])", rest)):
        return found[0], "/", rest[found.end() :]
    return rest.partition("/")


def _read_authority(
    scheme: str, authority: str, path: str, place: Place
) -> tuple[str, int | None, str | None]:
    # A password with a slash in it leaves its second half in the path.
    if "@" in path.partition("?")[0] and ":" in authority and "@" not in authority:
        raise _secret(place)
    try:
        parts = urlsplit(f"//{authority}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _unreadable(scheme, place) from None
    if parts.password is not None or (parts.username is not None and scheme != "sftp"):
        raise _secret(place)
    has_space = any(character.isspace() for character in authority)
    if not host or has_space or (scheme == "s3" and port is not None):
        raise _unreadable(scheme, place)
    user = None if parts.username is None else unquote(parts.username)
    if user and (":" in user or not user.isprintable()):
        raise _secret(place)
    # The name of a bucket is no name of a machine, whose case does not count.
    return authority if scheme == "s3" else host, port, user or None


def _check_path(address: Address, *, has_path: bool, place: Place) -> None:
    if not has_path or (address.scheme not in WEB and not address.name):
        raise ConfigError(
            "A source's address names no file.", place=place, found=address.shown, expected=EXAMPLES
        )
    if ".." in address.path.split("/"):
        raise ConfigError("A source's address holds `..`.", place=place, found=address.shown)
    if address.scheme in WEB and "*" in address.path:
        raise ConfigError(
            "A web address cannot stand for several files: the web lists none.",
            place=place,
            found=address.shown,
            to_do="write one source per file",
        )
    if address.scheme not in WEB and _PATTERN.search(address.folder):
        raise ConfigError(
            "Only the name of a remote file may hold *, ? or [, not its folder.",
            place=place,
            found=address.shown,
            to_do="write one source per folder",
        )


def _refuse_fragment(scheme: str, path: str, place: Place) -> None:
    if "#" in path:
        raise ConfigError(
            "A web address holds a #, and what follows it is never sent to a server.",
            place=place,
            found=f"{scheme}://...#...",
            to_do="take it out; if it is a secret, change it, since a file has held it",
        )


def _refuse_secret_parameters(scheme: str, path: str, place: Place) -> None:
    """Refuse `name=value` where the name says enough; folders may be called so, but on the web."""
    first, *parts = re.split(r"[?#&;]", path)
    for part in (*parts, *first.split("/")) if scheme in WEB else parts:
        name, equals, _ = part.partition("=")
        words = _NO_LETTERS.sub("_", unquote_plus(name).lower()).strip("_")
        if equals and _SECRET_PARAMETERS.search(words):
            raise _secret(place)


def _secret(place: Place) -> ConfigError:
    return ConfigError(
        "A source's address seems to hold a password, a token or a user name.",
        place=place,
        expected=f"an address without secrets, such as {EXAMPLES}",
        to_do=TO_DO_SECRETS,
    )


def _unreadable(scheme: str, place: Place) -> ConfigError:
    return ConfigError(
        "A source's address cannot be read.",
        place=place,
        found=f"{scheme}://...",
        expected=EXAMPLES,
    )


def _printable(path: str) -> str:
    return "".join(c if c.isprintable() else quote(c, errors="replace") for c in path)
