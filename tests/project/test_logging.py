"""Logs are a JSON object a line, say which work they are about, and never hold a secret."""

import io
import json
import logging as standard
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from structlog.contextvars import bound_contextvars

from latchkey.project import logging
from latchkey.project.logging import SECRET_NAMES, remove_secrets
from latchkey.remote.secrets import Secret

HIDDEN = "s3cr3t-value"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a process logs, not on a terminal."""
    root = standard.getLogger()
    handlers, level = root.handlers[:], root.level
    out = io.StringIO()
    logging.configure(stream=out, terminal=False)
    yield out
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_line_is_an_object_with_time_level_and_event(written) -> None:
    structlog.get_logger().info("rule stopped", rule="members")

    (line,) = lines(written)
    assert line["event"] == "rule stopped"
    assert line["rule"] == "members"
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_lines_of_some_work_carry_its_ids(written) -> None:
    with bound_contextvars(run=7, rule="members", contact=203, attempt=2):
        structlog.get_logger().info("told")

    (line,) = lines(written)
    assert (line["run"], line["rule"], line["contact"], line["attempt"]) == (7, "members", 203, 2)


def test_what_libraries_log_comes_in_the_same_form(written) -> None:
    with bound_contextvars(run=7):
        standard.getLogger("some.library").warning("queue is %s deep", 12)

    (line,) = lines(written)
    assert line["event"] == "queue is 12 deep"
    assert (line["run"], line["logger"], line["level"]) == (7, "some.library", "warning")


def test_chatter_of_libraries_is_left_out(written) -> None:
    standard.getLogger("some.library").info("GET https://www.example.org/?key=1")

    assert lines(written) == []


@pytest.mark.parametrize("name", ["Authorization", "X-Civi-Auth", "api_key", "password", "Cookie"])
def test_value_with_the_name_of_a_secret_is_not_written(written, name) -> None:
    structlog.get_logger().info("sent", **{name: HIDDEN}, headers={name: HIDDEN, "Accept": "*/*"})

    assert HIDDEN not in written.getvalue()
    assert lines(written)[0]["headers"] == {name: "[removed]", "Accept": "*/*"}


@pytest.mark.parametrize("setting", ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"])
def test_cookie_of_an_installation_is_not_written(written, setting) -> None:
    structlog.get_logger().info("asked", cookies={getattr(settings, setting): HIDDEN})

    assert HIDDEN not in written.getvalue()


def test_secret_is_not_written_wherever_it_stands(written) -> None:
    secret = Secret(HIDDEN)

    structlog.get_logger().info("sent", it=secret, several=[{"of": (secret,)}], raw=HIDDEN.encode())

    assert HIDDEN not in written.getvalue()
    (line,) = lines(written)
    assert (line["it"], line["several"]) == ("[removed]", [{"of": ["[removed]"]}])
    assert line["raw"] == f"[{len(HIDDEN)} bytes]"


@pytest.mark.parametrize(
    "text",
    [
        f"sent Authorization: Bearer {HIDDEN}",
        f"sent basic {HIDDEN}= to it",
        f"connecting to postgresql://latchkey:{HIDDEN}@db.example.org/latchkey",
    ],
)
def test_credential_within_a_text_is_not_written(written, text) -> None:
    structlog.get_logger().info(text, reason=text)
    standard.getLogger("some.library").error(text)

    assert HIDDEN not in written.getvalue()
    assert len(lines(written)) == 2


def test_error_is_written_with_its_traceback_but_without_its_variables(written) -> None:
    def failing(password: str) -> None:
        raise ValueError(f"no account at https://somebody:{password}@www.example.org")

    try:
        failing(HIDDEN)
    except ValueError:
        structlog.get_logger().exception("a task hit a defect")

    (line,) = lines(written)
    assert "ValueError: no account" in line["exception"]
    assert "test_logging.py" in line["exception"]
    assert HIDDEN not in written.getvalue()


def test_people_on_a_terminal_read_words_instead_of_objects() -> None:
    out = io.StringIO()
    logging.configure(stream=out, terminal=True)

    structlog.get_logger().warning("rule stopped", rule="members", password=HIDDEN)
    structlog.reset_defaults()

    assert "rule stopped" in out.getvalue()
    assert "members" in out.getvalue()
    assert not out.getvalue().startswith("{")
    assert HIDDEN not in out.getvalue()


plain = st.one_of(st.none(), st.booleans(), st.integers(), st.just(Secret(HIDDEN)))
nested = st.recursive(
    plain,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
)
named = st.dictionaries(st.sampled_from(sorted(SECRET_NAMES)), st.just(HIDDEN))


@given(nested, named)
def test_no_nesting_hides_a_secret_from_being_removed(value: object, secrets: dict) -> None:
    event = remove_secrets(None, "info", {"event": "sent", "value": value, "headers": secrets})

    said = json.dumps(event, default=lambda one: one.reveal())
    assert HIDDEN not in said
