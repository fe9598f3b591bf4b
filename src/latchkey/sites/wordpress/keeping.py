"""How WordPress changes what it is given for a user's fields, so that the same is known again.

`sanitize_text_field`, `wp_filter_kses`, `_wp_specialchars` and `sanitize_url` in its
wp-includes/formatting.php and kses.php, as hooked in default-filters.php. Run on 6.6.
"""

import re
from collections.abc import Callable
from html import unescape

ADDRESS = "url"
_TAG = re.compile(r"<[^<>]*(>|$|(?=<))")
_OCTET = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(
    r"[^a-z0-9\-~+_.?#=!&;,/:%@$|*'()\[\]\x80-\U0010ffff]", re.IGNORECASE
)
_BLANKS_BEHIND = re.compile(r"(%20)+$")
_BREAKS = re.compile(r"%0[ad]", re.IGNORECASE)
_NEEDS_SCHEME = re.compile(r"(?![/#?]|[a-z0-9-]+\.php)[^:]+", re.IGNORECASE | re.DOTALL)
# 6.9 prefers the second.
_SCHEMES = ("http://", "https://")
_PROTOCOLS = re.compile(
    r"(https?|ftps?|mailto|news|irc[6s]?|gopher|nntp|feed|telnet|mms|rtsp|sms|svn|tel|fax|xmpp|webcal"
    r"|urn):",
    re.IGNORECASE,
)


def keeps(name: str, wanted: str, kept: str) -> bool:
    """Whether a field that holds `kept` was given `wanted`, or what amounts to the same."""
    if wanted == kept:
        return True
    if name == ADDRESS:
        return _plain_address(kept) in {_address(wanted, scheme) for scheme in _SCHEMES}
    return _bare(wanted) == _bare(kept)


def _bare(text: str) -> str:
    """The words alone: without tags, entities, percent-encoded octets and surplus white space."""
    plain = _while_it_changes(text, unescape)
    plain = _TAG.sub("", plain).replace(">", "")
    plain = _while_it_changes(plain, lambda one: _OCTET.sub("", one))
    return " ".join(plain.split())


def _address(text: str, scheme: str) -> str:
    """As it is kept: with a scheme, empty when the scheme is none that WordPress takes."""
    plain = _plain_address(text)
    if not plain:
        return ""
    if _NEEDS_SCHEME.fullmatch(plain):
        return scheme + plain
    has_scheme = ":" in plain and not plain.startswith("/")
    return "" if has_scheme and not _PROTOCOLS.match(plain) else plain


def _plain_address(text: str) -> str:
    plain = _NOT_IN_ADDRESSES.sub("", unescape(text).strip().replace(" ", "%20"))
    plain = _while_it_changes(plain, lambda one: _BREAKS.sub("", one))
    return _BLANKS_BEHIND.sub("", plain.replace(";//", "://"))


def _while_it_changes(text: str, change: Callable[[str], str]) -> str:
    changed = change(text)
    while changed != text:
        text, changed = changed, change(changed)
    return text
