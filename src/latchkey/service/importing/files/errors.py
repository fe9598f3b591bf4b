"""What can be wrong with a file."""


class FileError(Exception):
    """The file cannot be used; the text says what is wrong, on which line, and what to do.

    `line` is counted from 1 as an editor or a spreadsheet does, None when it is the whole file.
    """

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence if line is None else f"Line {line}: {sentence}")
        self.line = line
