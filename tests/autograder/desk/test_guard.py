"""The desk answers who has opened the printed address, and nobody else."""

import http.client
import threading

import pytest

from autograder.desk import serve
from autograder.desk.guard import HOST, MAX_REQUEST
from tests.autograder.report import report_class

from .desks import ORIGIN, PORT, QUESTION, Browser, made

REFUSED = "Open the address that the command has printed."


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    desk, guard, app = made(tmp_path_factory.mktemp("out"), 3, marked=False)
    yield desk, guard, app
    desk.close()


@pytest.fixture
def browser(site):
    return Browser(site[2], site[1])


@pytest.fixture
def one(site):
    """What gives the first answer a point."""
    submission = next(iter(site[0].store.answers_to(QUESTION)))
    return {"kind": "points", "submission": submission, "question": QUESTION, "points": "1"}


def recorded(site):
    return [act for act in site[0].store.acts.all() if act.kind == "points"]


@pytest.mark.slow
def test_the_key_is_exchanged_for_a_cookie_that_no_other_server_of_this_machine_is_sent(site):
    _, guard, app = site
    answer = Browser(app, guard, name="").ask(f"enter/{guard.key}")
    cookie = answer.headers["Set-Cookie"]
    assert f"; Path={guard.room}/" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert guard.key not in answer.get_data(as_text=True) + cookie


def test_pages_are_for_who_has_opened_the_address(site, browser):
    answer = browser.ask()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert "default-src 'none'" in answer.get_data(as_text=True)
    _, guard, app = site
    stranger = Browser.__new__(Browser)
    stranger.client, stranger.guard = app.test_client(), guard
    for place in (
        "",
        f"marking/{QUESTION}",
        "enter/",
        "enter/x",
        f"enter/{guard.key[:-1]}",
        "enter/%ff",
        "/",
        "/../x",
    ):
        answer = stranger.ask(place)
        assert (answer.status_code, answer.get_data(as_text=True)) == (403, REFUSED), place
    stranger.client.set_cookie("desk", "guessed", domain="127.0.0.1", path=f"{guard.room}/")
    assert stranger.ask().status_code == 403
    assert browser.ask("nothing").status_code == 404
    assert browser.ask("marking/nothing").status_code == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}"]
)
def test_a_name_that_was_made_to_point_here_is_refused(site, browser, one, host):
    assert browser.ask(Host=host).status_code == 403
    assert browser.ask(f"enter/{site[1].key}", Host=host).status_code == 403
    assert browser.send("acts", one, Host=host).status_code == 403
    assert recorded(site) == []


@pytest.mark.parametrize(
    "forged",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": None},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
@pytest.mark.parametrize("place", ["acts", "empty", "again", "name"])
def test_a_form_of_another_site_records_nothing(site, browser, one, forged, place):
    answer = browser.send(place, one, **forged)
    assert answer.status_code == 403
    assert recorded(site) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[", 400),
        (b"[" * 50_000, 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b'{"kind": "points", "key": "0123456789abcdef", "points": "1"}', 400),
        (b'{"kind": "points", "points": 1}', 400),
        (b'{"kind": "points", "after": true}', 400),
        (b'{"kind": "undo", "ref": 99999}', 400),
        (b'{"kind": "shutdown"}', 400),
        (b'{"kind": "points", "who": "x"}', 400),
        (b"\xff\xfe", 400),
        (b" " * (MAX_REQUEST + 1), 413),
    ],
)
def test_what_is_no_form_of_the_desk_is_refused(site, browser, body, status):
    for place in ("acts", "empty", "again"):
        assert browser.send(place, body).status_code == status
    assert recorded(site) == []


@pytest.mark.parametrize("name", [None, 1, [], {}, "x" * 10_000, "\u202e</script>\r\nSet-Cookie: a=b"])
def test_a_strange_name_is_no_harm(site, name):
    browser = Browser(site[2], site[1], name="")
    answer = browser.send("name", {"name": name})
    assert answer.status_code == 200
    assert all("a=b" not in line.split("%0D%0A")[0] for line in answer.headers.getlist("Set-Cookie"))
    assert "</script>\r\n" not in browser.ask(f"marking/{QUESTION}").get_data(as_text=True)


def test_whoever_has_not_said_who_they_are_is_asked(site, one):
    answer = Browser(site[2], site[1], name=" ").send("acts", one)
    assert (answer.status_code, answer.get_data(as_text=True)) == (
        400, "Not saved yet: say who you are, at the top of the page.",
    )  # fmt: skip
    assert recorded(site) == []


@pytest.mark.slow
@pytest.mark.parametrize("length", ["-1", "x", "1" * 30])
def test_the_server_refuses_lengths_that_lie_and_is_on_this_machine_alone(tmp_path, length):
    report_class.make(tmp_path, 1).close()
    serving = serve(tmp_path, "en")
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    try:
        assert serving.address.startswith(f"http://{HOST}:{serving.guard.port}/")
        connection = http.client.HTTPConnection(HOST, serving.guard.port, timeout=10)
        connection.putrequest("POST", f"{serving.guard.room}/acts")
        for name, value in {"Origin": ORIGIN, "Content-Length": length}.items():
            connection.putheader(name, value)
        connection.endheaders(b"{}")
        assert connection.getresponse().status in (400, 403, 413)
        connection.close()
    finally:
        serving.close()
