"""Which column of a list of people means what: suggested by header, chosen by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assess.errors import Invalid
from assess.profiles.record_columns import by_header
from assess.profiles.record_layout import Layout
from assess.web.languages import DEFAULT, LANGUAGES

NEEDED: Final = "email"

#: How lists head these columns, in English, French, Spanish and Indonesian.
HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": (
        *("email", "e mail", "mail", "email address", "e mail address", "work email"),
        *("courriel", "adresse e mail", "adresse mail", "adresse courriel", "adresse electronique"),
        *("correo", "correo electronico", "direccion de correo", "e mail del candidato"),
        *("surel", "alamat email", "alamat surel", "pos el"),
    ),
    "given": (
        *("first name", "given name", "forename", "prenom", "prenoms"),
        *("nombre de pila", "primer nombre", "nama depan"),
    ),
    "family": (
        *("last name", "family name", "surname", "nom de famille"),
        *("apellido", "apellidos", "nama belakang", "nama keluarga"),
    ),
    "name": (
        *("name", "full name", "candidate", "candidate name", "applicant", "applicant name"),
        *("nom", "nom complet", "nom et prenom", "candidat", "nombre", "nombre completo"),
        *("nombre y apellidos", "candidato", "nama", "nama lengkap", "kandidat", "pelamar"),
    ),
    "language": (
        *("language", "lang", "locale", "preferred language", "language code"),
        *("langue", "langue preferee", "idioma", "idioma preferido", "bahasa", "bahasa pilihan"),
    ),
    "time_zone": (
        *("time zone", "timezone", "tz", "fuseau", "fuseau horaire"),
        *("zona horaria", "huso horario", "zona waktu"),
    ),
    "phone": (
        *("phone", "phone number", "telephone", "mobile", "mobile number", "mobile phone"),
        *("telephone portable", "numero de telephone", "portable", "tel"),
        *("telefono", "telefono movil", "movil", "celular", "numero de telefono"),
        *("telepon", "nomor telepon", "nomor hp", "no hp", "ponsel"),
    ),
    "birth_year": (
        *("year of birth", "birth year", "annee de naissance", "ano de nacimiento", "tahun lahir"),
    ),
}
ROLES: Final = (
    *("email", "name", "given", "family", "language", "time_zone", "phone", "birth_year"),
)


@dataclass(frozen=True)
class PeopleColumns:
    """Which column (from 0) stands for each role; ``language`` is of rows that name none."""

    places: Mapping[str, int]
    language: str = DEFAULT


def suggest(layout: Layout) -> dict[str, int]:
    """Suggest a column for each role, by header; the addresses also by what they look like."""
    found = by_header(layout.header, HEADERS)
    if NEEDED not in found:
        for place, column in enumerate(zip(*layout.sample, strict=True)):
            cells = [cell for cell in column if cell.strip()]
            if cells and sum("@" in cell for cell in cells) > len(cells) / 2:
                found = {role: other for role, other in found.items() if other != place}
                found[NEEDED] = place
                break
    if "given" not in found and "family" in found and "name" in found:
        # "Nom" and "nombre" beside a family name are the other half of it.
        found["given"] = found.pop("name")
    elif "family" not in found and "given" in found and "name" in found:
        found["family"] = found.pop("name")
    elif "name" in found:
        found.pop("given", None)
        found.pop("family", None)
    return {role: found[role] for role in ROLES if role in found}


def check(columns: PeopleColumns, wide: int) -> None:
    """Raise Invalid unless the address has a column of the file, and no column has two roles."""
    faults = [] if NEEDED in columns.places else [f"{NEEDED}: choose its column"]
    places = list(columns.places.values())
    for role, place in columns.places.items():
        if role not in ROLES:
            faults.append(f"{role}: is not known; known are {', '.join(ROLES)}")
        elif not 0 <= place < wide:
            faults.append(f"{role}: the file has no column {place + 1}")
        elif places.count(place) > 1:
            faults.append(f"{role}: another role has the same column")
    if columns.language not in LANGUAGES:
        faults.append(f"language: must be one of {', '.join(LANGUAGES)}")
    if faults:
        raise Invalid(*faults)
