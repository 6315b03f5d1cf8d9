"""Files of people: a thousand rows of which seven are bad."""

import csv
import io

#: A row each, and what is said of it.
BAD = (
    ("Eva", "eva@", "fr", "is not an e-mail address"),
    ("Noor", "", "fr", "there is no e-mail address"),
    ("Kai", "kai@example.org", "tlh", "the language 'tlh' is none of"),
    ("Person 1 again", "PERSON.1@example.org", "en", "the same address stands in row 2"),
    ('=HYPERLINK("http://x")', "formula@example.org", "en", "begins like a formula"),
    ("N" * 201, "long@example.org", "en", "longer than 200 characters"),
    ("Two\nlines", "lines@example.org", "en", "holds a line break"),
)
GOOD = 993


def thousand() -> bytes:
    """Give a file as a French spreadsheet writes it: 993 people in order, seven bad rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Nom complet", "Adresse électronique", "Téléphone", "Langue"])
    bad = list(BAD)
    for number in range(1, GOOD + 1):
        language = ("fr", "English", "", "es-MX")[number % 4]
        phone = f"+33 {number}"
        writer.writerow([f"Personne {number}", f"person.{number}@example.org", phone, language])
        if number % 140 == 0 and bad:
            name, email, spoken, _told = bad.pop(0)
            writer.writerow([name, email, "+33", spoken])
    assert not bad
    return out.getvalue().encode("utf-8-sig")
