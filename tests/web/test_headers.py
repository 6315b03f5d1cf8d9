"""No page, file or error may look at the person: the browser itself is told so."""

import re
import threading

import pytest
from werkzeug.serving import make_server

from assess.web.headers import FORBIDDEN
from assess.web.pages import STATIC
from tests.browser import PHONE

#: What the candidates are promised by name.
PROMISED = {"camera", "microphone", "geolocation", "idle-detection", "keyboard-map"}


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/", "/healthz", "/no-such-page", "/i/not-a-token", "/take/", "/campaigns/",
     "/stop-mail/x", "/assets/0/tokens.css", "/assets/0/no-such.css", "/take/answers"],
)  # fmt: skip
def test_every_answer_forbids_what_candidates_are_promised(app, path):
    for method in ("get", "post"):
        answer = getattr(app.test_client(), method)(path)
        policy = answer.headers["Permissions-Policy"]
        assert {part.strip() for part in policy.split(",")} == {f"{one}=()" for one in FORBIDDEN}
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert set(FORBIDDEN) >= PROMISED


def test_a_fault_of_ours_forbids_it_too(app):
    @app.get("/fault")
    def fault():
        raise RuntimeError

    app.testing = False
    answer = app.test_client().get("/fault")
    assert answer.status_code == 500
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_browser_understands_every_word_of_it(app, open_page):
    if app.extensions["assess"]["engine"].dialect.name != "sqlite":
        pytest.skip("once is enough")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page, said = open_page(PHONE), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"http://127.0.0.1:{server.port}/sign-in")
    allowed = page.evaluate(
        "names => names.filter((name) => document.featurePolicy.allowsFeature(name))",
        list(FORBIDDEN),
    )
    server.shutdown()
    thread.join()
    server.server_close()
    assert allowed == []
    assert [text for text in said if "Permissions-Policy" in text] == []


#: Words of a script that can watch a person, and why a file of ours may have one.
WATCHING = (
    r"key(?:down|up|press)", r"\bon(?:focus|blur|key\w+)\b", r"(?:focus|focusin|focusout|blur)\"",
    r"mouse(?:move|enter|leave|over)", r"pointer(?:move|enter|leave)", r"\bscroll\"",
    r"visibilitychange", r"getUserMedia", r"getDisplayMedia", r"geolocation", r"sendBeacon",
    r"IdleDetector", r"navigator\.keyboard", r"performance\.now", r"\bpaste\"", r"\bcopy\"",
    r"devicemotion", r"deviceorientation", r"userAgent", r"hardwareConcurrency",
)  # fmt: skip
#: (file, pattern): the reason why it is there all the same.
ALLOWED: dict[tuple[str, str], str] = {
    ("answers.js", r"visibilitychange"): (
        "a tab that comes back asks which answers count by now; nothing is sent or noted"
    ),
    ("tuning.js", r"key(?:down|up|press)"): (
        "members alone tune a profile: undo and redo by keyboard; nothing is sent or noted"
    ),
    ("tuning.js", r"performance\.now"): (
        "members alone tune a profile: what is set within a second is undone as one, and the "
        "page keeps how long drawing took; nothing is sent"
    ),
}


@pytest.mark.parametrize("script", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
@pytest.mark.parametrize("pattern", WATCHING)
def test_no_script_of_ours_watches_the_person(script, pattern):
    if (script.name, pattern) not in ALLOWED:
        found = re.findall(rf".*(?:{pattern}).*", script.read_text().replace("'", '"'))
        assert found == [], f"{script.name} may watch; allow it with a reason or take it out"
