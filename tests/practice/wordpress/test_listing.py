"""Accounts are listed, searched and paged."""

from collections.abc import Iterator

import pytest

from fakes.practice import RunningPractice, start_practice
from practice.browsing import Program

NAMES = ("ann", "bob", "cleo", "dan", "eve")


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    running: RunningPractice = start_practice(tmp_path_factory.mktemp("listed"), contacts=0)
    program = Program(running.url, "latchkey")
    for name in NAMES:
        role = "author" if name == "bob" else "member"
        program.create(f"{name}.x", first_name=name.title(), roles=[role])
    yield program
    running.stop()


def slugs(program: Program, query: str) -> list[str]:
    reply = program.ask("GET", f"/wp/v2/users?context=edit&_fields=slug&{query}")
    return [user["slug"] for user in reply.json()]


def test_pages_together_hold_every_account_once(listed: Program) -> None:
    first = listed.ask("GET", "/wp/v2/users?per_page=3&orderby=id")
    pages = int(first.headers["x-wp-totalpages"])

    seen = [
        user["id"]
        for page in range(1, pages + 1)
        for user in listed.ask("GET", f"/wp/v2/users?per_page=3&orderby=id&page={page}").json()
    ]

    assert seen == sorted(set(seen))
    assert len(seen) == int(first.headers["x-wp-total"])


def test_page_past_the_end_is_empty(listed: Program) -> None:
    reply = listed.ask("GET", "/wp/v2/users?page=99")

    assert (reply.status, reply.json()) == (200, [])
    assert int(reply.headers["x-wp-total"]) >= len(NAMES)


def test_pages_name_the_next_and_the_one_before(listed: Program) -> None:
    link = listed.ask("GET", "/wp/v2/users?per_page=2&page=2").headers["link"]

    assert 'per_page=2&page=1>; rel="prev"' in link
    assert 'per_page=2&page=3>; rel="next"' in link


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=ann.x@example.org&search_columns=email", ["ann-x"]),
        ("search=ANN.X@EXAMPLE.ORG", ["ann-x"]),
        ("search=nn.x", ["ann-x"]),
        ("search=nn.x&search_columns=email", ["ann-x"]),
        ("search=n_.x", []),
        ("search=%25", []),
        ("search=ob.x&search_columns=slug", []),
        ("slug=ann-x,bob-x", ["ann-x", "bob-x"]),
        ("slug=bob-x,ann-x&orderby=include_slugs", ["bob-x", "ann-x"]),
        ("roles=author", ["bob-x"]),
        ("roles=nosuch", []),
        ("capabilities=edit_posts&search=.x", ["bob-x"]),
        ("who=authors&search=.x", ["bob-x"]),
        ("search=.x&order=desc&per_page=2", ["eve-x", "dan-x"]),
        ("search=.x&offset=3", ["dan-x", "eve-x"]),
        ("search=.x&orderby=email&per_page=1", ["ann-x"]),
    ],
)
def test_accounts_asked_for_are_found(query: str, found: list[str], listed: Program) -> None:
    assert slugs(listed, query) == found


def test_ids_can_be_chosen_and_left_out(listed: Program) -> None:
    assert slugs(listed, "include=2,1&orderby=include") == ["latchkey", "admin"]
    assert "admin" not in slugs(listed, "exclude=1&per_page=100")


def test_without_edit_context_no_address_is_told(listed: Program) -> None:
    users = listed.ask("GET", "/wp/v2/users?per_page=100").json()

    assert all({"email", "username", "roles"}.isdisjoint(user) for user in users)
