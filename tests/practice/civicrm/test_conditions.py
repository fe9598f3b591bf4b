"""Conditions find what their plain reading says, nulls and all."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latchkey.practice import database
from latchkey.practice.civicrm.query import EVERYTHING, Query
from latchkey.practice.civicrm.schema import Field, Packing
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.values import shown, stored
from practice.civicrm import lab
from practice.civicrm.client import Client

NAMES = (None, "", "a", "B", "a%", "\\_", "o'b")
PEOPLE = tuple(
    {"id": 1000 + number, "middle_name": name, "do_not_sms": bool(number % 2)}
    for number, name in enumerate(NAMES)
)

names = st.sampled_from([name for name in NAMES if name is not None] + ["c"])
numbers = st.integers(999, 1008)
leaves = st.one_of(
    st.tuples(st.just("id"), st.sampled_from(["=", "!=", "<", ">="]), numbers),
    st.tuples(st.just("id"), st.sampled_from(["IN", "NOT IN"]), st.lists(numbers, max_size=3)),
    st.tuples(st.just("middle_name"), st.sampled_from(["=", "!="]), names),
    st.tuples(st.just("middle_name"), st.sampled_from(["IN", "NOT IN"]), st.lists(names)),
    st.tuples(st.just("middle_name"), st.sampled_from(["CONTAINS", "NOT CONTAINS"]), names),
    st.tuples(st.just("middle_name"), st.sampled_from(["IS NULL", "IS NOT NULL", "IS EMPTY"])),
    st.tuples(st.just("do_not_sms"), st.just("="), st.booleans()),
)
clauses = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=1, max_size=3)),
        st.tuples(st.just("NOT"), st.lists(inner, min_size=1, max_size=2)),
    ),
    max_leaves=5,
)


@pytest.fixture
def db(crm: Client) -> Iterator[sqlite3.Connection]:  # noqa: ARG001 - it opens the lab
    with database.transaction() as opened:
        for each in PEOPLE:
            lab.person(opened, each["id"], "P", "Q", middle_name=each["middle_name"])
            opened.execute(
                "UPDATE civicrm_contact SET do_not_sms = ? WHERE id = ?",
                (each["do_not_sms"], each["id"]),
            )
        yield opened


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clause=clauses)
def test_conditions_find_what_their_plain_reading_says(
    db: sqlite3.Connection, clause: tuple[Any, ...]
) -> None:
    where = [["id", ">=", 1000], as_lists(clause)]

    rows = Query(Sight.of(db, EVERYTHING), "Contact", {"select": ["id"], "where": where}).rows()

    expected = [each["id"] for each in PEOPLE if holds(each, clause)]
    assert [row["id"] for row in rows] == expected


@given(st.lists(st.text(st.characters(exclude_characters="\x01"), min_size=1), min_size=1))
def test_several_values_in_one_column_come_back_as_they_went(values: list[str]) -> None:
    field = Field("some", packing=Packing.BOOKEND)

    assert shown(field, stored(field, values)) == values


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_packed_json_comes_back_as_it_went(value: Any) -> None:
    field = Field("some", packing=Packing.JSON)

    assert shown(field, stored(field, {"it": value})) == {"it": value}


def as_lists(clause: Any) -> Any:
    return [as_lists(each) for each in clause] if isinstance(clause, tuple | list) else clause


def holds(person: dict[str, Any], clause: tuple[Any, ...]) -> bool | None:
    """SQL's three values: None is unknown."""
    if clause[0] in ("AND", "OR", "NOT"):
        truths = [holds(person, each) for each in clause[1]]
        return any_of(truths) if clause[0] == "OR" else all_of(truths, clause[0])
    own, operator, value = person[clause[0]], clause[1], clause[2] if len(clause) > 2 else None
    if operator.startswith("IS"):
        return {"IS NULL": own is None, "IS NOT NULL": own is not None}.get(
            operator, own in (None, "")
        )
    return None if own is None and value != [] else compares(own, operator, value)


def all_of(truths: list[bool | None], word: str) -> bool | None:
    every = False if False in truths else None if None in truths else True
    return every if word == "AND" or every is None else not every


def any_of(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def compares(own: Any, operator: str, value: Any) -> bool:
    own, value = folded(own), folded(value)
    return bool(
        {
            "=": lambda: own == value,
            "!=": lambda: own != value,
            "<": lambda: own < value,
            ">=": lambda: own >= value,
            "IN": lambda: own in value,
            "NOT IN": lambda: own not in value,
            "CONTAINS": lambda: value in own,
            "NOT CONTAINS": lambda: value not in own,
        }[operator]()
    )


def folded(value: Any) -> Any:
    if isinstance(value, list):
        return [folded(each) for each in value]
    return value.lower() if isinstance(value, str) else value
