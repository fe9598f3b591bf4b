"""Between a form and the tables of the configuration: what was typed, and what is wrong with it."""

import re
from collections.abc import Iterable, Mapping

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.configuration.schema import NAME
from latchkey.web.forms import ShapedForm
from latchkey.web.wording import translated

# Of a number that a row can hold.
MOST_DIGITS = 18


class NameField(forms.RegexField):
    """A name as it stands in addresses of pages and in the configuration file."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault(
            "error_messages", {"invalid": _("A name has letters, digits, - and _, and no spaces.")}
        )
        super().__init__(re.compile(NAME), **kwargs)  # type: ignore[arg-type] # as RegexField has it


def show_problems(form: ShapedForm, error: ConfigurationError) -> None:
    """Put each problem beside its field, and what belongs to none above the form."""
    for problem in error.problems:
        steps = problem.where.split(".")[2:]
        said = translated(problem.sentence)
        sentence = said[:1].upper() + said[1:]
        name = next((step for step in _fields_for(steps) if step in form.fields), None)
        if len(steps) > 1 and name == steps[0]:
            sentence = f"{steps[1]}: {sentence}"
        form.add_error(name, sentence)


def problems_of(error: ConfigurationError) -> str:
    """All of them, as one text."""
    return " ".join(translated(problem.sentence) for problem in error.problems)


def given(cleaned: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    """What was filled in, by the keys of the table; what was left empty is left out."""
    return {name: cleaned[name] for name in names if cleaned.get(name) not in (None, "", [], ())}


def _fields_for(steps: list[str]) -> list[str]:
    """Where a problem may be shown: `telling.subject` at telling_subject, else at telling."""
    return ["_".join(steps[:2]), *steps[:1]]


def whole(text: str) -> int | None:
    """The number that was written, None where it is none that a row can hold."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def who(request: HttpRequest) -> str:
    """The name that changes are written down with."""
    return request.user.get_username()
