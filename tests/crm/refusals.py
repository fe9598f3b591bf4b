"""What CiviCRM says of a record that it does not take, and requests that are about a contact."""

import json

from fakes.faults import Status, Which, about

REFUSED = {"error_code": 0, "error_message": "DB Error: constraint violation", "status": 500}
REFUSAL = Status(200, body=json.dumps(REFUSED).encode())
BROUGHT_DOWN = Status(
    500, (("Content-Type", "text/html"),), b"<h1>WordPress \xe2\x80\xba Error</h1>"
)


def naming(action: str, contact_id: int) -> Which:
    """Requests of this action (`Entity/action`) that are about the contact, among others."""
    one_of_them = rf"(:|,\"IN\",\[[\d,]*?)\b{contact_id}\b"
    return about(action, rf"\"(contact_id|entity_id)\"{one_of_them}")
