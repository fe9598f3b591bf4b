"""Files that people send: refused before they are read where they are too large."""

from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from latchkey.service.importing.files.reading import MEGABYTE, MOST_BYTES

# What a form has besides its file.
AROUND = MEGABYTE


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request says that it brings more than a file may have."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return said.isdecimal() and int(said) > MOST_BYTES + AROUND


class Nameless(FileUploadHandler):
    """Keeps a file without a name, so that nothing of it is left when the process is killed."""

    _kept: IO[bytes]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Another file begins."""
        super().new_file(*args, **kwargs)
        self._kept = TemporaryFile()  # noqa: SIM115 - whoever has the answer closes it

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - as Django calls it
        """A piece of it."""
        self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        """All of it is there."""
        self._kept.seek(0)
        return UploadedFile(self._kept, self.file_name, self.content_type, file_size)

    def upload_interrupted(self) -> None:
        """Its end never came."""
        self._kept.close()
