"""What the site tells about itself: the index of the REST API and the settings."""

from typing import Any

from latchkey.practice import database
from latchkey.practice.wordpress.errors import RestError
from latchkey.practice.wordpress.parameters import Argument, Arguments
from latchkey.practice.wordpress.rest import Answer, Call

TITLE = "Practice site"
_NAMESPACES = ("oembed/1.0", "civicrm/v3", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1")
ARGUMENTS: Arguments = {"title": Argument("string", "Site title.")}


def index(call: Call) -> Answer:
    """The index; index-production-http is that of a site without application passwords."""
    return Answer(
        200,
        {
            "name": _title(call),
            "description": "",
            "url": call.site,
            "home": call.site,
            "gmt_offset": "0",
            "timezone_string": "",
            "namespaces": list(_NAMESPACES),
            "authentication": _authentication(call),
        },
    )


def permit(call: Call) -> None:
    """Settings are for those who hold manage_options."""
    if not call.caller.can("manage_options"):
        message = "Sorry, you are not allowed to do that."
        raise RestError("rest_forbidden", message, call.caller.refusal)


def answer(call: Call) -> Answer:
    """The settings that matter here."""
    return Answer(
        200,
        {"title": _title(call), "description": "", "url": call.site, "language": "en_US"},
    )


def change(call: Call) -> Answer:
    """The title changed; other settings are fixed and ignored."""
    if "title" in call.params:
        with database.transaction() as db:
            database.set_switch(db, "title", call.params["title"])
    return answer(call)


def _title(call: Call) -> str:
    return str(database.switch(call.db, "title", TITLE))


def _authentication(call: Call) -> Any:
    if not database.switch(call.db, "application_passwords", default=True):
        return []
    authorization = f"{call.site}/wp-admin/authorize-application.php"
    return {"application-passwords": {"endpoints": {"authorization": authorization}}}
