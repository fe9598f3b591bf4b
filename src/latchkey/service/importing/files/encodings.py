"""Which encoding a text file is in: by its mark, by what fits, at last by what looks likely."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes

from latchkey.service.importing.files.errors import FileError

PIECE = 1 << 16
# What tells encodings apart are the letters beyond ASCII; so much of them is looked at.
EVIDENCE = 1 << 16
WESTERN = "cp1252"
LATIN = ("cp1250", "mac_roman", "cp1254")
SCRIPTS = ("cp1251", "iso8859_7", "cp1255", "cp1256")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Words of Western names mix letters beyond ASCII with others; when so many do not, it is another
# script.
FOREIGN_WORDS = 2
LONG = 3
# And next to no signs between two letters, such as the ones in "Za¿ó³æ".
STRAY = 0.1
# So much of the bytes at even or odd places is zero in UTF-16 text of Latin letters.
MOSTLY = 0.3

# All of cp1252's signs but the apostrophes, dashes and the Catalan middle dot.
_SIGN = "[\u00a1-\u00b6\u00b8-\u00bf\u00d7\u00f7\u20ac\u2020-\u2022\u2026\u2030\u2039\u203a\u2122]"
_WORD = re.compile(r"[^\W\d_]+")
_ASCII = re.compile(r"[A-Za-z]")
_INSIDE = re.compile(rf"(?<=[^\W\d_]){_SIGN}+(?=[^\W\d_])")


def encoding_of(file: BinaryIO) -> str:
    """The encoding of a text file, read from its beginning to its end. FileError when it is none.

    The file has to be seekable; it is left at its beginning.
    """
    file.seek(0)
    beginning = file.read(PIECE)
    for mark, encoding in MARKS:
        if beginning.startswith(mark):
            return _proven(file, encoding)
    if b"\0" in beginning:
        return _proven(file, _sixteen_bits(beginning))
    evidence = _evidence(file)
    if evidence is None:
        return _rewound(file, "utf-8")
    return _rewound(file, _likely(evidence))


def _proven(file: BinaryIO, encoding: str) -> str:
    """The encoding, if all of the file is in it."""
    try:
        for _ in _decoded(file, encoding):
            pass
    except UnicodeError as error:
        raise FileError(
            f"The file begins as {encoding} text and goes on as something else; it was cut off or "
            "is no text. Save it once more as CSV."
        ) from error
    return _rewound(file, encoding)


def _sixteen_bits(beginning: bytes) -> str:
    half = max(1, len(beginning) // 2)
    if beginning[1::2].count(0) > MOSTLY * half and not beginning[::2].count(0):
        return "utf-16-le"
    if beginning[::2].count(0) > MOSTLY * half and not beginning[1::2].count(0):
        return "utf-16-be"
    raise FileError(
        "This is no text: it holds bytes that no letter has. Import a CSV, .xlsx or .ods file."
    )


def _evidence(file: BinaryIO) -> bytes | None:
    """Lines with letters beyond ASCII, None when the whole file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    found: list[bytes] = []
    size = 0
    file.seek(0)
    while piece := file.read(PIECE):
        if b"\0" in piece:
            raise FileError("This is no text: it holds zero bytes. Import a CSV, .xlsx or .ods.")
        is_utf8 = is_utf8 and _continues(decoder, piece)
        if not piece.isascii() and size < EVIDENCE:
            lines = [line for line in piece.splitlines() if not line.isascii()]
            found.append(b"\n".join(lines)[: EVIDENCE - size])
            size += len(found[-1])
    if is_utf8 and _continues(decoder, b"", final=True):
        return None
    return b"\n".join(found)


def _continues(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeError:
        return False
    return True


def _likely(evidence: bytes) -> str:
    """One of the encodings with one byte a letter: Western, unless its text makes no words."""
    if not _fits(evidence, WESTERN):
        return _best(evidence, [WESTERN, *LATIN])
    text = evidence.decode(WESTERN)
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    foreign = sum(len(word) > LONG and not _ASCII.search(word) for word in words)
    if foreign >= FOREIGN_WORDS and foreign > len(words) / 2:
        return _best(evidence, [WESTERN, *SCRIPTS])
    if len(_INSIDE.findall(text)) > STRAY * len(words):
        return _best(evidence, [WESTERN, *LATIN])
    return WESTERN


def _best(evidence: bytes, among: list[str]) -> str:
    best = from_bytes(evidence, cp_isolation=among, preemptive_behaviour=False).best()
    return best.encoding if best is not None else "latin-1"


def _fits(evidence: bytes, encoding: str) -> bool:
    try:
        evidence.decode(encoding)
    except UnicodeError:
        return False
    return True


def _decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    while piece := file.read(PIECE):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _rewound(file: BinaryIO, encoding: str) -> str:
    file.seek(0)
    return encoding
