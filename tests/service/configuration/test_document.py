"""A file is checked as a whole, and what is wrong is said with its place and a remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.service.configuration.document import parse
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.configuration.shapes import as_written, one_text
from latchkey.sites.contract import Setting
from service.configuration.files import CRM, RULE, SITE, WHOLE, rule


def problems_of(text: str) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    return {problem.where: problem.sentence for problem in caught.value.problems}


def test_whole_file_is_read() -> None:
    document = parse(WHOLE)

    assert document.crms["main"].url == "https://crm.example.org"
    assert document.sites["www"].own == {"username": "latchkey", "password": "site-secret"}
    assert document.rules["members"].groups == ("Active Members",)


def test_file_saved_with_a_byte_order_mark_is_read() -> None:
    assert parse("\ufeff" + WHOLE).crms.keys() == {"main"}


def test_malformed_toml_is_shown_with_line_and_column() -> None:
    sentence = problems_of("[crm.main]\nurl = nothing\n")["TOML"]

    assert "line 2, column 7" in sentence
    assert "quotes" in sentence


def test_everything_wrong_is_said_at_once() -> None:
    text = CRM.replace("civicrm", "other") + SITE + rule('colour = "red"', "brake = 0")[len(CRM) :]

    wrong = problems_of(text.replace(SITE + SITE, SITE))

    assert {"crm.main.kind", "rule.members.colour", "rule.members.brake"} <= wrong.keys()


@pytest.mark.parametrize(
    ("text", "where", "advice"),
    [
        (WHOLE + '[rules.x]\ncrm = "main"\n', "rules", "rule"),
        (CRM + 'api_kez = "x"\n', "crm.main.api_kez", "api_key"),
        (CRM + SITE + 'pasword = "x"\n', "site.www.pasword", "password"),
        (rule('usernam = "x"'), "rule.members.usernam", "username"),
        (rule('telling = {subjekt = "x"}'), "rule.members.telling.subjekt", "subject"),
    ],
)
def test_unknown_key_is_named_with_the_nearest_known_one(
    text: str, where: str, advice: str
) -> None:
    assert f"did you mean {advice}?" in problems_of(text)[where]


@pytest.mark.parametrize(
    ("line", "key", "said"),
    [
        ('username = "{contact.first_nam}"', "username", "first_name"),
        ('username = "{contact.checksum}"', "username", "refused"),
        ('username = "{contact first_name}"', "username", "is no token"),
        ('username = ""', "username", "empty"),
        ('groups = "Active Members"', "groups", "list"),
        ('when = "every day"', "when", "cron"),
        ('when = "0 25 * * *"', "when", "from 0 to 23"),
        ("when = []", "when", "empty"),
        ('hours = "all night"', "hours", "22:00-06:00"),
        ('timezone = "Mars/Olympus"', "timezone", "Europe/Berlin"),
        ('review = "sometimes"', "review", "never"),
        ("review = -1", "review", "from 0"),
        ("review = true", "review", "never"),
        ("brake = 0", "brake", "greater than or equal to 1"),
        ('brake = "500"', "brake", "whole number"),
        ("give_up_after = 0", "give_up_after", "from 1"),
        ('notify = "pigeon"', "notify", "latchkey"),
        ('afterwards = "forget"', "afterwards", "keep"),
        ('enabled = "yes"', "enabled", "true or false"),
        ('contact_types = ["Person"]', "contact_types", "Individual"),
        ('fields = ["first_name"]', "fields", "field=pattern"),
        ('telling = {text = "{site.nam}"}', "telling.text", "{site.name}"),
    ],
)
def test_wrong_value_is_named_with_what_is_right(line: str, key: str, said: str) -> None:
    assert said in problems_of(rule(line))[f"rule.members.{key}"]


def test_rule_without_trigger_is_refused() -> None:
    wrong = problems_of(rule("groups = []"))

    assert "watches nothing" in wrong["rule.members"]


def test_rule_whose_history_is_its_trigger_is_refused() -> None:
    wrong = problems_of(rule('history_group = "Active Members"'))

    assert "both a trigger and the history" in wrong["rule.members"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('url = "www.example.org"', "https://"),
        ('url = "https://me:secret@example.org"', "credential"),
        ('url = "https://example.org/?a=b"', "?"),
    ],
)
def test_address_that_cannot_be_used_is_refused(line: str, said: str) -> None:
    text = CRM.replace('url = "https://crm.example.org"', line)

    assert said in problems_of(text)["crm.main.url"]


def test_problem_with_an_address_quotes_no_credential() -> None:
    text = CRM.replace("https://crm", "https://me:hunter2@crm")

    assert "hunter2" not in str(problems_of(text))


def test_site_lacking_what_its_kind_needs_is_told_so_with_the_help_text() -> None:
    wrong = problems_of(CRM + SITE.replace('username = "latchkey"\n', ""))

    assert "promote_users" in wrong["site.www.username"]


def test_site_of_unknown_kind_is_told_the_kinds() -> None:
    wrong = problems_of(SITE.replace("wordpress", "wordpres"))

    assert "did you mean wordpress?" in wrong["site.www.kind"]


@pytest.mark.parametrize("command", ['"php"', "[]", '["php", ""]', '["php", 7]', "7"])
def test_command_is_a_list_of_arguments(command: str) -> None:
    text = f'{CRM}[site.old]\nkind = "drupal7"\nurl = "https://o.example.org"\nroot = "/srv/o"\n'

    wrong = problems_of(f"{text}command = {command}\n")

    assert wrong.keys() == {"site.old.command"}
    assert '["php"]' in wrong["site.old.command"]


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1))
def test_arguments_of_a_command_stay_apart(words: list[str]) -> None:
    setting = Setting("command", "Command", "", words=True)

    text = one_text(words)

    assert text is not None
    assert as_written({"command": text}, [setting]) == {"command": words}


def test_site_has_no_key_called_own() -> None:
    assert "no such key" in problems_of(SITE + 'own = {username = "x"}\n')["site.www.own"]


def test_names_have_a_limit() -> None:
    assert "60 letters" in problems_of(RULE.replace("members", '"our members"'))["rule.our members"]


def test_fields_may_be_lines_or_a_table() -> None:
    lines = parse(rule('fields = ["first_name = {contact.first_name}"]'))
    table = parse(rule('fields = {first_name = "{contact.first_name}"}'))
    text = parse(rule('fields = """\nfirst_name={contact.first_name}\n"""'))

    assert lines.rules["members"].fields == {"first_name": "{contact.first_name}"}
    assert lines.rules == table.rules == text.rules


@given(st.text())
def test_any_text_is_read_or_refused_with_problems(text: str) -> None:
    try:
        problems = [str(problem) for problem in parse(text).crms]
    except ConfigurationError as error:
        problems = [str(problem) for problem in error.problems]

    assert all(problems)
