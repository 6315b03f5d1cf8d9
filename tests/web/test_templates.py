"""The frames and macros give well-formed pages whose labels and descriptions hold together."""

import hashlib
from html.parser import HTMLParser

import jinja2
import pytest
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange

from assess.paths import data_dir
from assess.web.pages import STATIC

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
AGREEMENT = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]


class Page(HTMLParser):
    """What a page holds: its elements in order, its text, and whether the tags match."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> says an attribute twice")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> does not close {self.open[-1:]}")
            return
        self.open.pop()

    def handle_data(self, data):
        self.text += data

    def all(self, tag, **wanted):
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]


def checked(markup: str) -> Page:
    """Read a page; fail on broken markup, a dangling id, an unnamed control, inline code."""
    page = Page(markup)
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert page.faults == []
    assert len(ids) == len(set(ids)), "an id is used twice"
    for tag, attributes in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set((attributes.get(name) or "").split()) <= set(ids), (tag, attributes)
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        assert tag != "style"
        assert tag != "script" or attributes.get("src")
    return page


class Opening(Form):
    """One field of each kind."""

    title = StringField("Title", [InputRequired()], description="Only your team sees it.")
    seats = IntegerField("Seats", [InputRequired(), NumberRange(1, 5000)])
    words = TextAreaField("Message")
    battery = SelectField("Battery", choices=["long", "short"], validators=[InputRequired()])
    remind = BooleanField("Send a reminder", [InputRequired()])
    language = RadioField("Language", choices=["en", "vi"], validators=[InputRequired()])
    version = HiddenField()


class Share(Form):
    """One share of a contact mix."""

    percent = IntegerField("Share", [NumberRange(0, 100)])


class Mix(Form):
    """A list of forms, as a contact mix is."""

    shares = FieldList(FormField(Share), min_entries=2)


@pytest.fixture(name="pages")
def plain_environment():
    """Give a Jinja environment with stand-ins for what the application adds."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_dir("templates")),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(
        lambda text: text, lambda one, many, n: one if n == 1 else many, newstyle=True
    )
    environment.globals.update(
        url_for=lambda endpoint, **_: f"/{endpoint}",
        csrf_token=lambda: "token",
        asset=lambda name: f"/assets/{name}",
        get_flashed_messages=lambda **_: [("success", "Saved."), ("error", "Lost.")],
        app_version="0.1.0",
    )
    return environment


@pytest.fixture(name="draw")
def macro_renderer(pages):
    """Render one expression over the macros of forms.html and parts.html."""

    def render(expression: str, **context: object) -> Page:
        imports = (
            '{% import "web/forms.html" as forms with context %}'
            '{% import "web/parts.html" as parts with context %}'
        )
        return checked(pages.from_string(imports + expression).render(**context))

    return render


def posted(kind: type[Form], **values: str) -> Form:
    """Give a form as it comes back from a post, validated."""
    form = kind(MultiDict(values))
    form.validate()
    return form


MACROS = {
    "forms.field": "{{ forms.field(form.title) }}{{ forms.field(form.version) }}",
    "forms.number": '{{ forms.number(form.seats, help="How many.", unit="%") }}',
    "forms.textarea": '{{ forms.textarea(form.words, help="Plain text.", rows=3) }}',
    "forms.select": "{{ forms.select(form.battery) }}",
    "forms.checkbox": '{{ forms.checkbox(form.remind, help="Once.") }}',
    "forms.choices": "{{ forms.choices(form.language) }}",
    "forms.error_summary": "{{ forms.error_summary(form) }}{% for f in form %}"
    "{{ forms.field(f) }}{% endfor %}",
    "forms.submit": '{{ forms.submit("Next", form="answers", aria_label="Next part") }}',
    "forms.link_button": '{{ forms.link_button("Back", "/back") }}',
    "forms.post_button": '{{ forms.post_button("Close", "/x", hidden={"id": 3}) }}',
    "forms.group": '{% call forms.group("Mix", help="Of 100.") %}<p>x</p>{% endcall %}',
    "parts.mark": "{{ parts.mark() }}",
    "parts.flashes": "{{ parts.flashes() }}",
    "parts.notice": '{% call parts.notice("note", "Seven people.") %}<p>x</p>{% endcall %}',
    "parts.progress": "{{ parts.progress(2, 3, 1, 8) }}{{ parts.progress(1, 1) }}",
    "parts.rating": '{{ parts.rating("q1", "I like order.", labels, 4, error="Choose.") }}',
    "parts.rating_key": "{{ parts.rating_key(labels) }}",
    "parts.score": "{{ parts.score(50.4, 41, 58, svg) }}",
    "parts.rank": "{{ parts.rank(4, 1, 9) }}{{ parts.rank(0, 0, 0) }}",
    "parts.figure": '{% call parts.figure(svg, "Most likely 50") %}<p>x</p>{% endcall %}'
    '{{ parts.figure(svg, "Ranks", "of 24", wide=true) }}',
    "parts.empty_state": '{{ parts.empty_state("No one yet", "Invite.", "Invite", "/i") }}',
    "parts.badge": '{{ parts.badge("draft") }}',
    "parts.provisional": "{{ parts.provisional() }}",
    "parts.partial_evidence": "{{ parts.partial_evidence() }}",
    "parts.at_the_cut": "{{ parts.at_the_cut() }}",
    "parts.band_head": '<table>{{ parts.band_head(1, 3, "Ana", 5) }}</table>',
    "parts.seats_line": "<table>{{ parts.seats_line(3, 5) }}</table>",
    "parts.table_frame": '{% call parts.table_frame("People") %}<table></table>{% endcall %}',
    "parts.definition": '{{ parts.definition("Fit", "How well scores match.") }}',
    "parts.facts": '{{ parts.facts([("Invited", 3)]) }}',
    "parts.pager": '{{ parts.pager(2, 3, "/1", "/3") }}',
}


