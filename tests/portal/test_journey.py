"""The way after the last question: status, feedback, the two questions, one's rights."""

import html
import io
import json
import re
import subprocess
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.app import HANDLERS
from assess.campaigns import portal_link
from assess.candidates import queries as candidates
from assess.candidates import service as pool
from assess.candidates.models import Candidate
from assess.candidates.service import Person
from assess.db.scope import reading, writing
from assess.jobs import queue, worker
from assess.jobs.worker import Work, run_until_idle
from assess.portal import jobs as portal_jobs
from assess.portal.documents import SCHEMA
from assess.portal.models import Experience
from assess.rankings import decision_queries
from assess.rankings import queries as ranking_queries
from assess.rankings import service as rankings
from assess.rankings.decision_service import Deciding, decide
from assess.rankings.models import DecisionKind
from assess.rankings.outcome_service import tell
from assess.web import links
from tests.portal.conftest import hand_in, mails, portal_path
from tests.service import csrf
from tests.sittings.conftest import TODAY, invite

HOSTILE = "<script>alert(1)</script>\"&{{ 7*7 }}'=1+1"


def text_of(pdf: bytes) -> str:

    from weasyprint import HTML  # noqa: F401, PLC0415

    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def test_the_last_page_leads_to_ones_own_pages_without_the_link(browser, handed_in):
    walked = browser()
    thanks = walked.enter(handed_in)
    assert "Thank you" in thanks.text
    answer = walked.client.post(
        "/take/my", data={"csrf_token": csrf(thanks.text), "go": "feedback"}
    )
    assert answer.headers["Location"] == "/my/feedback"
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("my=")]
    for part in ("Path=/my", "HttpOnly", "SameSite=Lax"):
        assert part in cookie
    assert walked.get("/my/feedback").status_code == 200
    assert walked.client.post("/take/my", data={"go": "data"}).status_code == 403


def test_the_confirmation_leads_there_too(handed_in, settings, sessions, app):
    run_until_idle(sessions, settings, HANDLERS)
    [mail] = mails(settings)
    assert mail["To"] == "ada@example.org"
    assert mail["Subject"].endswith(": your answers have arrived")
    path = re.search(r"http://localhost(/my/i/\S+)", mail.get_content()).group(1)
    assert path == portal_path(handed_in)
    client = app.test_client()
    page = client.get(path)
    assert "Open my pages" in page.text
    assert client.get("/my/").status_code == 403  # the GET let nobody in
    assert client.post(path).status_code == 400  # nor does somebody else's form
    token = csrf(page.text)
    opened = client.post(path, data={"csrf_token": token}, follow_redirects=True)
    assert "Received" in opened.text


def test_a_link_of_another_kind_or_time_opens_nothing(app, handed_in, settings):
    client = app.test_client()
    ends = TODAY + timedelta(days=1)
    for purpose, moment in (
        ("candidate", ends),
        ("my", ends),
        (portal_link.LINK_PURPOSE, TODAY - timedelta(1)),
    ):
        token = links.token(settings, purpose, handed_in.invitation_id, 1, moment)
        assert client.get(f"/my/i/{token}").status_code in (403, 404)
    assert client.get("/my/").status_code == 403
    handed_in.revoke()
    assert client.get(portal_path(handed_in)).status_code == 200  # the newer link does
    old = links.token(settings, portal_link.LINK_PURPOSE, handed_in.invitation_id, 1, ends)
    assert client.get(f"/my/i/{old}").status_code == 403


def test_a_page_of_another_person_cannot_act(
    own, open_own, sessions, settings, tenant, sitting_bank
):
    other = invite(sessions, tenant, settings, own.person.campaign_id, "Ben")
    theirs = open_own(hand_in(sessions, settings, sitting_bank, other))
    token = csrf(theirs.get("/my/").text)
    answer = own.client.post("/my/reminders", data={"csrf_token": token, "reminders": "off"})
    assert answer.status_code == 403
    for page in ("/my/feedback", "/my/data", "/my/data/download"):
        assert "ben@example.org" not in own.get(page).text


