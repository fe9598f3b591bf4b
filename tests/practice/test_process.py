"""The practice world as a process."""

from fakes.practice import RunningPractice, start_practice
from practice.browsing import Program


def test_sigterm_ends_it_cleanly(practice: RunningPractice) -> None:
    practice.stop()

    assert practice.process.returncode == 0


def test_end_of_its_starter_ends_it(practice: RunningPractice) -> None:
    assert practice.process.stdin is not None

    practice.process.stdin.close()

    assert practice.process.wait(timeout=20) == 0


def test_what_was_answered_is_kept_through_a_kill(
    practice: RunningPractice, service: Program
) -> None:
    created = service.create("kept").json()
    practice.kill()

    again = start_practice(practice.home)

    kept = Program(again.url, "latchkey").ask("GET", f"/wp/v2/users/{created['id']}").json()
    again.stop()
    assert kept["slug"] == "kept"


def test_restart_seeds_nothing_twice(practice: RunningPractice, service: Program) -> None:
    before = service.ask("GET", "/wp/v2/users").headers["x-wp-total"]
    practice.stop()

    again = start_practice(practice.home, contacts=60)

    after = Program(again.url, "latchkey").ask("GET", "/wp/v2/users").headers["x-wp-total"]
    again.stop()
    assert before == after
