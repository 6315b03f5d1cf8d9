"""Contact records become a profile file that ranks, with the digest the page shows."""

import json

import pytest
import yaml

from assess.instruments.catalogue import default_catalogue
from assess.instruments.contact_mix import demand_of, load_contact_mix
from tests.profiles.exports import SECRETS, as_csv, write_export


@pytest.fixture
def export(tmp_path):
    return write_export(tmp_path / "acd.csv")


def test_records_become_a_profile_that_can_be_ranked_under(assess, export, tmp_path):
    output = tmp_path / "profile.yaml"
    result = assess("profile", str(export), "-o", str(output), "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    bank = default_catalogue()
    weights = demand_of(load_contact_mix(output, bank), bank).weights
    assert weights.tolist() == pytest.approx(list(told["demand_weights"].values()))
    assert told["contacts"] == yaml.safe_load(output.read_text("utf-8"))["n_contacts"]
    assert told["rows"]["duplicates"] == 2
    assert told["not_live"] > 0
    assert len(told["profile_digest"]) == 64
    assert told["reasons"]["Livraison en retard"] == "delivery"
    assert not any(secret in result.output + output.read_text("utf-8") for secret in SECRETS)


def test_a_map_columns_months_and_handlers_are_taken(assess, tmp_path):
    rows = [["2026-01-03", "A", "60", "x"]] * 6 + [["2026-02-03", "B", "120", "y"]] * 4
    (tmp_path / "c.csv").write_text(as_csv(rows, header=("When", "Why", "Long", "Who")), "utf-8")
    (tmp_path / "m.csv").write_text("reason,driver\na,delivery\nB,status\nC,\n", "utf-8")

    def run(*options):
        args = ("profile", str(tmp_path / "c.csv"), "--map", str(tmp_path / "m.csv"), "--json",
                "--columns", "date=When,reason=Why,duration=3,live=Who", "--unit", "s")  # fmt: skip
        result = assess(*args, "-o", str(tmp_path / "p.yaml"), *options)
        assert result.exit_code == 0, result.output
        return {one["driver"]: one["n"] for one in json.loads(result.stdout)["drivers"]}

    assert run() == {"delivery": 6, "status": 4}
    assert run("--period", "2026-02") == {"status": 4}
    assert run("--period", "2026-01..2026-02", "--leave-out", "Y") == {"delivery": 6}


def test_own_load_is_written_and_read_back(assess, tmp_path):
    hot = {"Order status": 9, "Delivery late": 1, "Billing dispute": 1, "New order": 1}
    rows = [
        [reason, "120", "yes" if i % 10 < heat else "no"]
        for reason, heat in hot.items()
        for i in range(2000)
    ]
    path, output = tmp_path / "c.csv", tmp_path / "p.yaml"
    path.write_text(as_csv(rows, header=("Reason", "Seconds", "Escalated")), "utf-8")
    result = assess("profile", str(path), "--own-load", "-o", str(output))
    assert result.exit_code == 0, result.output
    mix = load_contact_mix(output, default_catalogue())
    assert mix.emotional_load["status"] == 2


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("--columns", "reason=Nothing,duration=2"), "no column 'Nothing'"),
        (("--columns", "reason=Reason"), "duration: choose its column"),
        (("--period", "spring"), "is not as 2026-01..2026-06"),
        (("--period", "2026-05..2026-01"), "comes before"),
        (("--map", "MAP"), "there is no call driver 'weather'"),
        ((), "say --unit"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(assess, tmp_path, options, what):
    (tmp_path / "c.csv").write_text(as_csv([["Refund", "5"]], header=("Reason", "Duration")))
    (tmp_path / "m.csv").write_text("reason,driver\nRefund,weather\n", "utf-8")
    options = [str(tmp_path / "m.csv") if one == "MAP" else one for one in options]
    if options and options[0] != "--columns":
        options += ["--unit", "min"]
    result = assess("profile", str(tmp_path / "c.csv"), "-o", str(tmp_path / "p.yaml"), *options)
    assert result.exit_code == 1
    assert what in result.stderr
    assert not (tmp_path / "p.yaml").exists()
