"""Credentials: read from the environment when a place is asked, kept nowhere, never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workspace.errors import ConfigError, EnvironmentFailed, Place

PREFIX = "MENTORSHIP_"
# What follows `MENTORSHIP_NAME_`, in the order of the fields below.
SUFFIXES = (
    *("USER", "PASSWORD", "TOKEN", "KEY_FILE", "KEY_PASSPHRASE", "KNOWN_HOSTS"),
    *("ENDPOINT", "REGION"),
)
# What each kind of place needs, of which one group is enough.
NEEDED = {
    "http": (("USER", "PASSWORD"), ("TOKEN",)),
    "https": (("USER", "PASSWORD"), ("TOKEN",)),
    "s3": (("USER", "PASSWORD"), ("ENDPOINT",), ("REGION",)),
    "sftp": (("PASSWORD",), ("KEY_FILE",), ("USER",), ("KNOWN_HOSTS",)),
}
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,39}")


@dataclass(frozen=True, repr=False)
class Credentials:
    """What a place is shown, as far as the environment says it.

    Attributes:
        name: what the configuration calls them; None when it names none.
        user: account; the access key's id for S3.
        password: its password; the secret access key for S3.
        token: bearer token of the web; session token of S3.
        key_file: private key of SSH.
        key_passphrase: what unlocks it.
        known_hosts: file of host keys, in place of the user's own.
        endpoint: address of a service that speaks S3.
        region: region of S3.
    """

    name: str | None = None
    user: str | None = None
    password: str | None = None
    token: str | None = None
    key_file: str | None = None
    key_passphrase: str | None = None
    known_hosts: str | None = None
    endpoint: str | None = None
    region: str | None = None

    def variable(self, suffix: str) -> str:
        """Return the environment variable that holds one of them."""
        return f"{PREFIX}{self.name or 'NAME'}_{suffix}"


def check_name(name: str, *, place: Place) -> None:
    """Refuse a name of credentials that is none; whatever it is, it is not shown."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            "`credentials` is not a name of credentials.",
            place=place,
            expected="a name in capitals, digits and underscores, such as HR; never the secret",
            to_do="write `credentials: HR` and set MENTORSHIP_HR_USER and MENTORSHIP_HR_PASSWORD",
        )


def read_credentials(
    name: str | None, *, scheme: str, environment: Mapping[str, str], place: Place
) -> Credentials:
    """Return the credentials of a name, or none where the configuration names none.

    Raises:
        EnvironmentFailed: the environment does not hold what such a place needs, or holds it with
            a line break inside.
    """
    if name is None:
        return Credentials()
    said = [environment.get(f"{PREFIX}{name}_{suffix}", "").strip("\r\n") for suffix in SUFFIXES]
    for suffix, text in zip(SUFFIXES, said, strict=True):
        if any(ord(character) < 32 for character in text):
            raise EnvironmentFailed(
                "A variable of the environment holds a line break or a control character.",
                place=place,
                found=f"{PREFIX}{name}_{suffix}",
                to_do="set it to the secret alone",
            )
    given = {suffix for suffix, text in zip(SUFFIXES, said, strict=True) if text}
    if not any(given.issuperset(group) for group in NEEDED[scheme]):
        groups = (" and ".join(f"{PREFIX}{name}_{s}" for s in group) for group in NEEDED[scheme])
        raise EnvironmentFailed(
            f"The credentials {name} are not in the environment.",
            place=place,
            found=", ".join(f"{PREFIX}{name}_{s}" for s in SUFFIXES if s in given) or "none",
            expected=" or ".join(groups),
            to_do="set the variables where the build runs; a schedule does not read your shell's",
        )
    if scheme in ("http", "https") and {"PASSWORD", "TOKEN"} <= given:
        raise EnvironmentFailed(
            f"The credentials {name} hold both a password and a token.",
            place=place,
            expected="one of the two",
            to_do=f"unset {PREFIX}{name}_PASSWORD or {PREFIX}{name}_TOKEN",
        )
    return Credentials(name, *(text or None for text in said))
