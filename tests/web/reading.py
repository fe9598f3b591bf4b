"""Reads pages as a person or a browser would: texts, links, and what a page loads."""

import re
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

LOADING = {"script": "src", "link": "href", "img": "src", "use": "href", "iframe": "src"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside.append(tag)
        if tag in LOADING and LOADING[tag] in given:
            self.loaded.append(given[LOADING[tag]])
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.ids += [given["id"]] if "id" in given else []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))


def read(answer: HttpResponse) -> _Reader:
    """What is on a page."""
    reader = _Reader()
    reader.feed(answer.content.decode())
    return reader


def text(answer: HttpResponse) -> str:
    """The words of a page, in their order."""
    return " ".join(read(answer).texts)


def pressed(browser: Client, page: str) -> HttpResponse:
    """Press the button of a page that pauses, or that lets go on, whichever it has."""
    said = re.search(r'name="to" value="(pause|resume)"', browser.get(page).content.decode())
    return browser.post(f"{page}pause/", {"to": said[1]} if said else {})
