"""Every text of the pages goes through gettext, those from below them by their shape."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from latchkey.policy.brakes import SENTENCES as BRAKES
from latchkey.policy.reasons import SENTENCES as REASONS
from latchkey.policy.reasons import Why, because
from latchkey.policy.rules import DEFAULT_TELLING
from latchkey.store.models import Change, Rule, State
from latchkey.web import wording
from latchkey.web.wording import translated

from .pages import PAGES
from .reading import read

OPEN, CLOSE = "⟦", "⟧"
# What is data on the pages looked at: names, what was typed, and what is written just so.
DATA = (
    *(
        "ana@example.org",
        "Ana Nunez",
        "Ana",
        "Nunez",
        "Bo",
        "Li",
        "Active Members",
        "Website",
        "the administrator",
    ),
    *(
        "main",
        "www",
        "members",
        "others",
        "subscriber",
        "member",
        "Latchkey",
        "CiviCRM",
        "WordPress",
    ),
    *("SQLite", "CSV", "UTC", "POST", "pattern", "webhook-id", "webhook-timestamp", "v1"),
    *(DEFAULT_TELLING.subject, DEFAULT_TELLING.subject.replace("{site.name}", "example.org")),
    *filter(None, DEFAULT_TELLING.text.splitlines()),
    *("webhook-signature", "Authorization", "Bearer", "latchkey config dump", "env", "file"),
    *("UTF-8", "UTF-16", "Latin-1 (ISO 8859-1)"),
)
WRITTEN = re.compile(
    "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in sorted(DATA, key=len, reverse=True))
    + r"|https?://\S+|LATCHKEY_\w+|\{[\w.:|]+\}|[0-9a-f]{8}-[0-9a-f-]{27}"
)
# Examples, and what is to be typed or was.
TYPED = re.compile(r"<wbr>|<(code|textarea|pre)\b.*?</\1>", re.DOTALL)
LISTS = ("/holds/", "/failures/", "/accounts/", "/review/", "/resets/", "/webhooks/", "/sites/")
PLACES = ("/people/main/1/", "/rules/members/preview/", "/sites/www/users/", "/sites/www/links/")
# The guide is written in English, and translated as a whole.
LOOKED_AT = [one for one in (*PAGES, *LISTS, *PLACES) if not one.startswith("/help/")]


@pytest.fixture
def marking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language in which every text stands between marks."""

    def one(text: str) -> str:
        return f"{OPEN}{text}{CLOSE}" if text else text

    def some(single: str, several: str, number: int) -> str:
        return one(single if number == 1 else several)

    wording._translated.cache_clear()
    with translation.override("de"):
        trans = translation._trans
        for name, found in (("gettext", one), ("ngettext", some)):
            monkeypatch.setattr(trans, name, found, raising=False)
            monkeypatch.setattr(wording, "gettext", one)
        monkeypatch.setattr("django.middleware.locale.LocaleMiddleware.process_request", _as_it_is)
        yield
    wording._translated.cache_clear()


def _as_it_is(*_request: object) -> None:
    """The language stays the one of the test."""
    translation.activate("de")


@pytest.mark.parametrize("page", LOOKED_AT)
@pytest.mark.usefixtures("marking")
def test_no_text_of_a_page_escapes_translation(administrator: Client, members: Rule, page: str):
    some_people(members)

    answer = administrator.get(page)
    answer.content = TYPED.sub("", answer.content.decode())

    assert [text for text in read(answer).texts if unmarked(text)] == []


def some_people(rule: Rule) -> None:
    """One person held, one refused."""
    for number, state, why in ((1, State.HELD, Why.SHARED_EMAIL), (2, State.REFUSED, Why.NO_EMAIL)):
        details = {"email": "ana@example.org", "contact_ids": "7"}
        Change.objects.create(
            rule=rule,
            contact_id=number,
            contact_name="Ana Nunez",
            email="ana@example.org",
            state=state,
            why=why,
            details=details,
            verdict="hold",
            entered_at="2026-01-01T00:00Z",
        )


def unmarked(text: str) -> str:
    """The words of a text that went through no translation."""
    while text != (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", text)):
        text = shorter
    return " ".join(re.findall(r"[A-Za-z]{2,}", WRITTEN.sub("", text)))


def test_reason_is_told_in_the_language_of_the_reader(monkeypatch: pytest.MonkeyPatch):
    german = {REASONS[Why.BAD_EMAIL]: "die Adresse {email} ist ungültig"}
    monkeypatch.setattr(wording, "gettext", lambda text: german.get(text, text))
    wording._translated.cache_clear()
    reason = because(Why.BAD_EMAIL, email="ana@")

    with translation.override("de"):
        told = translated(reason.sentence)

    assert told == "die Adresse ana@ ist ungültig"
    assert translated(reason.sentence) == reason.sentence


def test_what_nobody_translated_stays_as_it_is():
    with translation.override("de"):
        assert translated("something that no program of ours says") == (
            "something that no program of ours says"
        )


@pytest.mark.parametrize("sentence", [*REASONS.values(), *BRAKES.values()])
def test_sentence_from_below_is_in_the_catalogue(sentence: str):
    whole, shapes = wording._known()
    catalogue = wording.SENTENCES.parents[1] / "locale" / "en" / "LC_MESSAGES" / "django.po"
    joined = catalogue.read_text(encoding="utf-8").replace('"\n"', "").replace('\\"', '"')

    is_known = sentence in whole or sentence in {one.template for one in shapes}
    assert is_known or " " not in sentence, "make messages"
    assert sentence in joined or " " not in sentence, "make messages"
