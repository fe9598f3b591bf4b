"""Inputs that HTML does not have: several names chosen from a long list."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict


class NamesInput(forms.Widget):
    """Chosen names as boxes that can be unticked, and a field with suggestions to add one.

    Without JavaScript a name that was typed is added when the form is saved.
    """

    template_name = "web/forms/names.html"
    use_fieldset = True

    def __init__(self, suggestions: str = "", placeholder: Any = "") -> None:
        super().__init__()
        self.suggestions = suggestions
        self.placeholder = placeholder

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What the template shows."""
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "names": list(value or ()),
            "suggestions": self.suggestions,
            "placeholder": self.placeholder,
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:  # noqa: ARG002 - as Django calls it
        """The names that are ticked, and the one that was typed."""
        several = isinstance(data, QueryDict)
        found: Iterable[str] = data.getlist(name) if several else data.get(name) or ()
        return list(dict.fromkeys(text.strip() for text in found if text.strip()))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 - as above
        """Nothing ticked is an answer too."""
        return False

    def id_for_label(self, id_: str) -> str:
        """The field that one types into."""
        return f"{id_}_add"


class NamesField(forms.Field):
    """Several names; each may be one that the list does not have."""

    def __init__(self, *, suggestions: str, placeholder: Any = "", **kwargs: Any) -> None:
        super().__init__(widget=NamesInput(suggestions, placeholder), **kwargs)

    def validate(self, value: Any) -> None:
        """No name holds what a database cannot."""
        super().validate(value)
        for name in value:
            ProhibitNullCharactersValidator()(name)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other names were chosen."""
        return list(initial or ()) != list(data or ())


def suggesting(suggestions: str) -> forms.TextInput:
    """A line of text with suggestions."""
    return forms.TextInput(attrs={"list": suggestions, "autocomplete": "off"})
