"""What WordPress makes of a field is known again; what is another value is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.practice.wordpress.names import one_line, web_address
from latchkey.sites.wordpress.keeping import keeps
from latchkey.sites.wordpress.users import FIELDS, account_from

# What 6.6 made of these, by the filters of its own wp-includes.
KEPT = [
    ("first_name", "  A  &  B <b>x</b> %20 <3 ", "A &amp; B x &lt;3"),
    ("last_name", 'Tom & Jerry &lt; O\'Neil "x"', 'Tom &amp; Jerry &lt; O\'Neil "x"'),
    ("nickname", "two\nlines", "two lines"),
    ("description", " R&D <b>bold</b>\n<script>x</script> 1 < 2 ", " R&amp;D <b>bold</b>\nx 1 "),
    ("url", "example.org/a b?x=1&y=2", "http://example.org/a%20b?x=1&amp;y=2"),
    ("url", "Example.ORG", "http://Example.ORG"),
    ("url", "www.example.org", "https://www.example.org"),
    ("url", " https://Ex.org/ä?q=<b>", "https://Ex.org/ä?q=b"),
    ("url", "mailto:a@b.c", "mailto:a@b.c"),
    ("url", "javascript:alert(1)", ""),
    ("url", "www.example.org:80/x", ""),
]
PLAIN = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
PIECES = st.sampled_from([" ", "  ", "\t", "&", "<b>", "</b>", "%20", "-", "."])
TEXTS = st.lists(PLAIN | PIECES, min_size=1, max_size=8).map("".join)
IN_ADDRESSES = st.sampled_from([" ", "/", "?", "&", "=", "#", "-", "."])
ENDINGS = st.lists(PLAIN | IN_ADDRESSES, max_size=8).map("".join)
ADDRESSES = st.builds(str.__add__, PLAIN, ENDINGS)
NAMES = tuple(name for name in FIELDS if name != "url")


def read(name: str, stored: str) -> str:
    """The field of an account as the connector reads it."""
    user = {"id": 1, "username": "u", "email": "u@example.org", "roles": [], name: stored}
    account = account_from(user)
    assert account is not None
    return account.fields[name]


@pytest.mark.parametrize(("name", "wanted", "stored"), KEPT)
def test_value_that_wordpress_changed_is_known_again(name, wanted, stored):
    assert keeps(name, wanted, read(name, stored))


@given(name=st.sampled_from(NAMES), wanted=TEXTS)
def test_no_text_that_is_kept_is_taken_for_another(name, wanted):
    assert keeps(name, wanted, read(name, one_line(wanted).replace("&", "&amp;")))


@given(wanted=ADDRESSES)
def test_no_address_that_is_kept_is_taken_for_another(wanted):
    kept = web_address(wanted).replace(" ", "%20").replace("&", "&amp;")

    assert keeps("url", wanted, read("url", kept))


@given(name=st.sampled_from(FIELDS), one=PLAIN, other=PLAIN)
def test_other_words_are_another_value(name, one, other):
    assert keeps(name, one, other) is (one == other)


@pytest.mark.parametrize(
    ("name", "wanted", "kept"),
    [
        ("url", "https://example.org", "http://example.org"),
        ("url", "example.org/a", "http://example.org/b"),
        ("first_name", "Anna", "Ann"),
        ("first_name", "Anna", ""),
    ],
)
def test_what_differs_is_given_again(name, wanted, kept):
    assert not keeps(name, wanted, kept)
