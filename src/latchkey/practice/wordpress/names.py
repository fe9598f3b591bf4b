"""What WordPress accepts as a username, an e-mail address, a slug and a line of text."""

import re
import unicodedata

MAX_LOGIN = 60
MAX_SLUG = 50
MIN_EMAIL = 6

_LOGIN = re.compile(r"[A-Za-z0-9_.@-]+(?: [A-Za-z0-9_.@-]+)*")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_DOMAIN_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_TAG = re.compile(r"<[^>]*>")
_OCTET = re.compile(r"%[a-fA-F0-9]{2}")


def is_username(text: str) -> bool:
    """Whether WordPress would leave this username as it is; it refuses what it would change."""
    return _LOGIN.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """WordPress's own check: ASCII only, a domain of two labels or more."""
    local, at, domain = text.partition("@")
    if len(text) < MIN_EMAIL or not at or _LOCAL_PART.fullmatch(local) is None:
        return False
    labels = domain.split(".")
    return len(labels) > 1 and all(_DOMAIN_LABEL.fullmatch(label) for label in labels)


def kept_address(text: str) -> str:
    """An address as it is stored. Whether somebody has it is looked up as it was given."""
    return re.sub(r"&(?!amp;)", "&amp;", text)


def slug_of(text: str) -> str:
    """The part of an address that is made of a username, at most 50 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    kept = re.sub(r"[^a-z0-9 _.-]", "", plain)
    return re.sub(r"[ .-]+", "-", kept).strip("-")[:MAX_SLUG]


def numbered_slug(slug: str, number: int) -> str:
    """The slug with `-2`, `-3` … at its end, still at most 50 characters."""
    ending = f"-{number}"
    return slug[: MAX_SLUG - len(ending)] + ending


def without_tags(text: str) -> str:
    """The text alone, as descriptions are kept."""
    return _TAG.sub("", text)


def one_line(text: str) -> str:
    """The text without tags, percent-encoded octets and surplus white space, as names are kept."""
    return " ".join(_OCTET.sub("", without_tags(text)).split())


def web_address(text: str) -> str:
    """The address with a scheme; empty stays empty."""
    stripped = text.strip()
    if not stripped or re.match(r"https?://|/|#", stripped, re.IGNORECASE):
        return stripped
    return f"http://{stripped}"
