"""Asks and writes over JSON:API, and believes no emptiness before the session is proved alive.

A session that has ended reads what the public may read (recording lookup_wrong_password) and
writes nothing (create_with_dead_session_cookie): it is renewed once.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from latchkey.remote.errors import SiteError
from latchkey.remote.http import Answer
from latchkey.sites.drupal.access import OK, Access, Session
from latchkey.sites.drupal.documents import JSON, JSON_API, Page, Question, document, page_in
from latchkey.sites.drupal.refusals import Asked, error_for, refusal_in

T = TypeVar("T")
FORBIDDEN = (401, 403)
ENDS_AT_ONCE = (
    "Drupal forgets our session at once. Check what stands before the site, and whether its "
    "sessions are kept."
)
OTHER_WAY = "authentication method"


class NotLetIn(SiteError):  # noqa: N818 - as its base, named by what happened
    """A question was refused to whoever Drupal takes us for."""


class JsonApi:
    """Sends to JSON:API by the way in that is open; safe to share between threads."""

    def __init__(self, access: Access) -> None:
        self.access = access

    @property
    def asked(self) -> Asked:
        """What no text may quote."""
        return Asked(self.access.hidden)

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """The results of the calls, in order, several at a time."""
        return self.access.open.together(calls)

    def pages(self, path: str, questions: Sequence[Question]) -> list[Page]:
        """A page for each question, all asked by one session that was alive until the end."""
        session = self.access.session()
        try:
            pages = self._asked(session, path, questions)
            if all(map(_is_witnessed, pages)) or self.access.is_alive(session):
                return pages
        except NotLetIn:
            if self.access.is_alive(session):
                raise
        session = self.access.renewed(session)
        pages = self._asked(session, path, questions)
        if not all(map(_is_witnessed, pages)) and not self.access.is_alive(session):
            raise SiteError(ENDS_AT_ONCE)
        return pages

    def read(self, path: str) -> Answer:
        """The answer to a question about one thing, whatever it is, from a living session."""
        session = self.access.session()
        answer = session.door.send("GET", path)
        if answer.status not in FORBIDDEN or self.access.is_alive(session):
            return answer
        return self.access.renewed(session).door.send("GET", path)

    def write(self, method: str, path: str, body: Mapping[str, object]) -> Answer:
        """The answer to a write, whatever it is; refused to a dead session it is sent again."""
        return self._written(partial(_send, method=method, path=path, body=body))

    def write_rest(self, method: str, path: str, body: Mapping[str, object]) -> Answer:
        """The same at a REST resource, which may take basic authentication only."""
        sending = partial(_send_rest, method=method, path=path, body=body)
        answer = self._written(sending)
        if answer.status not in FORBIDDEN or OTHER_WAY not in refusal_in(answer).text:
            return answer
        other = self.access.by_basic()
        return sending(other) if other else answer

    def _written(self, sending: Callable[[Session], Answer]) -> Answer:
        session = self.access.session()
        answer = sending(session)
        if answer.status not in FORBIDDEN:
            return answer
        said = refusal_in(answer).text
        if OTHER_WAY in said or ("X-CSRF-Token" not in said and self.access.is_alive(session)):
            return answer
        # Refused before anything was done (recording create_with_dead_session_cookie).
        return sending(self.access.renewed(session))

    def _asked(self, session: Session, path: str, questions: Sequence[Question]) -> list[Page]:
        return self.together([partial(self._page, session, path, one) for one in questions])

    def _page(self, session: Session, path: str, question: Question) -> Page:
        answer = session.door.send("GET", path, query=question)
        if answer.status == OK:
            return page_in(answer)
        error = error_for(answer, self.asked)
        raise NotLetIn(str(error)) if answer.status in FORBIDDEN else error


def done(answer: Answer, asked: Asked) -> Mapping[str, object]:
    """The document of a write that was done, else the error that says what to do."""
    if answer.status in {200, 201}:
        return _document_of(answer)
    if 300 <= answer.status < 400:  # noqa: PLR2004 - the redirects
        target = answer.headers.get("location", "elsewhere").partition("?")[0]
        raise SiteError(f"Drupal redirects to {target}. If that is the right address, put it here.")
    raise error_for(answer, asked)


def _document_of(answer: Answer) -> Mapping[str, object]:
    body = document(answer.json())
    if not body:
        raise answer.unexpected("answered a write with something else")
    return body


def _is_witnessed(page: Page) -> bool:
    """Whether the page shows what nobody else may see: whether accounts are blocked."""
    rows = [document(row, "attributes") for row in page.rows]
    return bool(rows) and all("status" in row and "mail" in row for row in rows)


def _send(session: Session, *, method: str, path: str, body: Mapping[str, object]) -> Answer:
    headers = {"Content-Type": JSON_API}
    return session.door.send(method, path, json=body, headers=headers)


def _send_rest(session: Session, *, method: str, path: str, body: Mapping[str, object]) -> Answer:
    return session.door.send(
        method, path, query={"_format": "json"}, json=body, headers={"Accept": JSON}
    )
