"""Time zones by their names."""

from assess.candidates.zones import offered_zones, zone_of


def test_an_unknown_zone_falls_back_on_the_next_one():
    assert zone_of("Mars/Base", None, "Asia/Kolkata").key == "Asia/Kolkata"
    assert zone_of(None, None).key == "UTC"


def test_the_zones_offered_are_places():
    assert offered_zones()[0] == "UTC"
    assert {"Europe/London", "America/New_York"} <= set(offered_zones())
    assert "Etc/GMT+5" not in offered_zones()
