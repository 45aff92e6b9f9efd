"""The inbox over HTTP: in the reader's language, a page at a time, nobody's but one's own."""

import pytest

from organisations.roles import Role
from storage import outbox, sealer
from storage.transaction import transaction
from tests.api.things import things_of
from tests.country import Person, founded

ONE_DATABASE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def tells(country):
    with country.esep.http.app_context():
        sealer.seal(country.esep.clock, heard=country.esep.notifications.hear)
        outbox.deliver_due(country.esep.outbox_handlers, country.esep.clock)


@ONE_DATABASE
def test_a_person_reads_their_own_news_in_their_language_and_marks_them_read(country):
    things = things_of(country)
    tells(country)
    people = {login: Person(country.esep, login) for login in ("the-executor", "the-head")}

    [told] = people["the-executor"].gets("/notifications")["items"]
    assert (told["sort"], told["report_id"], told["read_at"]) == ("task_given", things["report_id"], None)
    assert told["task_id"] == things["task_id"]
    assert told["text"].startswith("You have a task: prepare the report")
    said = people["the-executor"].asks("GET", "/notifications", Accept_Language="kk").json["items"][0]["text"]
    assert said.startswith("Сізге тапсырма келді: есепті дайындау")
    assert people["the-executor"].gets("/notifications/unread") == {"count": 1, "more": False}
    assert people["the-head"].asks("POST", f"/notifications/{told['id']}/reading").status_code == 404
    assert people["the-executor"].posts(f"/notifications/{told['id']}/reading")["read_at"] is not None
    assert people["the-executor"].gets("/notifications?unread=true")["items"] == []
    assert people["the-executor"].asks("GET", "/notifications?sort=gossip").status_code == 422


@ONE_DATABASE
def test_pages_read_on_by_key_and_reading_all_leaves_what_comes_later(country):
    head, executor = things_of(country), Person(country.esep, "the-executor")
    owner = Person(country.esep, "the-head")
    for month in (5, 6, 7):
        owner.posts("/reports", {"kind": "EMP-01", "body_id": str(head["body_id"]), "period": f"2026-{month:02}"})
    tells(country)

    first = executor.gets("/notifications?limit=3")
    rest = executor.gets(f"/notifications?limit=3&cursor={first['next']}")
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
    assert executor.posts("/notifications/reading", {"until": rest["items"][0]["id"]}) == {"count": 1}
    assert executor.posts("/notifications/reading", {"until": first["items"][0]["id"]}) == {"count": 3}
    with country.esep.http.app_context(), transaction():
        assert country.esep.notifications.forget() == 0


@ONE_DATABASE
def test_a_person_chooses_their_ways_and_a_link_of_a_mail_ends_mails_without_signing_in(country):
    things_of(country)
    executor = Person(country.esep, "the-executor")
    before = executor.gets("/notifications/choices")
    assert before["sorts"]["report_returned"] == {"mail": "now", "inbox": True, "must_know": True}
    assert before["sorts"]["report_accepted"]["mail"] == before["sorts"]["task_given"]["mail"] == "digest"

    chosen = {"digest": "hourly", "working_days_only": False, "sorts": {"overdue": {"mail": "never", "inbox": False}}}
    after = executor.asks("PUT", "/notifications/choices", chosen).json
    assert (after["digest"], after["sorts"]["overdue"]) == ("hourly", {"mail": "never", "inbox": True, "must_know": True})
    assert executor.asks("PUT", "/notifications/choices", chosen | {"sorts": {"gossip": {"mail": "now"}}}).status_code == 422
    client = country.esep.http.test_client()
    user_id = executor.gets("/me")["id"]
    assert client.post(f"/api/v1/notifications/mail-stop/{user_id}.0123").status_code == 404
    assert client.post("/api/v1/notifications/mail-stop/nonsense").status_code == 404


@ONE_DATABASE
def test_an_administrator_gives_people_mail_addresses_that_are_addresses(country):
    things = things_of(country)
    admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
    path = f"/users/{things['user_id']}"
    version = admin.asks("GET", path).headers["ETag"]

    assert admin.asks("PATCH", path, {"email": "a@b.kz\r\nBcc: c@d.kz"}, If_Match=version).status_code == 422
    assert admin.asks("PATCH", path, {"email": "absent@example.kz"}, If_Match=version).json["email"] == "absent@example.kz"
    [seen] = [user for user in Person(country.esep, "the-head").gets("/users?limit=200")["items"] if user["id"] == str(things["user_id"])]
    assert seen["email"] is None
    assert admin.gets("/notifications/mails")["items"] == []


@ONE_DATABASE
def test_an_administrator_registers_a_webhook_and_is_shown_its_secret_once(database, database_urls, clock, tmp_path):
    with founded(database_urls(database), clock, tmp_path, webhook_hosts=".example.kz") as country:
        admin = country.hires("admin", Role.ADMINISTRATOR, country.tree.oblast)
        body_id, hooks = str(country.tree.department.id), "/notifications/webhooks"
        new = {"body_id": body_id, "url": "https://portal.example.kz/esep", "sorts": ["report_returned"]}

        made = admin.posts(hooks, new)
        assert made["secret"].startswith("whsec_")
        [shown] = admin.gets(f"{hooks}?body_id={body_id}")["items"]
        assert shown == {name: value for name, value in made.items() if name != "secret"}
        refused = admin.asks("POST", hooks, new | {"url": "https://example.com/"})
        assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "webhook_host_refused")
        assert admin.asks("POST", hooks, new | {"sorts": ["incident"]}).status_code == 422
        path = f"{hooks}/{made['id']}"
        assert admin.asks("PATCH", path, {"active": False}).status_code == 428
        assert admin.asks("PATCH", path, {"active": False}, If_Match='"1"').json["active"] is False
        assert admin.asks("PATCH", path, {"active": True}, If_Match='"1"').status_code == 412
        tried = admin.posts(f"{path}/test")
        assert admin.gets(f"{path}/deliveries?state=waiting")["items"] == [tried]
        assert admin.asks("DELETE", path).status_code == 204
        assert admin.gets(f"{hooks}?body_id={body_id}")["items"] == []