def decided_and_told(sessions, tenant, kind, *, campaign_id, candidate_id, told):
    """Let the recruiter decide about somebody, and tell them."""
    with reading(sessions, tenant.organisation_id) as session:
        snapshot_id = ranking_queries.needed(session, campaign_id)
        seen = decision_queries.last_id(session, campaign_id)
    reasons = {candidate_id: "Strong in what this job asks most"}
    deciding = Deciding(DecisionKind(kind), reasons, snapshot_id, seen, f"form {seen}")
    decide(sessions, tenant.recruiter, campaign_id, deciding, now=TODAY)
    if told:
        with reading(sessions, tenant.organisation_id) as session:
            [waiting] = decision_queries.waiting(session, campaign_id)
        tell(sessions, tenant.recruiter, campaign_id, [waiting.decision_id], now=TODAY)


def test_the_status_says_when_a_person_first_looked(own, signed_in, tenant, sessions, sitting_bank):
    assert "Not yet." in own.get("/my/").text
    campaign_id = own.person.campaign_id
    rankings.rank_campaign(sessions, tenant.recruiter, sitting_bank, campaign_id, now=TODAY)
    with reading(sessions, tenant.organisation_id) as session:
        candidate_id = candidates.by_email(session, "ada@example.org").id
    recruiter = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/people/{candidate_id}"
    assert recruiter.get(address).status_code == 200
    assert recruiter.get(address).status_code == 200
    page = own.get("/my/").text
    assert "first opened your result on" in page
    assert "No news yet. A person decides" in page
    assert own.acts().count("person viewed") == 2
    # A decision shows here once it was told, not before.
    how = {"campaign_id": campaign_id, "candidate_id": candidate_id}
    decided_and_told(sessions, tenant, "decline", told=False, **how)
    assert "No news yet. A person decides" in own.get("/my/").text
    assert "1 decision with its reason" in own.get("/my/data").text
    decided_and_told(sessions, tenant, "advance", told=True, **how)
    page = own.get("/my/").text
    assert "A person at Harbour Care decided on" in page
    assert "The next step is open to you." in page
    own.work()
    assert mails(own.person.settings)[-1]["Subject"].endswith(": the next step is open to you")


def test_feedback_is_words_without_figure_rank_or_name(own, sitting_bank):
    page = own.get("/my/feedback").text
    main = html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]))
    for words in ("Empathy", "Stress resilience", "Strengths", "Your style", "How to read this"):
        assert words in main
    for word in ("rank", "percent", "band ", "score of", "cut", "average", "seat", "than others"):
        assert word not in main.casefold(), word
    assert not re.search(r"\d", main), re.search(r".{20}\d.{20}", main)
    for index in ("EMP", "REG"):
        shown = [a for (code, _r), a in sitting_bank.feedback.items() if code == index]
        assert sum(all(s.replace('"', "&#34;") in page for s in a.strengths) for a in shown) == 1


def test_feedback_comes_on_paper_too(own):
    answer = own.get("/my/feedback.pdf")
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("en")
    said = text_of(answer.data)
    assert "Your feedback" in said
    assert "For the person it is about." in said
    assert "Ada" not in said


def test_before_the_end_there_is_no_feedback_and_no_question(agreed, open_own):
    here = open_own(agreed)
    assert "not handed in" in here.get("/my/").text
    assert here.get("/my/feedback").status_code == 403
    for address, fields in (
        ("/my/experience", {"fairness": "5", "ease": "5"}),
        ("/my/review", {"reason": ""}),
        ("/my/about-you", {"age": "under_25"}),
    ):
        assert here.post(address, page="/my/", **fields).status_code == 403


