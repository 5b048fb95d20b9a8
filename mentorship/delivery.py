"""The ways of a notice: a mail server, and a web address that takes JSON.

Secrets come from the environment and go to the one place that is configured, over a line that
nobody listens to.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from email.message import EmailMessage
from http.client import HTTPException, HTTPMessage
from typing import IO

from mentorship.notice import FAILED, Notice
from workspace.config import NoticeConfig, SmtpConfig
from workspace.errors import printable

USER, PASSWORD = "MENTORSHIP_NOTICE_USER", "MENTORSHIP_NOTICE_PASSWORD"
TOKEN, WEBHOOK = "MENTORSHIP_NOTICE_TOKEN", "MENTORSHIP_NOTICE_WEBHOOK"
SECONDS = 15
# What goes wrong on the way.
ERRORS = (OSError, HTTPException, ValueError)


def ways_of(notice: Notice, wanted: NoticeConfig) -> list[Callable[[], None]]:
    """Return what sends a notice, once for each way that is configured."""
    ways: list[Callable[[], None]] = []
    if (smtp := wanted.smtp) is not None:
        ways.append(lambda: _mail(notice, smtp))
    if address := os.environ.get(WEBHOOK, "").strip() or wanted.webhook:
        ways.append(lambda: _post(notice, address))
    return ways


def _mail(notice: Notice, smtp: SmtpConfig) -> None:
    message = EmailMessage()
    what = "was not published" if notice.kind == FAILED else "has old data"
    message["Subject"] = printable(f"Mentorship report of {notice.workspace} {what}")
    message["From"] = smtp.sender
    message["To"] = ", ".join(smtp.to)
    lines = [f"{key}: {said}" for key, said in asdict(notice).items() if said not in (None, "")]
    message.set_content("\n".join(map(printable, [notice.text, "", *lines[3:]])) + "\n")
    context = ssl.create_default_context()
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    server = (
        smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=SECONDS, context=context)
        if smtp.security == "tls"
        else smtplib.SMTP(smtp.host, smtp.port, timeout=SECONDS)
    )
    with server:
        if smtp.security == "starttls":
            server.starttls(context=context)
        if user and password:
            if smtp.security == "none":
                raise smtplib.SMTPException("a password goes over no open line")
            server.login(user, password)
        server.send_message(message)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the token is for one place."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Return no request, which makes the answer an error."""


def _post(notice: Notice, address: str) -> None:
    if not address.startswith(("https://", "http://")):
        raise ValueError("a webhook is a web address")
    headers = {"Content-Type": "application/json", "User-Agent": "mentorship-impact"}
    if token := os.environ.get(TOKEN):
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(  # noqa: S310 - the configuration takes web addresses only
        address, data=json.dumps(asdict(notice)).encode(), headers=headers, method="POST"
    )
    with urllib.request.build_opener(_NoRedirects).open(request, timeout=SECONDS) as answer:
        answer.read(1)