def context() -> dict[str, object]:
    """Give what the expressions of MACROS name."""
    svg = '<svg role="img" viewBox="0 0 1 1"><title>x</title><circle r="1"/></svg>'
    return {"form": posted(Opening), "labels": AGREEMENT, "svg": svg}


def test_every_public_macro_is_drawn_here(pages):
    public = {
        f"{file}.{name}"
        for file in ("forms", "parts")
        for name in vars(pages.get_template(f"web/{file}.html").module)
        if not name.startswith("_")
    }
    assert public == MACROS.keys()


@pytest.mark.parametrize("macro", MACROS)
def test_a_macro_gives_whole_and_tied_up_markup(draw, macro):
    assert draw(MACROS[macro], **context()).elements


@pytest.mark.parametrize("name", [f.name for f in Opening() if f.name != "version"])
def test_every_control_has_a_label_and_its_fault_beside_it(draw, name):
    form = posted(Opening)
    page = draw("{{ forms.field(field) }}", field=form[name])
    labelled = {a["for"] for a in page.all("label")}
    controls = [a for tag in ("input", "select", "textarea") for a in page.all(tag)]
    assert controls
    assert {c["id"] for c in controls} == labelled
    if form[name].errors:
        tied = [a for _, a in page.elements if f"{name}-error" in (a.get("aria-describedby") or "")]
        assert tied
        assert form[name].errors[0] in page.text


def test_help_and_fault_both_describe_the_control(draw):
    page = draw("{{ forms.field(form.title) }}", form=posted(Opening))
    (control,) = page.all("input")
    assert control["aria-describedby"] == "title-error title-help"
    assert control["aria-invalid"] == "true"


def test_a_field_in_order_is_not_called_invalid(draw):
    page = draw("{{ forms.field(form.title) }}", form=posted(Opening, title="Parcel care"))
    (control,) = page.all("input")
    assert "aria-invalid" not in control
    assert control["value"] == "Parcel care"


def test_only_what_may_be_left_out_is_called_optional(draw):
    form = Opening()
    assert "(optional)" in draw("{{ forms.field(form.words) }}", form=form).text
    assert "(optional)" not in draw("{{ forms.field(form.title) }}", form=form).text


def test_the_summary_takes_focus_and_leads_to_each_fault(draw):
    form = posted(Opening, title="Parcel care")
    page = draw(MACROS["forms.error_summary"], form=form)
    (summary,) = page.all("section")
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"
    links = {a["href"] for a in page.all("a")}
    assert links == {f"#{name}" for name in form.errors}
    assert links <= {f"#{a['id']}" for _, a in page.elements if "id" in a}


def test_the_summary_finds_faults_in_lists_of_forms(draw):
    form = posted(Mix, **{"shares-0-percent": "40", "shares-1-percent": "400"})
    page = draw("{{ forms.error_summary(form) }}", form=form)
    assert [a["href"] for a in page.all("a")] == ["#shares-1-percent"]


def test_no_summary_without_a_fault(pages):
    form = posted(Mix, **{"shares-0-percent": "40", "shares-1-percent": "60"})
    source = '{% from "web/forms.html" import error_summary %}{{ error_summary(form) }}'
    assert pages.from_string(source).render(form=form).strip() == ""


