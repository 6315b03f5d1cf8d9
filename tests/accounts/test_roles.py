"""Who may use which page: every address with everybody, against the table in docs/roles.md."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from assess.accounts.models import RoleName
from assess.app import create_app
from assess.settings import Settings
from tests.accounts.house import House, build
from tests.service import make_tenant

DOCS = Path(__file__).parents[2] / "docs" / "roles.md"
REFUSED = (403, 404)
#: Names in addresses that are no organisation's record: a text, a mail, a language, a place.
NO_RECORD = {"digest", "kind", "language", "number", "act"}
#: Pages whose record is there, but not yet what they show of it.
NOT_YET = {"reports.download", "exports.download"}
#: What takes seconds to make, and has tests of its own.
DEAR = {"portal.feedback_pdf"}
Line = tuple[str, str]


def tables() -> dict[str, dict[Line, list[str]]]:
    """Read the tables of the docs: cells by (method, address), by the heading above."""
    found: dict[str, dict[Line, list[str]]] = {}
    heading = ""
    for line in DOCS.read_text().splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith("| `"):
            address, methods, *cells = [cell.strip() for cell in line.strip("| ").split("|")]
            for method in methods.split(", "):
                found.setdefault(heading, {})[method, address.strip("`")] = cells
    return found


TABLES = tables()
MEMBERS, BY_LINK, OPEN = TABLES["Members' pages"], TABLES["By a link of one's own"], TABLES["Open"]
ORDER = (
    RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.PSYCHOLOGIST, RoleName.ANALYST,
    RoleName.ADMINISTRATOR,
)  # fmt: skip


@pytest.fixture(scope="module")
def house(migrated_sqlite, tmp_path_factory, compiled_templates) -> Iterator[House]:
    """Give the full house; one for all tests, for they try what changes nothing first."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(migrated_sqlite, folder / "assess.sqlite")
    settings = Settings(
        secret_key="a test's secret of more than thirty-two characters",
        public_url="http://localhost",
        database_url=f"sqlite:///{folder}/assess.sqlite",
        files_dir=folder,
        mail_dir=folder,
        weak_passwords_hash=True,
    )
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    sessions = app.extensions["assess"]["sessions"]
    two = [make_tenant(sessions, name) for name in ("Harbour Care", "Rival Desk")]
    made = build(app, sessions, settings, *two)
    # The guard alone shall answer; that forgeries are refused has a test of its own below.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    yield made
    app.extensions["assess"]["engine"].dispose()


def lines(house: House, table: dict[Line, list[str]]) -> list[tuple[str, Rule, list[str]]]:
    """Give method, rule and cells of each line of a table."""
    every = {line: rule for line, rule in routes(house).items() if line in table}
    return [(line[0], rule, table[line]) for line, rule in every.items()]


