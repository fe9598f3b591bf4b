"""The mailbox as pages and as JSON."""

import json
import re
from dataclasses import asdict

from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.mailbox import messages
from latchkey.practice.mailbox.messages import Message
from latchkey.practice.pages import html, page

MOST_SHOWN = 200

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_HTML_POLICY = (
    "sandbox allow-popups allow-top-navigation-by-user-activation;"
    " default-src 'none'; style-src 'unsafe-inline'; img-src data:"
)


def respond(request: Request) -> Response | None:
    """The mailbox's answer; None where the address is not one of its own."""
    if not request.path.startswith("/mailbox"):
        return None
    try:
        endpoint, arguments = _MAP.bind_to_environ(request.environ).match()
    except HTTPException as error:
        return Response.force_type(error.get_response(request.environ))
    answer: Response = endpoint(request, **arguments)
    return answer


def linked(text: str) -> Markup:
    """The text, escaped, its web addresses made links."""
    parts: list[Markup] = []
    end = 0
    for found in _LINK.finditer(text):
        parts.append(Markup.escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(found.group()))
        end = found.end()
    return Markup("").join([*parts, Markup.escape(text[end:])])


def _list(_request: Request) -> Response:
    db = database.connection()
    found = messages.newest(db, MOST_SHOWN)
    if not found:
        return page(
            "Mailbox", Markup("<p>No mail yet. Whatever is sent in practice lands here.</p>")
        )
    rows = Markup("").join(
        Markup(
            '<tr><td><time datetime="{0}">{0}</time></td><td>{1}</td>'
            '<td><a href="/mailbox/{2}">{3}</a></td></tr>'
        ).format(_clock(mail), mail.to, mail.id, mail.subject or "(no subject)")
        for mail in found
    )
    total = messages.count(db)
    shown = f"The last {len(found)} of {total} mails." if total > len(found) else f"Mails: {total}."
    body = Markup(
        '<p class="quiet">{} Newest first.</p><div class="wide"><table><thead><tr>'
        '<th scope="col">Received</th><th scope="col">To</th><th scope="col">Subject</th></tr>'
        "</thead><tbody>{}</tbody></table></div>"
    ).format(shown, rows)
    return page("Mailbox", body)


def _one(_request: Request, message_id: int) -> Response:
    mail = messages.one(database.connection(), message_id)
    if mail is None:
        return page("No such mail", Markup('<p><a href="/mailbox/">All mails</a></p>'), 404)
    other = Markup('<p><a href="/mailbox/{}/html">Show it as HTML</a></p>').format(mail.id)
    body = Markup(
        "<dl><dt>To</dt><dd>{}</dd><dt>Received</dt><dd>{}</dd></dl>"
        '<div class="mail">{}</div>{}<p><a href="/mailbox/">All mails</a></p>'
    ).format(mail.to, _clock(mail), linked(mail.text), other if mail.html else "")
    return page(mail.subject or "(no subject)", body)


def _html_of(_request: Request, message_id: int) -> Response:
    mail = messages.one(database.connection(), message_id)
    if mail is None or mail.html is None:
        return page("No such mail", Markup('<p><a href="/mailbox/">All mails</a></p>'), 404)
    response = html(mail.html)
    # The mail's own HTML may not run anything or reach anything.
    response.headers["Content-Security-Policy"] = _HTML_POLICY
    return response


def _as_json(request: Request) -> Response:
    since = request.args.get("after", 0, type=int)
    found = messages.after(database.connection(), since, request.args.get("to"))
    return _json(200, [asdict(mail) for mail in found])


def _put(request: Request) -> Response:
    """Take `{to, subject, text, html?}`; 400 names what is missing."""
    given = request.get_json(silent=True) if request.is_json else None
    if not isinstance(given, dict):
        return _json(400, {"error": "a JSON object is expected"})
    wrong = [name for name in ("to", "subject", "text") if not isinstance(given.get(name), str)]
    if not isinstance(given.get("html"), str | None):
        wrong.append("html")
    if wrong:
        return _json(400, {"error": f"text is expected in: {', '.join(wrong)}"})
    with database.transaction() as db:
        message_id = messages.deliver(
            db, given["to"], given["subject"], given["text"], given.get("html")
        )
    return _json(201, {"id": message_id})


def _clock(mail: Message) -> str:
    return mail.received.replace("T", " ").removesuffix("+00:00") + " UTC"


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=UTF-8")


_MAP = Map(
    [
        Rule("/mailbox/", endpoint=_list, methods=["GET"]),
        Rule("/mailbox/messages.json", endpoint=_as_json, methods=["GET"]),
        Rule("/mailbox/messages", endpoint=_put, methods=["POST"]),
        Rule("/mailbox/<int:message_id>", endpoint=_one, methods=["GET"]),
        Rule("/mailbox/<int:message_id>/html", endpoint=_html_of, methods=["GET"]),
    ]
)
