"""What a browser sends when a form is filled in."""

RULE = {
    "name": "friends",
    "crm": "main",
    "site": "www",
    "groups": ["Active Members", ""],
    "contact_types": ["Individual"],
    "username": "{contact.last_name}",
    "roles": ["member"],
    "language": "preferred",
    "notify": "both",
    "afterwards": "remove",
    "existing": "link",
    "shared_email": "hold",
    "when": "at once",
    "review": "never",
}