def routes(house: House) -> dict[Line, Rule]:
    """Give every rule by method and address, as the docs write it."""
    return {
        (method, re.sub(r"<[^<>]*:(\w+)>", r"<\1>", rule.rule)): rule
        for rule in house.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


def may(cells: list[str]) -> set[RoleName]:
    """Give the roles with a yes."""
    return {role for role, cell in zip(ORDER, cells, strict=True) if cell == "yes"}


def sent_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and answer.location.startswith("/sign-in")


def kept_out(answer: TestResponse) -> bool:
    """Say whether the role was the reason; the state of a record may be another, later on."""
    role = answer.status_code == 403 and "Your role does not allow this" in answer.text
    return role or sent_to_sign_in(answer)


def test_each_route_stands_in_one_table_and_each_line_is_a_route(house):
    ours = set(routes(house))
    told = [line for table in TABLES.values() for line in table]
    assert len(told) == len(set(told)), "a route stands in two tables"
    missing = "\n".join(_as_line(house, line) for line in sorted(ours - set(told)))
    assert not missing, f"docs/roles.md lacks:\n{missing}"
    assert not set(told) - ours, "docs/roles.md tells of routes that are not there"
    guarded = {line for line, rule in routes(house).items() if _roles(house, rule) is not None}
    assert guarded == set(MEMBERS), "the guard stands before the members' pages, and those alone"


def test_nobody_without_a_yes_gets_in_or_changes_anything(house):
    before, faults = house.contents(), []
    for method, rule, cells in lines(house, MEMBERS):
        address = house.address(rule)
        for client in (house.nobody, house.holder):
            answer = client.open(address, method=method)
            if not sent_to_sign_in(answer):
                faults.append(f"{method} {address} {answer.status_code} without sign-in")
        others = {role: house.members[role] for role in RoleName if role not in may(cells)}
        for who, client in (others | {"former": house.former}).items():
            answer = client.open(address, method=method)
            if answer.status_code != 403:
                faults.append(f"{method} {address} {answer.status_code} as {who}")
    assert not faults
    assert house.contents() == before


def test_another_organisation_sees_and_changes_no_record(house):
    before, faults = house.contents(), []
    for method, rule, cells in lines(house, MEMBERS):
        if not set(re.findall(r"(\w+)>", rule.rule)) - NO_RECORD:
            continue
        client = house.outsiders[min(may(cells))]
        answer = client.open(house.address(rule), method=method)
        # A form that is not filled in may be answered before its record is looked for.
        blind = answer.status_code in (302, 303, 422)
        if not (answer.status_code == 404 or (blind and "Winter team" not in answer.text)):
            faults.append(f"{method} {rule.rule} {answer.status_code}")
    assert not faults
    assert house.contents() == before


def test_a_link_opens_its_holders_pages_to_nobody_else(house):
    before, faults = house.contents(), []
    for method, rule, _cells in lines(house, BY_LINK):
        address = house.address(rule)
        for client in (house.nobody, house.members[RoleName.ADMINISTRATOR]):
            answer = client.open(address, method=method)
            if answer.status_code not in (*REFUSED, 422):
                faults.append(f"{method} {address} {answer.status_code} without the link")
        if method == "GET" and rule.endpoint not in DEAR:
            answer = house.holder.get(house.address(rule, link=True))
            if answer.status_code == 403 or sent_to_sign_in(answer) or answer.status_code >= 500:
                faults.append(f"{method} {address} {answer.status_code} with the link")
    assert not faults
    assert house.contents() == before


def test_open_pages_are_open(house):
    for method, rule, _cells in lines(house, OPEN):
        if method == "GET" and rule.endpoint not in ("home", "security.verify"):
            answer = house.nobody.get(house.address(rule))
            led_on = rule.endpoint == "security.reset_password"  # a token that does not hold
            assert led_on or not kept_out(answer), rule.rule
            assert answer.status_code not in (403, 500), rule.rule


def test_every_post_of_members_needs_the_forgery_token(house):
    before = house.contents()
    house.app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    try:
        for method, rule, cells in lines(house, MEMBERS):
            if method == "POST":
                client = house.members[min(may(cells))]
                assert client.post(house.address(rule)).status_code == 400, rule.rule
    finally:
        house.app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    assert house.contents() == before


def test_each_role_with_a_yes_gets_in(house):
    faults = []
    for method, rule, cells in sorted(lines(house, MEMBERS), key=lambda line: line[0]):
        for role in sorted(may(cells)):
            answer = house.members[role].open(house.address(rule), method=method)
            there = method == "POST" or answer.status_code != 404 or rule.endpoint in NOT_YET
            if kept_out(answer) or answer.status_code >= 500 or not there:
                faults.append(f"{method} {rule.rule} {answer.status_code} as {role}")
    assert not faults


def _roles(house: House, rule: Rule) -> tuple[RoleName, ...] | None:
    return getattr(house.app.view_functions[rule.endpoint], "roles", None)


def _as_line(house: House, line: Line) -> str:
    """Write the line that is missing, as the guard has it; whether that is right, is a choice."""
    roles = _roles(house, routes(house)[line])
    cells = [] if roles is None else ["yes" if not roles or r in roles else "–" for r in ORDER]
    return " | ".join([f"| `{line[1]}`", line[0], *cells]) + " |"
