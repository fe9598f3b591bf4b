"""What a check of Drupal 7 or Backdrop finds, and what to do about it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import SiteError
from latchkey.sites.phpcms.talking import About, Talk


def health_of(talk: Talk, url: str) -> Health:
    """The findings, from the program to what the site offers. Raises TransientError."""
    talk.door.forget()
    try:
        greeting = talk.greeting()
        about = talk.about()
    except SiteError as error:
        return Health((Finding("program and site", Level.MISSING, str(error)),))
    php = Finding(f"PHP {greeting.get('php')} as {about.user}", Level.OK)
    findings = (php, *_hands(about), *_address(about, url))
    return Health(findings, version=str(greeting.get("version", "")))


def _hands(about: About) -> Iterator[Finding]:
    if about.user == "root":
        yield Finding(
            "the site runs as root",
            Level.WARNING,
            "Files that the site makes would belong to root. Run the command as the web server's "
            "user.",
        )


def _address(about: About, url: str) -> Iterator[Finding]:
    what = f"links in mails lead to {about.site}"
    if _place(about.site) == _place(url):
        yield Finding(what, Level.OK)
    else:
        yield Finding(
            what,
            Level.WARNING,
            f"The connection says {url}. Correct it, or $base_url in the site's settings.php.",
        )


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower(), parts.path.rstrip("/")
