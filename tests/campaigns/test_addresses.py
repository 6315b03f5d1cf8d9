"""People out of pasted text and CSV files, every fault by its line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.campaigns.addresses import MOST_FAULTS, read_file, read_text
from assess.campaigns.service import Person
from assess.errors import Invalid

ADA, BEN = Person("Ada Okoye", "ada@example.org"), Person("", "ben@example.org")


@pytest.mark.parametrize(
    "text",
    [
        "Ada Okoye <ada@example.org>\nben@example.org",
        '"Ada Okoye" <ada@example.org>,\r\n\r\n<ben@example.org>;\r\n',
        "Ada Okoye,ada@example.org\n,ben@example.org",
        "ada@example.org; Ada Okoye\nben@example.org",
        "name,email\nAda Okoye,ada@example.org\n,ben@example.org\n",
        "E-mail\tPhone\tName\nada@example.org\t1\tAda Okoye\nben@example.org\t2\t",
        "First name;Last name;Email\nAda;Okoye;ada@example.org\n;;ben@example.org",
        'name,email\n"Ada Okoye","ada@example.org"\n,ben@example.org',
    ],
)
def test_each_usual_way_of_writing_people_is_read(text):
    assert read_text(text) == [ADA, BEN]


@pytest.mark.parametrize(
    ("told", "language"),
    [("fr", "fr"), ("ES", "es"), ("fr-CA", "fr"), ("id_ID", "id"), ("Bahasa Indonesia", "id"),
     ("français", "fr"), ("", "es")],
)  # fmt: skip
def test_a_line_may_name_the_language_and_the_form_says_it_for_the_others(told, language):
    text = f"name,email,language\nAda Okoye,ada@example.org,{told}\n,ben@example.org"
    assert read_text(text, language="es") == [
        Person("Ada Okoye", "ada@example.org", language),
        Person("", "ben@example.org", "es"),
    ]
    assert read_file(text.encode(), language="es") == read_text(text, language="es")
    assert read_text("ben@example.org", language="fr")[0].language == "fr"
    assert read_text("Ben <ben@example.org>", language="fr")[0].language == "fr"


def test_a_line_may_name_language_and_time_zone_in_any_order():
    text = "Time zone,email,Language,name\nAsia/Tokyo,ada@example.org,fr,Ada\n,ben@example.org"
    assert read_text(text) == [
        Person("Ada", "ada@example.org", "fr", "Asia/Tokyo"),
        Person("", "ben@example.org", "en", None),
    ]
    with pytest.raises(Invalid, match="line 2: 'Tokyo' is no time zone"):
        read_text("email,timezone,lang\nada@example.org,Tokyo,fr")


def test_a_language_nobody_can_read_is_named_with_its_line():
    with pytest.raises(Invalid) as caught:
        read_text("email,lang\nada@example.org,fr\nben@example.org,tlh")
    [fault] = caught.value.faults
    known = "en (English), fr (Français), es (Español), id (Bahasa Indonesia)"
    assert fault == f"line 3: the language 'tlh' is none of {known}"


def test_a_comma_in_a_name_is_kept():
    assert read_text("Okoye, Ada <ada@example.org>") == [Person("Okoye, Ada", "ada@example.org")]
    assert read_text('name,email\n"Okoye, Ada",ada@example.org')[0].name == "Okoye, Ada"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: there is nobody"),
        ("name,email\n\n", "line 1: there is nobody"),
        ("ada@example.org\n\nnobody", "line 3: there is no e-mail address"),
        ("ada@example.org\nada@", "line 2: 'ada@' is not"),
        ("ada@example.org\nAda <ADA@example.org>", "line 2: ada@example.org stands on line 1"),
        ("Ada <ada@example.org>; Ben <ben@example.org>", "line 1: give one person a line"),
        ("Ada,Okoye,ada@example.org", "line 1: give one person a line"),
        ("name,email\nAda", "line 2: the e-mail column is empty"),
        ('name,email\n"Ada,ada@example.org', "line 2: a quotation mark is not closed"),
        ("Ada\x00 <ada@example.org>", "line 1: the name holds"),
    ],
)
def test_a_faulty_line_is_named(text, fault):
    with pytest.raises(Invalid) as caught:
        read_text(text)
    assert caught.value.faults[0].startswith(fault)


def test_every_faulty_line_is_told_at_once():
    with pytest.raises(Invalid) as caught:
        read_text("one\nada@example.org\nthree")
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["line 1", "line 3"]


def test_a_file_may_begin_with_a_byte_order_mark():
    assert read_file("\ufeffname,email\nAda Okoye,ada@example.org".encode()) == [ADA]


def test_a_file_in_another_encoding_is_refused_by_line():
    with pytest.raises(Invalid, match="line 2: the file is not UTF-8"):
        read_file("ada@example.org\nZoë <zoe@example.org>".encode("latin-1"))


names = st.text(st.characters(categories=["L"]), min_size=1, max_size=20)


@given(
    st.lists(names, min_size=1, max_size=8), st.sampled_from(["{n} <{a}>", "{a},{n}", "{n};{a}"])
)
def test_what_is_written_line_by_line_comes_back_in_order(given_names, form):
    people = [Person(name, f"p{k}@example.org") for k, name in enumerate(given_names)]
    text = "\n".join(form.format(n=person.name, a=person.email) for person in people)
    assert read_text(text) == people


@given(st.text(max_size=200))
def test_any_text_gives_people_or_faults_with_a_line(text):
    try:
        people, faults = read_text(text), ()
    except Invalid as invalid:
        people, faults = [], invalid.faults
    assert bool(people) != bool(faults)
    assert all(fault.startswith("line ") for fault in faults)


@pytest.mark.parametrize("line", [" " * 100_000 + "x", "<" * 100_000, "a <" + " " * 100_000])
def test_no_line_takes_long_to_read(line):
    began = time.process_time()
    with pytest.raises(Invalid, match="line 1"):
        read_text(line)
    with pytest.raises(Invalid, match="line 1"):
        read_text(line[:1990])
    assert time.process_time() - began < 1


def test_a_file_that_is_no_list_of_people_is_given_up():
    with pytest.raises(Invalid) as caught:
        read_file(b"a\n" * 100_000)
    assert len(caught.value.faults) == MOST_FAULTS