def test_everything_can_be_taken_away_and_holds_nothing_of_others(
    own, sessions, settings, tenant, sitting_bank
):
    other = invite(sessions, tenant, settings, own.person.campaign_id, "Benedicta")
    hand_in(sessions, settings, sitting_bank, other)
    rankings.rank_campaign(
        sessions, tenant.recruiter, sitting_bank, own.person.campaign_id, now=TODAY
    )
    own.post("/my/about-you", age="25_to_39", gender="prefer_not_to_say")
    own.post("/my/experience", fairness="4", ease="5", comment=HOSTILE)
    own.post("/my/review", reason=HOSTILE)
    answer = own.do("download", form="json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    document = json.loads(answer.data)
    assert document["$schema"] == SCHEMA
    assert len(document["logic"]) >= 5
    held = document["data"]
    assert held["candidates"]["email"] == "ada@example.org"
    [sitting] = held["sittings"]["sittings"]
    given = [one for a in sitting["attempts"] for one in a["answers"]]
    assert [(one["item"], one["value"]) for one in given] == own.person.log()
    assert len(given) > 100
    assert {"waited_milliseconds", "counts", "language"} <= given[0].keys()
    assert (sitting["language"], sitting["codes_for_another_device"]) == ("en", 0)
    assert len([s for a in sitting["attempts"] for s in a["scores"]]) == 2
    assert held["demographics"]["answers"] == {"age": "25_to_39", "gender": "prefer_not_to_say"}
    assert held["portal"]["how_it_was"][0]["comment"] == HOSTILE
    assert held["campaigns"]["invitations"][0]["reviews"][0]["reason"] == HOSTILE
    assert held["rankings"]["places"][0]["people"] == 2
    assert b"enedicta" not in answer.data
    assert "key" not in json.dumps(sitting["attempts"][1]["scores"])


def test_the_same_for_reading(own):
    own.post("/my/experience", fairness="4", ease="5", comment=HOSTILE)
    answer = own.do("download", form="pdf")
    assert answer.mimetype == "application/pdf"
    said = text_of(answer.data)
    for words in ("ada@example.org", "How scores come about", "Spring intake", "<script>"):
        assert words in said, words


def test_a_name_is_corrected_with_one_code(own):
    page = own.post("/my/contact", name="Ada O’Neil " + "<b>", email="Ada@example.org")
    assert "another to" not in page.text
    done = own.post("/my/contact/code", code=own.code())
    assert "corrected" in done.text
    assert "Ada O’Neil &lt;b&gt;" in own.get("/my/data").text
    assert "contact corrected" in own.acts()


def test_a_new_address_needs_the_codes_of_both(own, sessions, tenant):
    own.post("/my/contact", name="Ada", email="ada.new@example.org")
    old, new = own.code(), own.code("ada.new@example.org")
    assert own.post("/my/contact/code", code=old, new_code=old).status_code == 422
    assert own.post("/my/contact/code", code=new, new_code=new).status_code == 422
    assert own.post("/my/contact/code", code=old, new_code="").status_code == 422
    with reading(sessions, tenant.organisation_id) as session:
        assert candidates.by_email(session, "ada.new@example.org") is None
    done = own.post("/my/contact/code", code=old, new_code=new)
    assert "corrected" in done.text
    with reading(sessions, tenant.organisation_id) as session:
        assert candidates.by_email(session, "ada.new@example.org") is not None
        assert candidates.by_email(session, "ada@example.org") is None
    own.post("/my/data/download")
    assert own.code("ada.new@example.org")


def test_codes_of_one_address_do_not_serve_for_another(own):
    own.post("/my/contact", name="Ada", email="first@example.org")
    old, new = own.code(), own.code("first@example.org")
    own.post("/my/contact", name="Ada", email="second@example.org")
    own.work()
    answer = own.post("/my/contact/code", code=old, new_code=new)
    assert answer.status_code == 422


@pytest.mark.parametrize("address", ["", "nonsense", "a@b", "x\r\nBcc: y@example.org"])
def test_an_address_that_is_none_is_refused_beside_its_field(own, address):
    answer = own.post("/my/contact", name="Ada", email=address)
    assert answer.status_code == 422
    assert "Please check" in answer.text


def test_an_address_of_somebody_else_stays_theirs(own, sessions, tenant):
    with writing(sessions, tenant.organisation_id) as session:
        pool.find_or_make(session, [Person("Eve", "eve@example.org")], now=TODAY, source="test")
    own.post("/my/contact", name="Ada", email="eve@example.org")
    answer = own.post("/my/contact/code", code=own.code(), new_code=own.code("eve@example.org"))
    assert answer.status_code == 409
    assert "ada@example.org" in own.get("/my/data").text


def test_who_withdraws_is_in_no_new_ranking(own, sessions, tenant, settings, sitting_bank):
    campaign_id = own.person.campaign_id
    other = invite(sessions, tenant, settings, campaign_id, "Ben")
    hand_in(sessions, settings, sitting_bank, other)
    own.do("withdraw")
    assert "You withdrew on" in own.get("/my/").text
    assert own.person.invitation().state == "withdrawn"
    snapshot_id = rankings.rank_campaign(
        sessions, tenant.recruiter, sitting_bank, campaign_id, now=TODAY
    )
    with reading(sessions, tenant.organisation_id) as session:
        [entry_] = ranking_queries.snapshot(session, snapshot_id).entries
    assert entry_.name == "Ben"


def test_who_withdraws_early_answers_no_more(agreed, open_own, browser):
    walked = browser()
    walked.enter(agreed)
    here = open_own(agreed)
    here.do("withdraw")
    page = walked.get("/take/1")
    assert page.status_code == 403
    assert "You have withdrawn" in page.text


def test_erasing_can_be_cancelled_for_a_day(own, monkeypatch):
    unsure = own.do("erase")
    assert unsure.status_code == 422  # the second yes is missing
    asked = own.post("/my/data/erase/code", code=own.code(), sure="y")
    assert "Everything about you will be erased" in asked.text
    own.work()
    assert own.get("/my/").status_code == 200  # nothing is erased yet
    kept = own.post("/my/erasure/cancel", page="/my/")
    assert "Nothing is erased" in kept.text
    assert "will be erased" not in own.get("/my/").text
    _a_day_later(own, monkeypatch)
    assert own.get("/my/data").status_code == 200


def test_after_a_day_everything_is_gone_and_the_receipt_is_there(own, app, monkeypatch, settings):
    own.do("erase", sure="y")
    receipt = re.search(r"/my/receipt/([0-9a-f]{32})", own.get("/my/").text).group(1)
    assert "no receipt yet" in app.test_client().get(f"/my/receipt/{receipt}").text
    _a_day_later(own, monkeypatch)
    page = app.test_client().get(f"/my/receipt/{receipt}")
    assert "Your data are erased" in page.text
    assert "answers" in page.text
    assert "Ada" not in page.text
    assert "ada@example.org" not in page.text
    gone = own.get("/my/")
    assert gone.status_code == 404
    assert "was erased" in gone.text
    assert mails(settings) == []


def _a_day_later(own, monkeypatch):
    """Let the worker do what is due in 25 hours."""

    class Later(worker.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + timedelta(hours=25)

    monkeypatch.setattr(worker, "datetime", Later)
    own.work()
    monkeypatch.undo()


def test_an_erasure_that_was_interrupted_is_finished(own, sessions, settings, monkeypatch):
    own.do("erase", sure="y")
    calls = []

    def busy(_sessions, **_more):
        calls.append(1)
        if len(calls) == 1:
            raise TimeoutError

    monkeypatch.setattr("assess.candidates.erasure.empty_log", busy)
    monkeypatch.setattr(portal_jobs, "empty_log", busy)
    later = TODAY + timedelta(hours=26)
    own.work()
    job = queue.claim(sessions, "test", now=later)
    work = Work(sessions, settings, job, later)
    with pytest.raises(portal_jobs.LogInUse):
        portal_jobs.erase_person(work)
    portal_jobs.erase_person(work)
    assert len(calls) == 2
    assert own.get("/my/").status_code == 404


def test_a_second_look_has_a_clock_and_an_answer(own, signed_in, tenant):
    page = own.post("/my/review", reason=HOSTILE)
    due = (TODAY + timedelta(days=14)).date()
    assert f"{due.day} {due:%B %Y}" in page.text
    assert "<script>alert" not in page.text
    recruiter = signed_in(tenant, RoleName.RECRUITER)
    campaign = f"/campaigns/{own.person.campaign_id}"
    assert "asks for a second look" in recruiter.get(f"{campaign}/").text
    said = recruiter.get(f"{campaign}/candidates-say")
    assert "&lt;script&gt;" in said.text
    assert "<script>alert" not in said.text
    address = re.search(rf"{campaign}/candidates-say/\d+", said.text).group(0)
    token = csrf(said.text)
    empty = recruiter.post(address, data={"csrf_token": token, "answer": ""})
    assert empty.status_code == 422
    recruiter.post(address, data={"csrf_token": token, "answer": "We looked again."})
    again = recruiter.post(address, data={"csrf_token": token, "answer": "Twice."})
    assert again.status_code == 409
    assert "We looked again." in own.get("/my/review").text
    assert "review answered" in own.acts()


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("/my/review", {"reason": "nothing\0there"}),
        ("/my/review", {"reason": "x" * 1001}),
        ("/my/experience", {"fairness": "5", "ease": "5", "comment": "nothing\0there"}),
        ("/my/contact", {"name": "A\0da", "email": "ada@example.org"}),
        ("/my/about-you", {"gender": "\0"}),
        ("/my/data/erase/code", {"code": "\0", "sure": "y"}),
    ],
)
def test_text_that_cannot_be_kept_is_refused_kindly(own, page, fields):
    assert own.post(page, **fields).status_code == 422


