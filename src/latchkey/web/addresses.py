"""What may stand in an address of ours besides what Django knows."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class EndConverter(StringConverter):
    """The name of a connection; that of an import's file has a colon, such as `import:3`."""

    regex = "[-a-zA-Z0-9_:]+"


END = "end"
register_converter(EndConverter, END)
