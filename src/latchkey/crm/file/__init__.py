"""A file of people as a CRM: what a row says is a contact; what it cannot do is left to another."""

from latchkey.crm.file.checked import CheckedFile
from latchkey.crm.file.connector import FileCrm
from latchkey.crm.file.rows import FileRow, Rows

__all__ = ["CheckedFile", "FileCrm", "FileRow", "Rows"]
