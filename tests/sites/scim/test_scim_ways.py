"""What is SCIM's own: filters that are refused, versions, what is sent, who is let in."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote_plus
from uuid import uuid4

import pytest
from scim2_models import BulkRequest, Context, EnterpriseUser, PatchOp, User

from fakes.faults import Request, Status, about, nth
from fakes.wire import Wire
from latchkey.policy.health import Level
from latchkey.policy.values import Account, AccountChange
from latchkey.remote.errors import (
    Conflict,
    Missing,
    RejectedError,
    SiteError,
    TransientError,
)
from latchkey.sites.contract import Site
from sites.connecting import ByWire, connected, outcome
from sites.scim.stand import ScimStand, scim_stand
from sites.stand import people, person

ERROR = b'{"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "scimType": "%s"}'
MEMBER = User[EnterpriseUser]
NO_FILTER = Status(400, body=ERROR % b"invalidFilter")
CHANGED = Status(412, body=ERROR % b"")
NOBODY = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 0,
    "Resources": [],
}


def filtering(request: Request) -> bool:
    return "filter=" in request.path


def filtering_addresses(request: Request) -> bool:
    return "filter=emails" in request.path


def chaining(request: Request) -> bool:
    return filtering(request) and " or " in unquote_plus(request.path)


def bulk(request: Request) -> bool:
    return request.path.endswith("/Bulk")


def patching_users(request: Request) -> bool:
    return request.method == "PATCH" and "/Users/" in request.path


class TestScim(ByWire):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls) -> Iterator[ScimStand]:
        with scim_stand() as stand:
            stand.make(people(120))
            yield stand

    @pytest.mark.parametrize("refused", [filtering, chaining], ids=["any", "joined"])
    def test_filter_that_is_refused_is_done_without(
        self, refused: object, stand: ScimStand, wire: Wire, site: Site
    ) -> None:
        ann, bob = people(2)
        stand.make([ann, bob])
        wire.inject(NO_FILTER, on=filtering if refused is filtering else chaining)

        by_email = site.find_by_emails([ann.email, bob.email])
        by_username = site.find_by_usernames([ann.username])

        assert by_email.keys() == {ann.email, bob.email}
        assert by_username.keys() == {ann.username}

    def test_filter_that_finds_nobody_is_not_believed(
        self, stand: ScimStand, wire: Wire, site: Site
    ) -> None:
        """Some services answer a filter that they do not have with nobody, and no error."""
        ann = person()
        stand.make([ann])
        wire.inject(Status(200, body=json.dumps(NOBODY).encode()), on=filtering_addresses)

        assert site.find_by_emails([ann.email]).keys() == {ann.email}

    def test_user_whose_name_is_the_only_address_is_found_by_it(
        self, stand: ScimStand, site: Site
    ) -> None:
        ann = person()
        stand.add_user(ann.email)

        found = site.find_by_emails([ann.email])
        refused = outcome(lambda: site.create([ann]))

        assert [one.username for one in found[ann.email]] == [ann.email]
        assert isinstance(refused, Conflict)
        assert (refused.on, refused.existing) == ("email", found[ann.email][0])

    def test_account_that_somebody_changed_meanwhile_is_looked_at_again(
        self, wire: Wire, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)
        wire.inject(CHANGED, on=patching_users, when=nth(1))

        changed = outcome(lambda: site.update([AccountChange(made, fields={"title": "Chair"})]))

        assert isinstance(changed, Account)
        assert changed.fields["title"] == "Chair"

    def test_account_that_is_changed_all_the_time_is_tried_later(
        self, wire: Wire, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)
        wire.inject(CHANGED, on=patching_users)

        failed = outcome(lambda: site.update([AccountChange(made, fields={"title": "Chair"})]))

        assert isinstance(failed, TransientError)

    def test_change_is_tied_to_the_version_that_was_seen(self, wire: Wire, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)

        site.disable([made])

        sent = [dict(act.request.headers) for act in wire.acts if patching_users(act.request)]
        assert [any(name.lower() == "if-match" for name in one) for one in sent] == [True]

    def test_what_is_sent_is_as_the_standard_says(self, wire: Wire, site: Site) -> None:
        fields = {"givenName": "Zoë", "familyName": "Łoś", "department": "Board"}
        everybody = [
            replace(one, fields=fields, key=uuid4(), language="pt_BR") for one in people(9)
        ]
        made = [one for one in site.create(everybody) if isinstance(one, Account)]
        site.update(
            [AccountChange(made[0], fields={"department": "Office"}, email="z@example.org")]
        )

        bodies = [
            (act.request, json.loads(act.request.body)) for act in wire.acts if act.request.body
        ]
        bulk = [told for request, told in bodies if request.path.endswith("/Bulk")]
        patches = [told for request, told in bodies if patching_users(request)]
        users = [one["data"] for told in bulk for one in told["Operations"]]
        assert len(users) == len(made) == 9
        for user in users:
            MEMBER.model_validate(user, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
        for told in patches:
            PatchOp[MEMBER].model_validate(told, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
        assert {told["schemas"][0] for told in bulk} == {str(BulkRequest.__schema__)}

    def test_member_whom_a_group_does_not_take_keeps_nobody_else_out(
        self, stand: ScimStand, wire: Wire, site: Site
    ) -> None:
        made = [one for one in site.create(people(3)) if isinstance(one, Account)]
        naming = about("/Groups/", f'"{made[1].id}"')
        wire.inject(Status(400, body=ERROR % b"invalidValue"), on=naming)

        outcomes = site.update([AccountChange(one, roles=frozenset({stand.role})) for one in made])

        roles = [isinstance(one, Account) and one.roles for one in outcomes]
        assert roles == [{stand.role}, False, {stand.role}]
        assert isinstance(outcomes[1], RejectedError)

    def test_group_that_is_gone_is_not_an_account_that_is_gone(
        self, stand: ScimStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        stand.add_group("short-lived")
        site.roles()
        stand.drop_group("short-lived")
        wanted = made.roles | {"short-lived"}

        refused = outcome(lambda: site.update([AccountChange(made, roles=wanted)]))

        assert isinstance(refused, RejectedError)
        assert not isinstance(refused, Missing)
        assert refused.unknown_role == "short-lived"

    def test_group_that_was_made_anew_is_filled(self, stand: ScimStand, site: Site) -> None:
        made = outcome(lambda: site.create([person()]))
        assert isinstance(made, Account)
        stand.add_group("made-anew")
        site.roles()
        stand.drop_group("made-anew")
        stand.add_group("made-anew")

        changed = outcome(
            lambda: site.update([AccountChange(made, roles=frozenset({"made-anew"}))])
        )
        stand.drop_group("made-anew")

        assert isinstance(changed, Account)
        assert changed.roles == {"made-anew"}

    @pytest.mark.parametrize("code", [400, 413])
    def test_bulk_request_that_is_refused_as_a_whole_is_done_singly(
        self, code: int, stand: ScimStand, wire: Wire, site: Site
    ) -> None:
        wire.inject(Status(code, body=ERROR % b""), on=bulk)
        everybody = people(9, stand.role)

        outcomes = site.create(everybody)

        assert [isinstance(one, Account) and one.roles for one in outcomes] == [{stand.role}] * 9

    def test_field_language_and_key_are_carried(self, site: Site) -> None:
        key = uuid4()
        ann = replace(person(), fields={"department": "Board"}, key=key, language="pt_BR")

        made = outcome(lambda: site.create([ann]))

        assert isinstance(made, Account)
        assert (made.key, made.language, made.fields) == (key, "pt_BR", {"department": "Board"})

    def test_mail_is_left_to_latchkey(self, site: Site) -> None:
        refused = site.tell([Account("1", "ann", "ann@example.org")])[0]

        assert isinstance(refused, RejectedError)
        assert "Latchkey writes it" in str(refused)

    def test_empty_answer_that_anybody_gets_is_not_believed(self, wire: Wire, site: Site) -> None:
        wire.inject(Status(200, body=json.dumps(NOBODY).encode()), on=_users)

        with pytest.raises(SiteError, match="token"):
            site.find_by_emails(["ann@example.org"])

    def test_service_that_answers_anybody_is_warned_of(self, wire: Wire, site: Site) -> None:
        wire.inject(Status(200, body=b"{}"), on=_anonymous)

        health = site.check()

        warned = [one.what for one in health.findings if one.level is Level.WARNING]
        assert health.usable
        assert warned == ["answers without a token"]

    def test_somebody_who_was_faster_is_a_conflict(self, stand: ScimStand, site: Site) -> None:
        ann = person()
        site.find_by_usernames([ann.username])
        stand.make([ann])

        refused = outcome(lambda: site.create([ann]))

        assert isinstance(refused, Conflict)
        assert refused.existing is not None

    def test_check_says_what_the_least_of_services_lacks(self) -> None:
        stands = scim_stand(lacking=("bulk", "patch", "filter", "etag"))
        with stands as plain, connected(plain, plain.url) as site:
            health = site.check()

        warned = [one.what for one in health.findings if one.level is Level.WARNING]
        assert health.usable
        assert warned == ["no bulk", "no patch", "no filters", "no etags"]


def _users(request: Request) -> bool:
    return "/Users" in request.path


def _anonymous(request: Request) -> bool:
    return ("authorization", "Bearer nobody") in [(n.lower(), v) for n, v in request.headers]
