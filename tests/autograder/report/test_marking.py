"""The marking server answers the person who started it, records what can be recorded, and answers nobody else."""

import http.client
import json
import threading

import pytest

from autograder.records import Acts
from autograder.report import writing
from autograder.report.marking import MAX_COMMENT, MAX_REQUEST
from autograder.submissions.written.answers import Answer

from . import report_class

QUESTION = "shifted_scores"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    report_class.make(out, 3, marked=False).close()
    started = writing.serve(out, "en")
    thread = threading.Thread(target=started.serve_forever)
    thread.start()
    yield started
    started.shutdown()
    thread.join()
    started.close()


@pytest.fixture
def first(server):
    """The first answer on the page."""
    return server.marking.to_mark(QUESTION)[0]


def ask(server, path=None, body=None, **headers):
    """Status, headers and text of one request, as the page makes it where nothing else is said."""
    port = server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    usual = {"Host": f"127.0.0.1:{port}"}
    if body is not None:
        usual |= {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json"}
    told = {name: value for name, value in (usual | headers).items() if value is not None}
    path = f"/{server.token}/{QUESTION}" if path is None else path
    connection.putrequest("GET" if body is None else "POST", path, skip_host=True)
    if body is not None:
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Content-Length": str(len(body))} | told
    for name, value in told.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.getheaders()), text


def give(server, first, points, comment="", **more):
    return ask(server, body={"key": first.key, "points": points, "comment": comment}, **more)


def test_the_page_is_for_who_knows_the_token(server):
    status, headers, text = ask(server)
    assert (status, "<h1>What the scores may do</h1>" in text) == (200, True)
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert ask(server, f"/{server.token}/")[2] == text
    for path in (
        "/",
        "",
        f"/{QUESTION}",
        f"/{server.token[:-1]}/{QUESTION}",
        "/%ff/",
        "/../x",
    ):
        status, _, text = ask(server, path or "/")
        assert (status, text) == (403, "Open the address that the command has printed.")
    assert ask(server, f"/{server.token}/nothing")[0] == 404
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "evil.example:{port}", "127.0.0.1.evil.example:{port}", None]
)
def test_a_name_that_was_made_to_point_here_is_refused(server, first, host):
    host = host and host.format(port=server.server_address[1])
    assert ask(server, Host=host)[0] == 403
    assert give(server, first, "1", Host=host)[0] == 403
    assert server.marking.to_mark(QUESTION)[0].given is None


@pytest.mark.parametrize(
    "forged",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_a_form_of_another_site_records_nothing(server, first, forged):
    assert give(server, first, "1", **forged)[0] == 403
    assert server.marking.to_mark(QUESTION)[0].given is None


@pytest.mark.parametrize("points", ["-1", "4.01", "nan", "inf", "1e400", "four", "1;2", "0x2"])
def test_points_that_cannot_be_are_refused_with_the_range(server, first, points):
    status, _, text = give(server, first, points)
    assert (status, text) == (400, "Points are a number from 0 to 4.")
    assert server.marking.to_mark(QUESTION)[0].given is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[", 400),
        (b"[" * 50_000, 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b'{"key": "0123456789abcdef", "points": "1"}', 400),
        (b"\xff\xfe", 400),
        (b" " * (MAX_REQUEST + 1), 413),
    ],
)
def test_what_is_no_form_of_the_page_is_refused(server, body, status):
    assert ask(server, body=body)[0] == status


@pytest.mark.parametrize("length", ["-1", "x", "1" * 30])
def test_a_length_that_lies_is_refused(server, length):
    assert ask(server, body=b"{}", **{"Content-Length": length})[0] == 413


def test_what_was_given_is_recorded_and_shown(server, first):
    assert give(server, first, "2,5", "Nhận xét </textarea><script>alert(1)</script>")[0] == 200
    given = server.marking.to_mark(QUESTION)[0].given
    assert (given.points, given.comment) == (2.5, "Nhận xét </textarea><script>alert(1)</script>")
    page = ask(server)[2]
    assert 'value="2.5"' in page
    assert "Nhận xét &lt;/textarea&gt;&lt;script&gt;" in page
    assert give(server, first, "2", "x" * (MAX_COMMENT + 1))[0] == 400


def test_a_comment_alone_is_not_recorded_and_says_so(server, first):
    before = server.marking.to_mark(QUESTION)[0].given
    status, _, text = give(server, first, " ", "Well done.")
    assert (status, text) == (400, "Not recorded yet: type points as well.")
    assert server.marking.to_mark(QUESTION)[0].given == before


def test_points_for_an_answer_that_was_handed_in_anew_are_to_be_looked_at_again(server, first):
    give(server, first, "3")
    assert server.marking.to_mark(QUESTION)[0].is_marked
    server.marking.store.add_answers(first.submission, {QUESTION: Answer("Now I know <more>.")})
    again = server.marking.to_mark(QUESTION)[0]
    assert (again.given.points, again.given.outdated, again.is_marked) == (3.0, True, False)
    page = ask(server)[2]
    assert "The answer was handed in anew after these points were given." in page
    assert "Now I know &lt;more&gt;." in page
    give(server, first, "4")
    assert server.marking.to_mark(QUESTION)[0].is_marked


def test_a_store_that_cannot_be_written_is_said(server, first, monkeypatch):
    def full(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(Acts, "add", full)
    assert give(server, first, "1")[::2] == (500, "Not recorded: No space left on device")