@pytest.mark.parametrize(("value", "chosen"), [(4, ["4"]), ("4", ["4"]), (None, []), (9, [])])
def test_a_rating_shows_the_answer_given_and_no_other(draw, value, chosen):
    page = draw('{{ parts.rating("q1", "I like order.", labels, value) }}',
                labels=AGREEMENT, value=value)  # fmt: skip
    radios = page.all("input", type="radio", name="q1")
    assert [a["value"] for a in radios] == ["1", "2", "3", "4", "5"]
    assert [a["value"] for a in radios if "checked" in a] == chosen


def test_a_rating_may_start_at_nought(draw):
    page = draw('{{ parts.rating("q1", "x", labels, 0, low=0) }}', labels=AGREEMENT)
    assert [a["value"] for a in page.all("input") if "checked" in a] == ["0"]


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_missing_score_is_told_in_words_not_as_nought(draw, missing):
    page = draw("{{ parts.score(value, value, value) }}", value=missing)
    assert page.text.strip() == "not measured"


def test_a_score_is_told_with_its_interval(draw):
    page = draw("{{ parts.score(50.4, 41.2, 57.6) }}")
    assert " ".join(page.text.split()) == "most likely 50 between 41– and 58"


def test_what_people_typed_is_escaped(draw):
    page = draw('{{ parts.band_head(1, 2, "<b>Ana</b>", 4) }}{{ parts.badge("<i>") }}')
    assert not page.all("b")
    assert not page.all("i")


FRAMES = ["web/base.html", "web/candidate.html", "web/public.html", "web/error.html"]


class Recruiter:
    """A signed-in member, as pages see one."""

    name = "Thảo <Nguyễn>"
    organisation_name = "Northwind"
    role = "recruiter"


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("member", [None, Recruiter()], ids=["nobody", "member"])
@pytest.mark.parametrize("simulated", [False, True])
def test_a_frame_is_a_whole_page(pages, frame, member, simulated):
    crumbs = [("Campaigns", "/c"), ("Parcel care", None)]
    facts = {"member": member, "simulated": simulated, "breadcrumbs": crumbs, "lang": "vi"}
    facts["role_label"] = str.title
    page = checked(
        pages.get_template(frame).render(heading="Gone", text="It ended.", dir="ltr", **facts)
    )
    assert page.all("html", lang="vi", dir="ltr")
    assert len(page.all("main", id="main")) == 1
    assert page.all("a", href="#main")
    assert ("Simulated people: no one here is real" in page.text) is simulated


def test_signing_out_is_a_post_with_its_token(pages):
    page = checked(
        pages.get_template("web/base.html").render(member=Recruiter(), role_label=str.title)
    )
    (form,) = page.all("form")
    assert form["method"] == "post"
    assert page.all("input", name="csrf_token", value="token")
    assert Recruiter.name in page.text


def test_a_candidates_page_says_when_it_saved(pages):
    source = '{% extends "web/candidate.html" %}{% block saved %}Saved 14:03{% endblock %}'
    page = checked(pages.from_string(source).render())
    assert page.all("p", id="save-state", role="status")
    assert "Saved 14:03" in page.text
    assert not page.all("div", **{"class": "actions"})


def test_the_candidates_bar_holds_what_the_page_puts_in_it(pages):
    source = (
        '{% extends "web/candidate.html" %}{% block actions %}<button>Next</button>{% endblock %}'
    )
    page = checked(pages.from_string(source).render())
    assert len(page.all("button")) == 1
    assert page.all("div", **{"class": "actions"})


def test_the_candidates_pages_stay_light(pages):
    """They are opened on a phone, perhaps far from a mast."""
    page = checked(pages.get_template("web/candidate.html").render())
    sheets = [a["href"].removeprefix("/assets/") for a in page.all("link", rel="stylesheet")]
    assert sheets == ["tokens.css", "parts.css", "candidate.css"]
    assert sum((STATIC / name).stat().st_size for name in sheets) < 20_000


def test_files_of_others_are_as_their_makers_left_them():
    lines = (STATIC / "vendor" / "MANIFEST").read_text(encoding="utf-8").splitlines()
    listed = {line.split()[0]: line for line in lines if "sha256:" in line}
    kept = {f.name for f in (STATIC / "vendor").iterdir()} - {"MANIFEST"}
    licences = {name for name in kept if name.endswith(".LICENSE.txt")}
    assert listed.keys() == kept - licences
    for name, line in listed.items():
        digest = hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest()
        assert f"sha256:{digest}" in line
        assert any(licence in line for licence in licences)
