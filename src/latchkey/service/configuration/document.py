"""The file as values: TOML read, every table checked by itself, all that is wrong collected."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from latchkey.service.configuration.complaints import complaints
from latchkey.service.configuration.problems import (
    ConfigurationError,
    Problem,
    nearest,
    refuse_if_any,
)
from latchkey.service.configuration.schema import NAME, CrmTable, RuleTable, SiteTable, Table
from latchkey.service.configuration.shapes import one_text
from latchkey.sites.contract import Setting, Spec
from latchkey.sites.registry import KINDS

TABLES = ("crm", "site", "rule")
AnyTable = TypeVar("AnyTable", bound=Table)
Raw = dict[str, Any]
Read = Callable[[str, Raw], AnyTable]


@dataclass(frozen=True, slots=True)
class Document:
    """The tables of a file by name, in the order of the file."""

    crms: Mapping[str, CrmTable]
    sites: Mapping[str, SiteTable]
    rules: Mapping[str, RuleTable]


def parse(text: str) -> Document:
    """The document that `text` writes. ConfigurationError names everything that is wrong."""
    raw = _toml(text)
    problems = [
        Problem(name, f"there is no such table; {nearest(name, TABLES)}")
        for name in raw
        if name not in TABLES
    ]
    document = Document(
        crms=dict(_named(raw, "crm", read_crm, problems)),
        sites=dict(_named(raw, "site", read_site, problems)),
        rules=dict(_named(raw, "rule", read_rule, problems)),
    )
    refuse_if_any(problems)
    return document


def read_crm(where: str, raw: Raw) -> CrmTable:
    """One `[crm.NAME]`. ConfigurationError names everything that is wrong with it."""
    return _read(where, CrmTable, raw)


def read_rule(where: str, raw: Raw) -> RuleTable:
    """One `[rule.NAME]`. ConfigurationError names everything that is wrong with it."""
    return _read(where, RuleTable, raw)


def read_site(where: str, raw: Raw) -> SiteTable:
    """One `[site.NAME]`, with what its kind needs. ConfigurationError as for the others."""
    spec = _spec(where, raw)
    own_names = [setting.name for setting in spec.settings]
    own = {s.name: _one(s, raw[s.name]) for s in spec.settings if s.name in raw}
    rest = {name: value for name, value in raw.items() if name not in own_names}
    problems = list(_about_own(where, spec, own))
    if "own" in raw:
        keys = {*own_names, *SiteTable.model_fields} - {"own"}
        problems.append(Problem(f"{where}.own", f"there is no such key; {nearest('own', keys)}"))
    try:
        table = _read(where, SiteTable, {**rest, "own": own if not problems else {}}, own_names)
    except ConfigurationError as error:
        raise ConfigurationError([*problems, *error.problems]) from None
    refuse_if_any(problems)
    return table


def _toml(text: str) -> Raw:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            [Problem("TOML", f"{error}. Mend that place: texts stand in quotes, lists in [ ].")]
        ) from None


def _named(
    raw: Raw, role: str, read: Read[AnyTable], problems: list[Problem]
) -> Iterator[tuple[str, AnyTable]]:
    tables = raw.get(role, {})
    if not isinstance(tables, dict):
        problems.append(Problem(role, f"give each one a table of its own: [{role}.NAME]."))
        return
    for name, table in tables.items():
        where = f"{role}.{name}"
        if not re.fullmatch(NAME, name):
            problems.append(Problem(where, "a name has at most 60 letters, digits, - and _."))
        elif not isinstance(table, dict):
            problems.append(Problem(where, f"write [{role}.NAME] and its keys below."))
        else:
            try:
                yield name, read(where, table)
            except ConfigurationError as error:
                problems.extend(error.problems)


def _read(where: str, model: type[AnyTable], raw: Raw, own: list[str] | None = None) -> AnyTable:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError(complaints(where, model, error, own or ())) from None


def _spec(where: str, raw: Raw) -> Spec:
    kind = raw.get("kind")
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind]
    kinds = ", ".join(sorted(KINDS))
    if kind is None:
        sentence = f"this key is missing; it says what the site runs: {kinds}."
    else:
        sentence = f"there is no kind {kind!r} of site; {nearest(str(kind), KINDS)}"
    raise ConfigurationError([Problem(f"{where}.kind", sentence)])


def _one(setting: Setting, value: object) -> object:
    """The value as a connection holds it; an empty text for a list that cannot be one."""
    return (one_text(value) or "") if setting.words else value


def _about_own(where: str, spec: Spec, own: Raw) -> Iterator[Problem]:
    for setting in spec.settings:
        value = own.get(setting.name)
        place = f"{where}.{setting.name}"
        if value is None:
            if setting.required:
                yield Problem(place, f"this key is missing. {setting.help}")
        elif setting.words and not value:
            yield Problem(place, f"this has to be a list of texts. {setting.help}")
        elif not isinstance(value, str) or not value.strip():
            yield Problem(place, f"this has to be a text in quotes. {setting.help}")
