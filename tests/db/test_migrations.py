"""The migrations make what the models say, both ways, on both databases."""

from importlib import import_module
from pathlib import Path

from alembic import command
from sqlalchemy import select

import assess
from assess.candidates.models import Candidate
from assess.db.engine import make_sessions
from assess.db.migrate import config, upgrade
from assess.db.scope import reading, writing
from assess.sittings.models import Answer, Attempt, Sitting
from tests.service import NOW, make_tenant


def test_models_and_migrations_agree_and_go_both_ways(engine):
    for models in Path(assess.__file__).parent.glob("*/models.py"):
        import_module(f"assess.{models.parent.name}.models")
    command.check(config(engine))
    command.downgrade(config(engine), "base")
    upgrade(engine)
    command.check(config(engine))


def test_sittings_and_answers_take_the_language_of_their_attempt(engine):
    sessions = make_sessions(engine)
    tenant = make_tenant(sessions, "Harbour Care")
    with writing(sessions, tenant.organisation_id) as session:
        for code, language in (("A", "fr"), ("B", "en")):
            person = Candidate(code=code, name=code, source="test", created_at=NOW)
            session.add(person)
            session.flush()
            sitting = Sitting(candidate_id=person.id, started_at=NOW, notice_version="1")
            session.add(sitting)
            session.flush()
            attempt = Attempt(
                sitting_id=sitting.id,
                ordinal=1,
                instrument="work-style",
                instrument_digest="0" * 64,
                language=language,
            )
            session.add(attempt)
            session.flush()
            session.add(
                Answer(
                    attempt_id=attempt.id,
                    item="Q10",
                    value=1,
                    client_sequence=1,
                    idempotency_key="k",
                    answered_at=NOW,
                    language="es",
                )
            )
    command.downgrade(config(engine), "0001")
    upgrade(engine)
    with reading(sessions, tenant.organisation_id) as session:
        assert list(session.scalars(select(Sitting.language).order_by(Sitting.id))) == ["fr", "en"]
        assert list(session.scalars(select(Answer.language).order_by(Answer.id))) == ["fr", "en"]
