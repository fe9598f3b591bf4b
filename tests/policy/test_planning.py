"""The decisions of a rule, in the order in which product.md gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.matching import Findings, Match, match
from latchkey.policy.planning import NO_WISH, Verdict, Wish, decide, ineligible
from latchkey.policy.reasons import SENTENCES, Why
from latchkey.policy.rules import Existing, SharedEmail
from latchkey.policy.tokens import Pattern
from policy.making import account, contact, rule

NOBODY: frozenset[str] = frozenset()


def verdict_of(one=None, found=None, by=None):
    return decide(by or rule(), one or contact(), found or Match(), NOBODY)


def test_contact_without_account_gets_one_with_all_that_the_rule_gives():
    by = rule(fields={"first_name": Pattern.parse("{contact.first_name}")})

    decision = verdict_of(by=by)

    assert decision.verdict is Verdict.CREATE
    assert decision.roles == {"subscriber"}
    assert decision.fields == {"first_name": "Anna"}


def test_linked_account_with_everything_is_already_right():
    decision = verdict_of(found=Match(linked_id="31", linked=account()))

    assert decision.verdict is Verdict.ALREADY


def test_linked_account_that_lacks_a_role_is_updated_and_keeps_its_others():
    other = account(roles=frozenset({"member"}))

    decision = verdict_of(found=Match(linked_id="31", linked=other))

    assert decision.verdict is Verdict.UPDATE
    assert decision.roles == {"subscriber"}


def test_linked_account_whose_field_differs_is_updated():
    by = rule(fields={"first_name": Pattern.parse("{contact.first_name}")})
    other = account(fields={"first_name": "Anne"})

    decision = verdict_of(found=Match(linked_id="31", linked=other), by=by)

    assert decision.fields == {"first_name": "Anna"}


def test_empty_value_of_a_field_is_never_given():
    by = rule(fields={"first_name": Pattern.parse("{contact.first_name}")})
    one = contact(values={"first_name": "", "last_name": "Berg"})

    decision = verdict_of(one, Match(linked_id="31", linked=account()), by)

    assert decision.verdict is Verdict.ALREADY


def test_link_to_an_account_that_is_gone_is_held():
    decision = verdict_of(found=Match(linked_id="31", linked=None))

    assert (decision.verdict, decision.reason.why) == (Verdict.HOLD, Why.ACCOUNT_GONE)


@pytest.mark.parametrize(
    "power",
    [{"roles": frozenset({"Administrator"})}, {"powers": frozenset({"edit_users"})}],
)
def test_privileged_account_is_held_whether_linked_or_only_matching(power):
    strong = account(**power)

    linked = verdict_of(found=Match(linked_id="31", linked=strong))
    matching = verdict_of(found=Match(by_email=(strong,)))

    assert linked.reason.why is matching.reason.why is Why.ACCOUNT_PRIVILEGED


@pytest.mark.parametrize(
    ("different", "why"),
    [
        ({"email": None}, Why.NO_EMAIL),
        ({"email": "  "}, Why.NO_EMAIL),
        ({"email": "anna@@example"}, Why.BAD_EMAIL),
        ({"on_hold": True}, Why.ON_HOLD),
        ({"is_deleted": True}, Why.TRASHED),
        ({"is_deceased": True}, Why.DECEASED),
        ({"contact_type": "Organization"}, Why.WRONG_TYPE),
    ],
)
def test_ineligible_contact_is_refused_with_the_reason(different, why):
    decision = verdict_of(contact(**different))

    assert (decision.verdict, decision.reason.why) == (Verdict.REFUSE, why)


def test_several_accounts_with_the_address_are_held():
    two = (account(), account(id="32", username="anna2"))

    decision = verdict_of(found=Match(by_email=two))

    assert decision.reason.why is Why.SEVERAL_ACCOUNTS
    assert "anna.berg, anna2" in decision.reason.sentence


def test_account_of_another_contact_is_held_as_crossed():
    decision = verdict_of(found=Match(by_email=(account(),), owners={"31": 99}))

    assert decision.reason.why is Why.CROSSED
    assert "99" in decision.reason.sentence


@pytest.mark.parametrize("wish", [NO_WISH, Wish(account_id="31")], ids=["unasked", "wished"])
def test_account_of_another_crms_contact_is_held_whatever_a_person_says(wish):
    found = Match(by_email=(account(),), elsewhere={"31": "contact 4 of other"})

    decision = decide(rule(), contact(), found, NOBODY, wish)

    assert (decision.verdict, decision.reason.why) == (Verdict.HOLD, Why.OWNED_ELSEWHERE)
    assert "contact 4 of other" in decision.reason.sentence


@pytest.mark.parametrize(
    ("setting", "others", "expected"),
    [
        (SharedEmail.HOLD, (8,), Verdict.HOLD),
        (SharedEmail.REFUSE, (8,), Verdict.REFUSE),
        (SharedEmail.OLDEST, (8, 9), Verdict.CREATE),
        (SharedEmail.OLDEST, (3, 8), Verdict.REFUSE),
    ],
)
def test_shared_address_is_treated_as_the_rule_says(setting, others, expected):
    decision = verdict_of(found=Match(sharers=others), by=rule(shared_email=setting))

    assert decision.verdict is expected


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        (Existing.LINK, Verdict.LINK),
        (Existing.HOLD, Verdict.HOLD),
        (Existing.REFUSE, Verdict.REFUSE),
    ],
)
def test_one_unlinked_account_is_treated_as_the_rule_says(setting, expected):
    decision = verdict_of(found=Match(by_email=(account(),)), by=rule(existing=setting))

    assert decision.verdict is expected


def test_account_with_our_key_is_linked_whatever_the_rule_says_of_existing_ones():
    decision = verdict_of(found=Match(by_key=account()), by=rule(existing=Existing.REFUSE))

    assert (decision.verdict, decision.reason.why) == (Verdict.LINK, Why.LINKED_BY_KEY)


def test_match_sorts_the_findings_of_a_page_out_by_contact():
    mine, other = account(), account(id="32", email="bo@example.org")
    found = Findings(
        owners={"31": 7, "32": 99},
        by_email={"anna@example.org": [mine], "bo@example.org": [other]},
        holders={"anna@example.org": [12, 7, 3]},
    )

    matched = match(contact(email="Anna@Example.org"), found)

    assert matched.by_email == (mine,)
    assert matched.owners == {}
    assert matched.sharers == (3, 12)


def test_every_reason_has_a_sentence():
    assert set(SENTENCES) == set(Why)


contacts = st.builds(
    contact,
    id=st.integers(1, 20),
    email=st.sampled_from([None, "", "bad", "anna@example.org", "b@example.org"]),
    on_hold=st.booleans(),
    is_deleted=st.booleans(),
    is_deceased=st.booleans(),
    contact_type=st.sampled_from(["Individual", "Organization"]),
)
accounts = st.builds(
    account,
    id=st.sampled_from(["31", "32", "33"]),
    roles=st.frozensets(st.sampled_from(["subscriber", "member", "administrator"])),
    powers=st.frozensets(st.just("edit_users")),
)
matches = st.builds(
    Match,
    linked_id=st.none() | st.just("31"),
    linked=st.none() | accounts,
    by_key=st.none() | accounts,
    by_email=st.lists(accounts, max_size=2).map(tuple),
    owners=st.dictionaries(st.sampled_from(["31", "32", "33"]), st.integers(1, 20)),
    sharers=st.lists(st.integers(1, 20), max_size=3).map(lambda ids: tuple(sorted(ids))),
)
rules = st.builds(
    rule, existing=st.sampled_from(Existing), shared_email=st.sampled_from(SharedEmail)
)


@given(rules, contacts, matches)
def test_nothing_privileged_is_ever_touched(by, one, found):
    decision = decide(by, one, found, NOBODY)

    if decision.verdict in {Verdict.LINK, Verdict.UPDATE, Verdict.ALREADY}:
        assert decision.account is not None
        assert not decision.account.powers
        assert "administrator" not in decision.account.roles


@given(rules, contacts, matches)
def test_no_account_is_made_for_an_ineligible_contact(by, one, found):
    decision = decide(by, one, found, NOBODY)

    if decision.verdict is Verdict.CREATE:
        assert ineligible(by, one) is None
        assert not found.candidates
        assert found.linked_id is None


@given(rules, contacts, matches)
def test_every_decision_says_why_in_a_sentence(by, one, found):
    decision = decide(by, one, found, NOBODY)

    assert decision.reason.sentence
    assert "{" not in decision.reason.sentence


@given(rules, contacts, matches)
def test_updates_only_add(by, one, found):
    decision = decide(by, one, found, NOBODY)

    if decision.account is not None:
        assert not decision.roles & decision.account.roles
