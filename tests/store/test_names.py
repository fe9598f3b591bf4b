"""Names that people type are looked up where a database can hold them."""

from collections.abc import Callable
from functools import partial

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from latchkey.store import connections, rules
from latchkey.store.models import Connection

LOOK_UPS = (rules.find, rules.known, partial(connections.find, Connection.Role.CRM))


@pytest.mark.django_db
@pytest.mark.parametrize("find", LOOK_UPS)
def test_name_that_postgresql_refuses_belongs_to_nothing(
    find: Callable[[str], object], django_assert_num_queries: DjangoAssertNumQueries
):
    with django_assert_num_queries(0):
        found = find("members\x00")

    assert found is None
