"""The door to a CiviCRM, with its credential."""

from latchkey.remote.civicrm.reading import is_read
from latchkey.remote.doors import Doors
from latchkey.remote.http import HttpDoor
from latchkey.remote.secrets import Secret


def civicrm_door(
    doors: Doors,
    url: str,
    api_key: Secret,
    site_key: Secret | None = None,
    *,
    connections: int = 4,
    allow_http: bool = False,
) -> HttpDoor:
    """A door that only lets reads through in a dry run. `site_key` where AuthX wants one.

    SiteError when the address may not be used. Nothing is sent yet.
    """
    # Drupal 7 and `Authorization` want X-Requested-With besides; it does no harm elsewhere.
    headers: dict[str, str | Secret] = {
        "X-Civi-Auth": Secret(f"Bearer {api_key.reveal()}"),
        "X-Requested-With": "XMLHttpRequest",
        "Accept": "application/json",
    }
    if site_key:
        headers["X-Civi-Key"] = site_key
    return doors.http(
        url,
        headers=headers,
        is_read=is_read,
        connections=connections,
        allow_http=allow_http,
    )
