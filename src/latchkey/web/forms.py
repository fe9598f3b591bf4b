"""How forms look: labels, help and errors tied to their fields, in Bootstrap's clothes."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.forms.renderers import TemplatesSetting

# The first that fits, so the more special ones come first.
_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "boxes"),
    (forms.CheckboxSelectMultiple, "boxes"),
    (forms.Select, "form-select"),
    (forms.ClearableFileInput, "form-control"),
    (forms.Textarea, "form-control"),
    (forms.widgets.Input, "form-control"),
)


class Renderer(TemplatesSetting):
    """Renders every form of the application with its own templates."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"


class ShapedForm(forms.Form):
    """A form whose fields are dressed; `examples` maps a field's name to an example to show."""

    examples: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        dress(self.fields.values())

    def example(self, name: str) -> str:
        """The example of a field, empty without one."""
        return self.examples.get(name, "")


def dress(fields: Iterable[forms.Field]) -> None:
    """Give the widgets the classes that they are styled by."""
    for field in fields:
        widget = field.widget
        fitting = [style for kind, style in _CLASSES if isinstance(widget, kind)]
        if fitting:
            given = widget.attrs.get("class", "")
            widget.attrs["class"] = f"{fitting[0]} {given}".strip()
