"""A credential is stored encrypted, kept from before, or taken from where the file says it is."""

from pathlib import Path

import pytest

from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.installation import Installation
from latchkey.store.models import Connection
from service.configuration.files import WHOLE
from service.configuration.loads import problems_of, secret_of, steps

pytestmark = pytest.mark.django_db


def test_credential_is_stored_encrypted(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    assert "secret" not in str(list(Connection.objects.values()))


def test_changed_credential_is_named_and_never_shown(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)

    loaded = load(installation, WHOLE.replace("crm-secret", "new-secret"), host)

    changed = next(one for one in loaded.differences if one.where == "crm.main")
    assert [one.key for one in changed.alterations] == ["api_key"]
    assert "secret" not in str(loaded)
    assert secret_of(installation, "main", "api_key") == "new-secret"


def test_environment_reference_is_resolved_and_remembered(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE.replace("crm-secret", "env:CIVICRM_API_KEY"), host)

    row = Connection.objects.get(name="main")
    assert secret_of(installation, "main", "api_key") == "from-the-environment"
    assert row.references == {"api_key": "env:CIVICRM_API_KEY"}


def test_file_reference_is_taken_from_beside_the_file(
    installation: Installation, host: Host, tmp_path: Path
) -> None:
    (tmp_path / "key.txt").write_text("from-a-file\n")

    load(installation, WHOLE.replace("crm-secret", "file:key.txt"), host)

    assert secret_of(installation, "main", "api_key") == "from-a-file"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:NOT_SET", "NOT_SET"),
        ("file:nowhere.txt", "nowhere.txt"),
        ("file:empty.txt", "empty"),
        ("stored", "nothing is stored"),
    ],
)
def test_reference_that_leads_nowhere_is_refused(
    installation: Installation, host: Host, tmp_path: Path, reference: str, said: str
) -> None:
    (tmp_path / "empty.txt").touch()

    wrong = problems_of(installation, WHOLE.replace("crm-secret", reference), host)

    assert said in wrong["crm.main.api_key"]


def test_stored_keeps_what_is_there(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    loaded = load(installation, WHOLE.replace("crm-secret", "stored"), host)

    assert steps(loaded)["crm.main"] == "unchanged"
    assert secret_of(installation, "main", "api_key") == "crm-secret"


def test_stored_that_cannot_be_decrypted_asks_for_the_credential(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    Connection.objects.filter(name="main").update(sealed={"api_key": "of another key"})

    wrong = problems_of(installation, WHOLE.replace("crm-secret", "stored"), host)

    assert "cannot be decrypted" in wrong["crm.main.api_key"]
