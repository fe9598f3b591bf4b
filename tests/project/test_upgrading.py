"""A database of another version is refused in a sentence, before anything reads it."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from latchkey.project.upgrading import upgrade
from latchkey.service.configuration.problems import ConfigurationError

pytestmark = pytest.mark.django_db


def test_database_of_a_newer_version_is_refused() -> None:
    MigrationRecorder(connection).record_applied("store", "9999_of_tomorrow")

    with pytest.raises(ConfigurationError, match="newer version of Latchkey"):
        upgrade()


def test_database_that_does_not_hang_together_is_refused() -> None:
    MigrationRecorder(connection).record_unapplied("auth", "0012_alter_user_first_name_max_length")

    with pytest.raises(ConfigurationError, match="another version of Latchkey"):
        upgrade()