def test_the_analyst_does_not_answer(own, signed_in, tenant):
    own.post("/my/review", reason="")
    analyst = signed_in(tenant, RoleName.ANALYST)
    page = f"/campaigns/{own.person.campaign_id}/candidates-say"
    assert analyst.get(page).status_code == 403


def test_reminders_can_be_stopped_and_begun_again(own, sessions, tenant):
    def stopped():
        with reading(sessions, tenant.organisation_id) as session:
            return session.scalars(select(Candidate.reminders_stopped_at)).one()

    own.post("/my/reminders", page="/my/", reminders="off")
    assert "no reminders by mail" in own.get("/my/").text
    assert stopped()
    own.post("/my/reminders", page="/my/", reminders="on")
    assert "We may remind you" in own.get("/my/").text
    assert stopped() is None
    assert [act for act in own.acts() if "reminders" in act] == [
        "reminders stopped", "reminders resumed",
    ]  # fmt: skip


def test_how_it_was_is_told_once_and_shown_from_ten_on(own, signed_in, tenant, sessions, settings):
    recruiter = signed_in(tenant, RoleName.RECRUITER)
    page = f"/campaigns/{own.person.campaign_id}/candidates-say"
    assert own.post("/my/experience", fairness="9", ease="5").status_code == 422
    assert own.post("/my/experience", fairness="5", ease="5", comment="x" * 501).status_code == 422
    own.post("/my/experience", fairness="1", ease="2", comment=HOSTILE)
    assert "told us already" in own.get("/my/experience").text
    people = [
        invite(sessions, tenant, settings, own.person.campaign_id, f"P{n}") for n in range(10)
    ]
    with writing(sessions, tenant.organisation_id) as session:
        for one in people[:8]:
            session.add(
                Experience(campaign_id=one.campaign_id, invitation_id=one.invitation_id,
                           fairness=5, ease=4, comment="", given_at=TODAY)
            )  # fmt: skip
    hidden = recruiter.get(page).text
    assert "Shown once 10 people" in hidden
    assert "script" not in hidden.split("<main")[1]
    with writing(sessions, tenant.organisation_id) as session:
        for one in people[8:]:
            session.add(
                Experience(campaign_id=one.campaign_id, invitation_id=one.invitation_id,
                           fairness=3, ease=3, comment="the eleventh", given_at=TODAY)
            )  # fmt: skip
    shown = recruiter.get(page).text
    assert "What 10 people say together" in shown
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert "Ada" not in shown.split("<main")[1]


def test_every_act_is_in_the_trail_without_a_name(own, sessions, tenant):
    own.post("/my/about-you", age="25_to_39")
    own.post("/my/experience", fairness="4", ease="5", comment="Fine")
    own.post("/my/review", reason="Because")
    own.post("/my/contact", name="Adalbert", email="ada2@example.org")
    own.do("download", form="json")
    own.do("erase", sure="y")
    assert {
        "voluntary questions answered", "experience told", "review asked", "correction asked",
        "code asked", "data downloaded", "erasure asked",
    } <= set(own.acts())  # fmt: skip
    with reading(sessions, tenant.organisation_id) as session:
        details = [json.dumps(one) for one in session.scalars(select(AuditEvent.detail))]
    trail = " ".join(details)
    for word in ("Ada", "ada", "Because", "Fine", "25_to_39"):
        assert word not in trail
