"""The dashboard: where everything stands, and stopping it."""

from datetime import timedelta

import pytest

from latchkey.remote.errors import Paused
from latchkey.service.pausing import stop_if_paused
from latchkey.store import board, connections
from latchkey.store.board import Day
from latchkey.store.clock import now
from latchkey.store.models import AttemptEnded, Pause, User
from latchkey.web.chart import HEIGHT, chart

from .conftest import Browser


def test_plot_has_a_bar_for_each_day_that_grows_with_what_was_done():
    today = now().date()

    drawn = chart([Day(today, 0, 0), Day(today, 30, 10), Day(today, 20, 0)])

    assert [bar.done_height for bar in drawn.bars] == [0, HEIGHT * 0.75, HEIGHT / 2]
    assert drawn.bars[1].failed_y == 0
    assert (drawn.done, drawn.failed, drawn.most) == (50, 10, 40)


def test_plot_without_work_has_bars_without_height():
    drawn = chart([Day(now().date(), 0, 0)])

    assert drawn.most == 0
    assert drawn.bars[0].done_height == 0


def test_attempts_are_counted_on_the_day_they_ended(practising):
    rule = practising.rule()
    practising.run(rule)
    ended = AttemptEnded.objects.filter(outcome="done").first()
    AttemptEnded.objects.filter(pk=ended.pk).update(at=now() - timedelta(days=2))

    days = board.days(3)

    assert days[0].done == 1
    assert days[2].done == AttemptEnded.objects.filter(outcome="done").count() - 1


@pytest.mark.parametrize("what", ["", "site.www", "rule.members"])
def test_operator_pauses_in_one_click_what_then_writes_nothing(
    practising, browser: Browser, what: str
):
    rule = practising.rule()

    answer = browser(User.Role.OPERATOR).post("/pause/", {"what": what}, follow=True)

    assert "is paused" in answer.content.decode()
    with pytest.raises(Paused):
        stop_if_paused(rule)


def test_approver_resumes_what_was_paused(practising, browser: Browser):
    rule = practising.rule()
    browser(User.Role.OPERATOR).post("/pause/", {"what": "rule.members"})

    browser(User.Role.APPROVER).post("/resume/", {"what": "rule.members"})

    stop_if_paused(rule)
    assert not Pause.objects.exists()


def test_connection_that_does_not_work_says_why_and_until_when(practising, browser: Browser):
    moment = now() + timedelta(minutes=5, seconds=30)
    connections.pause(practising.site, "The site answers 503.", moment, 1)

    page = browser(User.Role.VIEWER).get("/").content.decode()

    assert "The site answers 503." in page
    assert "in 5 minutes" in page


def test_viewer_sees_no_button_to_pause(practising, browser: Browser):
    practising.rule()

    page = browser(User.Role.VIEWER).get("/").content.decode()

    assert "/pause/" not in page
