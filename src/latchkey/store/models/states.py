"""What a change is about, and how far it has come."""

from django.db import models


class State(models.TextChoices):
    """How far a change has come. The order is that of one contact's way."""

    NOTICED = "noticed"
    HELD = "held"
    DUE = "due"
    CREATING = "creating"
    MADE = "made"
    TOLD = "told"
    WRITTEN_BACK = "written_back"
    DONE = "done"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    IGNORED = "ignored"


UNDER_WAY = (State.DUE, State.CREATING, State.MADE, State.TOLD, State.WRITTEN_BACK)
MID_FLIGHT = (State.CREATING, State.MADE, State.TOLD, State.WRITTEN_BACK)


class Told(models.TextChoices):
    """What is known about telling the person. The two intents are written before a mail is asked
    for, so that a lost outcome is repeated once and then shown as "perhaps".
    """

    NOT_YET = ""
    INTENDED = "intended"
    REPEATED = "repeated"
    TOLD = "told"
    PERHAPS = "perhaps"
    NOT_WANTED = "not_wanted"
    FAILED = "failed"


class Task(models.TextChoices):
    """What a change is about."""

    ACCOUNT = "account"
    RESET = "reset"
    UNDO = "undo"
