"""Checksums for links in mails."""

import pytest

from latchkey.practice.civicrm import checksums
from practice.civicrm import lab
from practice.civicrm.client import Client


def made(crm: Client, **params: object) -> str:
    (told,) = crm.values("Contact", "getChecksum", contactId=lab.ANA, **params)
    return str(told["checksum"])


def is_valid(crm: Client, checksum: str, contact_id: int = lab.ANA) -> bool:
    asked = {"contactId": contact_id, "checksum": checksum}
    (told,) = crm.values("Contact", "validateChecksum", **asked)
    return bool(told["valid"])


def test_checksum_holds_for_its_contact_only(crm: Client) -> None:
    checksum = made(crm, ttl=1)

    assert is_valid(crm, checksum)
    assert not is_valid(crm, checksum, lab.DEE)


def test_checksum_tells_when_it_was_made_and_for_how_long(crm: Client) -> None:
    digest, seconds, hours = made(crm, ttl=2).split("_")

    assert (len(digest), hours) == (32, "2")
    assert int(seconds) > 0


def test_changed_time_makes_a_checksum_invalid(crm: Client) -> None:
    digest, seconds, hours = made(crm, ttl=1).split("_")

    assert not is_valid(crm, f"{digest}_{int(seconds) + 1}_{hours}")
    assert not is_valid(crm, f"{digest}_{seconds}_inf")


def test_checksum_ends(crm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checksum = made(crm, ttl=1)
    endless = made(crm, ttl=0)
    seconds = int(checksum.split("_")[1])

    monkeypatch.setattr(checksums.time, "time", lambda: seconds + 3601)

    assert not is_valid(crm, checksum)
    assert is_valid(crm, endless)


@pytest.mark.parametrize("checksum", ["", "x_1_2", "__", "0" * 32 + "_1_inf"])
def test_nonsense_is_no_checksum(crm: Client, checksum: str) -> None:
    assert not is_valid(crm, checksum)
    assert not is_valid(crm, checksum, 99999999)
