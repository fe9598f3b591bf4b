"""Where Latchkey's own mails go: a server that keeps them, refuses them, or is busy."""

from dataclasses import replace

from latchkey.remote.errors import RejectedError, TransientError
from latchkey.remote.mail import Mail
from service.conftest import Workplace


class Post:
    """A mail server that keeps what it is given, or refuses every address."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.sent: list[Mail] = []
        self._refuses = refuses

    def send(self, mail: Mail) -> None:
        """See Mailer."""
        if self._refuses:
            raise RejectedError(f"The mail server refused the address {mail.to}.")
        self.sent.append(mail)


class BusyPost(Post):
    """A mail server that takes nothing just now."""

    def send(self, mail: Mail) -> None:  # noqa: ARG002 - as Mailer has it
        """See Mailer."""
        raise TransientError("The mail server answered 451 to the mail.")


def with_post(workplace: Workplace, post: Post) -> Workplace:
    """The same, but that mails go by this server."""
    return replace(workplace, installation=replace(workplace.installation, mailer=post))
