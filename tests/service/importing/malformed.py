"""Files that are refused: each with the sentence that says why, as a pattern."""

MALFORMED = {
    "empty": (b"", r"The file is empty\."),
    "unclosed": (b'Email,Name\na@b.org,A\nb@b.org,"B\n', r"Line 3: a quotation mark is opened"),
    "text behind a quote": (b'Email,Name\n"a@b.org"x,A\n', r"Line 2: something stands between"),
    "too few": (b"Email,Name\na@b.org,A\nb@b.org\n", r"Line 3: it has 1 column, and .* 2 columns"),
    "too many": (b"Email,Name\na@b.org,A,B\n", r"Line 2: it has 3 columns, and .* 2 columns"),
    "after a quoted newline": (b'Email,Name\n"a@b.org","A\nB"\nb@b.org\n', r"Line 4: it has 1"),
    "formula": (b"Email,Name\na@b.org,=HYPERLINK(A1)\n", r"Line 2: column 2 holds the formula =H"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0", r"This is a picture"),
    "PDF": (b"%PDF-1.7\n\0\x01", r"This is a PDF document"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"\.xls\)\. Save it as"),
    "bytes": (bytes(range(256)) * 4, r"This is no text"),
    "web page": (b"<!DOCTYPE html><html><body>Log in</body></html>", r"This is a web page"),
    "damaged spreadsheet": (b"PK\x03\x04 and no more", r"damaged"),
    "cut off UTF-16": (b"\xff\xfeE\0m\0a", r"cut off"),
}
