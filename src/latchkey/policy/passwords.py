"""Passwords that nobody sees: made once for a create, kept nowhere."""

from string import ascii_lowercase, ascii_uppercase, digits

# No backslash (WordPress refuses it, 400 rest_invalid_param), no quotes, no spaces, and nothing
# that a form or a template might take for markup.
PUNCTUATION = "!#%()*+,-./:;=?@[]^_{}~"
CLASSES = (ascii_uppercase, ascii_lowercase, digits, PUNCTUATION)
ALPHABET = "".join(CLASSES)
LENGTH = 28
# The choices below take 269 bits; the other 243 make every one of them even to within 2**-243.
BYTES_NEEDED = 64


def password_from(random_bytes: bytes) -> str:
    """A password of LENGTH characters, of every class, decided by the bytes alone.

    The bytes are one large number; each choice takes its remainder. Raises ValueError for fewer
    than BYTES_NEEDED bytes.
    """
    if len(random_bytes) < BYTES_NEEDED:
        raise ValueError(f"{len(random_bytes)} random bytes are too few, {BYTES_NEEDED} are needed")
    number = int.from_bytes(random_bytes, "big")
    characters: list[str] = []
    for choices in CLASSES + (ALPHABET,) * (LENGTH - len(CLASSES)):
        number, chosen = divmod(number, len(choices))
        characters.append(choices[chosen])
    return "".join(_shuffled(characters, number))


def _shuffled(characters: list[str], number: int) -> list[str]:
    # Without this the first four places would tell their class.
    shuffled = list(characters)
    for last in range(len(shuffled) - 1, 0, -1):
        number, chosen = divmod(number, last + 1)
        shuffled[last], shuffled[chosen] = shuffled[chosen], shuffled[last]
    return shuffled
