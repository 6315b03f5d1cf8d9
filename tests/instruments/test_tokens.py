"""Numbers and placeholders are compared by what they mean, however a language writes them."""

import pytest

from assess.instruments.tokens import numbers, token_fault


@pytest.mark.parametrize(
    ("source", "language", "text"),
    [
        ("It costs 1,500 euros.", "fr", "Cela coûte 1\u202f500 euros."),
        ("It costs 1500 euros.", "es", "Cuesta 1.500 euros."),
        ("It costs 12.50 euros.", "fr", "Cela coûte 12,50 euros."),
        ("It takes 1.5 hours.", "id", "Perlu 1,5 jam."),
        ("back by 18:00, not before", "fr", "de retour à 18 h, pas avant"),
        ("back by 18:00", "id", "kembali pukul 18.00"),
        ("at 10:30", "fr", "à 10 h 30"),
        ("at 6 pm", "es", "a las 18:00"),
        ("within 2 days", "fr", "sous deux jours"),
        ("within two days", "es", "en 2 días"),
        ("two hours", "id", "dua jam"),
        ("Two people, one rule", "fr", "Des gens, une règle"),
        ("%(num)s of {name}", "es", "{name}: %(num)s"),
        ("no figures", "id", "tanpa angka"),
    ],
)
def test_the_same_told_in_another_way_agrees(source, language, text):
    assert token_fault(source, "en", text, language) is None


@pytest.mark.parametrize(
    ("source", "text", "told"),
    [
        ("36 euros", "63 euros", "lacks 36 and adds 63"),
        ("36 euros of 96", "36 euros", "lacks 96"),
        ("36 euros", "36 euros sur 36", "adds 36"),
        ("by 18:00", "à 8 h", "lacks 18 and adds 8"),
        ("at 10:30", "à 10 h", "lacks 10:30 and adds 10"),
        ("1.5 hours", "15 heures", "lacks 1.5 and adds 15"),
        ("24 hours", "deux heures", "lacks 24"),
        ("Dear %(name)s", "Bonjour", "lacks %(name)s"),
        ("Dear {name}", "Bonjour {nom}", "lacks {name} and adds {nom}"),
    ],
)
def test_what_differs_is_named(source, text, told):
    assert token_fault(source, "en", text, "fr") == told


def test_a_price_beside_a_time_stays_a_price():
    assert numbers("at 10:30 it costs 4.50", "en") == {"10:30": 1, "4.5": 1}
