"""The definition of an import's rule: that of a rule, but for its trigger, which is a file."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from latchkey.policy.rules import Notify
from latchkey.policy.tokens import IMPORT_TOKENS
from latchkey.service.configuration.schema import RuleTable
from latchkey.service.configuration.shapes import field_lines, pattern_text


def import_pattern(text: str) -> str:
    """A pattern that may name columns. Raises ValueError when it cannot be used."""
    return pattern_text(text, IMPORT_TOKENS)


ImportPattern = Annotated[str, AfterValidator(import_pattern)]


class ImportTable(RuleTable):
    """What an import gives: as `RuleTable`, without groups and tags to watch.

    `username` and `fields` may name the file's columns. Nobody is told unless that is asked for.
    """

    username: ImportPattern
    fields: Annotated[dict[str, ImportPattern], BeforeValidator(field_lines)] = Field(
        default_factory=dict
    )
    notify: Notify = Notify.OFF

    @model_validator(mode="after")
    def _has_a_trigger(self) -> "ImportTable":
        if self.groups or self.tags or self.reset_group or self.reset_tag:
            raise ValueError("an import watches no groups and tags: its file says who is meant.")
        return self
