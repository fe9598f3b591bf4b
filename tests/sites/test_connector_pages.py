"""Every kind of site has its page, its line, its place in the table, and somebody it is held to."""

import re
from pathlib import Path

import pytest

from latchkey.practice.sites import SITES
from latchkey.sites import table
from latchkey.sites.contract import Spec
from latchkey.sites.registry import KINDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "connectors"
TESTS = ROOT / "tests"
FOLDERS = ROOT / "src" / "latchkey" / "sites"
SHARED = {"phpcms"}  # what Drupal 7 and Backdrop have in common
# Kinds that no stand-in of ours plays: a service of others is in its place.
PEERS = {"scim": TESTS / "sites" / "scim" / "peer.py"}
# Stand-ins whose recordings lie under other names too.
RECORDINGS = {"standalone": ("standalone", "standalone-6.12")}
# What a test of a stand-in is called that fails where a recording is neither replayed nor named.
HOLDING = "def test_every_recording_is_replayed_or_named"
# And one of a connector that fails where a recorded error becomes nothing that it should.
MEANING = re.compile(r"def test_every_recorded_(?:error|refusal)_has_an_outcome")
every_kind = pytest.mark.parametrize("spec", KINDS.values(), ids=list(KINDS))


@every_kind
def test_every_setting_is_on_the_page(spec: Spec) -> None:
    page = (PAGES / f"{spec.kind}.md").read_text(encoding="utf-8")

    for setting in spec.settings:
        assert f"| `{setting.name}` | {setting.label} |" in page


@every_kind
def test_every_field_is_on_the_page(spec: Spec) -> None:
    page = (PAGES / f"{spec.kind}.md").read_text(encoding="utf-8")

    assert [name for name in spec.capabilities.fields if f"`{name}`" not in page] == []


@every_kind
def test_roles_that_are_never_given_are_on_the_page(spec: Spec) -> None:
    page = (PAGES / f"{spec.kind}.md").read_text(encoding="utf-8").casefold()

    assert [role for role in sorted(spec.privileged) if role.casefold() not in page] == []
    assert str(spec.usernames.max_length) in page


@every_kind
def test_kind_is_in_the_list_of_kinds_and_in_the_documentation_site(spec: Spec) -> None:
    listed = (PAGES / "index.md").read_text(encoding="utf-8")
    site = (ROOT / "zensical.toml").read_text(encoding="utf-8")

    assert f"| [`{spec.kind}`]({spec.kind}.md) |" in listed
    assert f'"connectors/{spec.kind}.md"' in site


@every_kind
def test_kind_is_named_once_and_complete(spec: Spec) -> None:
    assert KINDS[spec.kind] is spec
    assert all(setting.label and setting.help for setting in spec.settings)


@every_kind
def test_kind_is_held_to_recordings_or_to_a_peer(spec: Spec) -> None:
    if spec.kind in PEERS:
        assert PEERS[spec.kind].is_file()
        return
    names = RECORDINGS.get(spec.kind, (spec.kind,))

    assert spec.kind in {*SITES, "wordpress"}
    for name in names:
        assert list((TESTS / "recordings" / name).glob("*.json")), name
        assert HOLDING in written(TESTS / "practice", name), name


@every_kind
def test_every_recorded_error_of_a_kind_has_a_meaning(spec: Spec) -> None:
    if spec.kind in PEERS:
        pytest.skip("nothing was recorded of it; its peer is asked itself")

    for name in RECORDINGS.get(spec.kind, (spec.kind,)):
        assert MEANING.search(written(TESTS / "sites", name)), name


def written(tests: Path, name: str) -> str:
    """The tests of recordings below a folder that are about these, or speak of them."""
    modules = {path: path.read_text("utf-8") for path in tests.glob("*/test_*recordings.py")}
    about = [path for path, text in modules.items() if f'"{name}"' in text]
    return "\n".join(modules[path] for path in {*about, *tests.glob(f"{name}/test_*recordings.py")})


@every_kind
def test_kind_passes_the_contract_suite(spec: Spec) -> None:
    folder = TESTS / "sites" / spec.kind
    written = [path.read_text(encoding="utf-8") for path in folder.glob("test_*_contract.py")]

    inherited = [
        re.findall(r"^class \w+\(.*\b(?:Site|Pipe)Contract\b", one, re.MULTILINE) for one in written
    ]
    assert any(inherited)


def test_every_folder_of_a_kind_is_in_the_registry() -> None:
    folders = {path.parent.name for path in FOLDERS.glob("*/connector.py")}

    assert folders - SHARED == set(KINDS)


def test_no_kind_has_both_a_stand_in_and_a_peer() -> None:
    assert not PEERS.keys() & SITES.keys()
    assert {*PEERS, *SITES, "wordpress"} == set(KINDS)


def test_table_of_the_documents_is_what_the_kinds_say() -> None:
    page = (PAGES / "index.md").read_text(encoding="utf-8")

    assert table.renewed(page) == page, "make docs would renew it"


def test_table_has_a_row_for_each_kind_and_a_cell_for_each_column() -> None:
    rows = table.rows()

    assert [row.kind for row in rows] == list(KINDS)
    assert all(len(row.cells) == len(table.COLUMNS) and all(row.cells) for row in rows)


def test_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        table.renewed("# Kinds of site")
