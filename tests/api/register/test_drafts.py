"""Drafts of kinds: kept however unfinished, saved by one person at a time, told everything that still keeps them from going on."""

from organisations.roles import Role


def test_a_draft_is_kept_and_told_what_it_lacks(desk):
    made = desk.author.asks("POST", "/register/changes", desk.draft(signature="nobody", due={}))

    assert made.status_code == 201
    change = made.json
    assert (change["code"], change["state"], change["base_version"], change["kind_version"]) == ("NEW-01", "draft", None, 1)
    assert {fault["pointer"] for fault in change["faults"]} == {"#/document/signature", "#/document/due", "#/document/reporting/0"}
    assert change["allowed_actions"] == ["edit", "send", "abandon"]
    assert desk.author.gets(made.headers["Location"].removeprefix("/api/v1"))["document"] == change["document"]


def test_a_draft_without_a_code_or_of_an_unknown_body_is_refused(desk):
    nameless = desk.author.asks("POST", "/register/changes", desk.draft(code="new one"))
    nobodys = desk.author.asks("POST", "/register/changes", desk.draft() | {"owner_id": "00000000-0000-0000-0000-000000000001"})

    assert (nameless.status_code, nameless.json["errors"][0]["pointer"]) == (422, "#/document/code")
    assert nobodys.status_code == 404


def test_two_people_at_one_draft_do_not_overwrite_each_other(desk):
    change = desk.drafts()
    other = desk.country.hires("other", Role.METHODOLOGIST, desk.country.tree.oblast)
    path = f"/register/changes/{change['id']}"

    first = other.asks("PUT", path, desk.draft(minutes=45), If_Match='"1"')
    second = desk.author.asks("PUT", path, desk.draft(minutes=60), If_Match='"1"')
    blind = desk.author.asks("PUT", path, desk.draft(minutes=60))

    assert (first.status_code, first.headers["ETag"], second.status_code, blind.status_code) == (200, '"2"', 412, 428)
    assert desk.author.gets(path)["document"]["minutes"] == 45


def test_a_draft_keeps_its_code_and_a_kind_has_one_draft(desk):
    change = desk.drafts()

    again = desk.author.asks("POST", "/register/changes", desk.draft())
    renamed = desk.author.asks("PUT", f"/register/changes/{change['id']}", desk.draft(code="NEW-02"), If_Match='"1"')

    assert (again.status_code, again.json["code"]) == (409, "change_under_way")
    assert (renamed.status_code, renamed.json["errors"][0]["code"]) == (422, "change_code_fixed")


def test_the_next_version_is_drafted_from_the_one_in_force(desk):
    parties = {"owner_id": str(desk.owner.id), "agreeing": [str(desk.side.id)]}

    made = desk.author.posts("/register/kinds/EMP-01/versions", parties)

    assert (made["base_version"], made["kind_version"], made["document"]["version"], made["faults"]) == (1, 2, 2, [])
    assert made["document"]["valid_from"] == "2026-11-01"
    assert desk.author.asks("POST", "/register/kinds/NO-01/versions", parties).status_code == 404
    assert [each["code"] for each in desk.author.gets("/register/changes?code=EMP-01&state=draft")["items"]] == ["EMP-01"]


def test_a_draft_can_be_validated_without_being_kept(desk):
    sent = {"document": desk.draft()["document"], "indicators": []}

    found = desk.author.posts("/register/changes/validation", sent)["items"]

    assert [(fault["pointer"], fault["code"]) for fault in found] == [("#/document/sections/0/fields/0/indicator", "indicator_unknown")]
    assert desk.author.gets("/register/changes")["items"] == []
