"""What users of Latchkey are told by mail, whatever becomes of one of the mails."""

import pytest

from latchkey.remote.errors import TransientError
from latchkey.remote.mail import Mail
from latchkey.service.alerting import send_alerts
from latchkey.store import alerts
from latchkey.store.models import User
from service.mailing import BusyPost, Post

pytestmark = pytest.mark.django_db
GREY = "grey@example.org"


class GreylistingPost(Post):
    """A mail server that does not take mail for one of the users now."""

    def send(self, mail: Mail) -> None:
        """See Mailer."""
        if mail.to == GREY:
            raise TransientError(f"The mail server does not take mail for {mail.to} now.")
        super().send(mail)


@pytest.fixture
def users() -> None:
    """Two users who are told at once, and something to be told."""
    for name in ("ada", "grey"):
        User.objects.create(username=name, email=f"{name}@example.org", at_once=True)
    alerts.raise_alert("brake 1", "a plan waits", "Look at it.")


@pytest.mark.usefixtures("users")
def test_user_who_cannot_be_reached_now_makes_nobody_be_told_twice():
    post = GreylistingPost()

    send_alerts(post, "")
    send_alerts(post, "")

    assert [mail.to for mail in post.sent] == ["ada@example.org"]


@pytest.mark.usefixtures("users")
def test_alert_that_reached_nobody_is_tried_again():
    with pytest.raises(TransientError):
        send_alerts(BusyPost(), "")

    assert len(alerts.unsent()) == 1
