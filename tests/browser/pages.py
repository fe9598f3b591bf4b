"""Every page, from the URL configuration, with something for each argument."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from browser.arranging import HELD_PLAN
from browser.serving import Served

ONE = "SELECT min(id) FROM store_{} WHERE {}"
# What the arguments of an address are; a query finds the number of a row.
SAMPLES: Mapping[str, Mapping[str, str]] = {
    "web:connection": {"role": "site", "name": "www"},
    "web:connection_new": {"role": "crm"},
    "web:connection_edit": {"role": "site", "name": "www"},
    "web:rule": {"name": "members"},
    "web:rule_edit": {"name": "members"},
    "web:preview": {"name": "members"},
    "web:site_pairing": {"name": "www"},
    "web:site_links": {"name": "www"},
    "web:plan": {"pk": HELD_PLAN},
    "web:hold": {"pk": ONE.format("change", "state = 'held' AND is_open")},
    "web:account": {"pk": ONE.format("account", "contact_id IS NULL")},
    "web:person": {
        "name": "main",
        "pk": "SELECT min(contact_id) FROM store_change WHERE state = 'done'",
    },
    "web:import": {"pk": ONE.format("import", "state = 'done'")},
    "web:import_undo": {"pk": ONE.format("import", "state = 'done'")},
    "web:import_shape": {"pk": ONE.format("import", "state = 'uploaded'")},
    "web:user": {"pk": ONE.format("user", "1")},
    "web:help_page": {"name": "guide/rules"},
    "web:choose_password": {"uidb64": "MQ", "token": "none"},
}
# What differs by more than its address.
FURTHER = ("/connections/site/-/new/?kind=wordpress", "/connections/crm/main/", "/help/commands/")
OPEN = frozenset({"web:login", "web:start", "web:choose_password", "web:welcome"})
NOT_PAGES: Mapping[str, str] = {
    "web:accounts_csv": "a file",
    "web:import_csv": "a file",
    "web:welcome_visit": "shows a visit, which begins with a link of the CRM",
    "web:welcome_enter": "leads to the site",
    "web:errand": "shows what somebody asked for; a journey looks at it",
    "web:account": "an account without a contact; the others lead to the person",
}
# Acts, which are posted, end with what they do.
WORDS = """
ask cancel close confirm decide disable discard enable head ignore link logout look move pause
reject release remove repair resume retry rotate test tick try
"""
ACTS = frozenset(WORDS.split())


def pages(served: Served) -> list[str]:
    """The address of every page that somebody who is logged in sees."""
    found = [address(served, name, one) for name, one in _patterns() if name not in OPEN]
    return [*found, *FURTHER]


def open_pages(served: Served) -> list[str]:
    """The address of every page that is open to anyone."""
    return [address(served, name, one) for name, one in _patterns() if name in OPEN]


def address(served: Served, name: str, pattern: URLPattern) -> str:
    """Where a page is, with its sample. KeyError for a page that has none yet."""
    wanted = pattern.pattern.converters
    sample = SAMPLES[name] if wanted else {}
    return reverse(name, kwargs={key: _value(served, sample[key]) for key in wanted})


def _patterns() -> Iterator[tuple[str, URLPattern]]:
    for name, pattern in _walk(get_resolver().url_patterns):
        path = str(pattern.pattern)
        is_act = path.rstrip("/").rpartition("/")[2] in ACTS
        if name.startswith("web:") and not is_act and "-/" not in path and name not in NOT_PAGES:
            yield name, pattern


def _walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, prefix + namespace)
        else:
            yield f"{prefix}{pattern.name}", pattern


def _value(served: Served, sample: str) -> str:
    return str(served.rows(sample)[0][0]) if sample.startswith("SELECT") else sample
