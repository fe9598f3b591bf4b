"""The tables of the configuration file, each field checked by itself."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StringConstraints,
    model_validator,
)

from latchkey.policy.rules import (
    DEFAULT_TELLING,
    Afterwards,
    Existing,
    Language,
    Notify,
    SharedEmail,
)
from latchkey.policy.times import (
    AT_ONCE,
    checked_hours,
    checked_when,
    checked_zone,
)
from latchkey.service.configuration.shapes import (
    days,
    field_lines,
    http_address,
    one_or_several,
    pattern_text,
    review_limit,
    telling_text,
)

NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Address = Annotated[Text, AfterValidator(http_address)]
PatternText = Annotated[str, AfterValidator(pattern_text)]
TellingText = Annotated[str, AfterValidator(telling_text)]
Texts = tuple[Text, ...]
Count = Annotated[StrictInt, Field(ge=1, le=1_000_000)]
When = Annotated[Text, AfterValidator(checked_when)]


class Table(BaseModel):
    """A table of the file: nothing in it that is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CrmTable(Table):
    """`[crm.NAME]`: the address and credential of a CRM."""

    key: UUID | None = None
    kind: Literal["civicrm"] = "civicrm"
    url: Address
    api_key: Text
    site_key: Text | None = None
    hook_secret: Text | None = None
    hook_token: Text | None = None
    connections: Annotated[StrictInt, Field(ge=1, le=32)] = 4
    allow_http: StrictBool = False


class SiteTable(Table):
    """`[site.NAME]`: the address of a site; what its kind needs besides is in `own`."""

    key: UUID | None = None
    kind: Text
    url: Address
    hosts_crm: Text | None = None
    users_to_contacts: Literal["off", "match", "create"] = "match"
    email_changes: Literal["off", "crm to site", "site to crm"] = "off"
    mails_per_minute: Count | None = None
    connections: Annotated[StrictInt, Field(ge=1, le=32)] = 4
    allow_http: StrictBool = False
    own: Mapping[str, str] = Field(default_factory=dict)


class TellingTable(Table):
    """`[rule.NAME.telling]`: Latchkey's own mail."""

    subject: Annotated[TellingText, StringConstraints(min_length=1, max_length=250)] = (
        DEFAULT_TELLING.subject
    )
    text: Annotated[TellingText, StringConstraints(min_length=1)] = DEFAULT_TELLING.text
    html: TellingText = DEFAULT_TELLING.html


class RuleTable(Table):
    """`[rule.NAME]`: who gets an account on which site, in which shape, when, and what follows."""

    crm: Text
    site: Text
    enabled: StrictBool = True
    groups: Texts = ()
    tags: Texts = ()
    contact_types: Annotated[
        tuple[Literal["Individual", "Organization", "Household"], ...], Field(min_length=1)
    ] = ("Individual",)
    existing: Existing = Existing.LINK
    shared_email: SharedEmail = SharedEmail.HOLD
    username: PatternText
    fields: Annotated[dict[str, PatternText], BeforeValidator(field_lines)] = Field(
        default_factory=dict
    )
    roles: Texts = ()
    language: Language = Language.PREFERRED
    notify: Notify = Notify.BOTH
    telling: TellingTable = Field(default_factory=TellingTable)
    when: Annotated[tuple[When, ...], BeforeValidator(one_or_several), Field(min_length=1)] = (
        AT_ONCE,
    )
    timezone: Annotated[Text, AfterValidator(checked_zone)] = "UTC"
    hours: Annotated[Text, AfterValidator(checked_hours)] | None = None
    per_minute: Count | None = None
    per_run: Count | None = None
    review: Annotated[Literal["never", "always"] | int, PlainValidator(review_limit)] = "never"
    brake: Count = 500
    give_up_after: Annotated[int, PlainValidator(days)] = 30
    history_group: Text | None = None
    history_tag: Text | None = None
    afterwards: Afterwards = Afterwards.REMOVE
    reset_group: Text | None = None
    reset_tag: Text | None = None
    welcome: StrictBool = False
    blocked_roles: Texts = ()

    @model_validator(mode="after")
    def _has_a_trigger(self) -> "RuleTable":
        if not self.groups and not self.tags:
            raise ValueError(
                "the rule watches nothing; name the groups or tags whose contacts it is for, "
                'such as groups = ["Active Members"].'
            )
        return self

    @model_validator(mode="after")
    def _history_is_no_trigger(self) -> "RuleTable":
        for history, triggers in ((self.history_group, self.groups), (self.history_tag, self.tags)):
            if history is not None and history in triggers:
                raise ValueError(
                    f'"{history}" is both a trigger and the history: whoever is finished would '
                    "begin again. Choose another for the history."
                )
        return self
