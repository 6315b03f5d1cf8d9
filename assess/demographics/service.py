"""Keep what somebody says of themselves, under a pseudonym that leads nowhere."""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.demographics.models import DemographicAnswer, DemographicLink
from assess.demographics.questions import Question
from assess.errors import Invalid


def keep_answers(
    session: Session, candidate_id: int, questions: Sequence[Question], answers: Mapping[str, str]
) -> None:
    """Keep a choice for each question that was answered; the last time counts.

    A question left out has no answer, as before it was asked. Raises Invalid for a question or
    choice that is not there.
    """
    _refuse_unknown(questions, answers)
    link = select(DemographicLink.pseudonym).where(DemographicLink.candidate_id == candidate_id)
    pseudonym = session.scalar(link)
    if pseudonym is None:
        pseudonym = secrets.token_hex(16)
        session.add(DemographicLink(candidate_id=candidate_id, pseudonym=pseudonym))
    session.execute(delete(DemographicAnswer).where(DemographicAnswer.pseudonym == pseudonym))
    session.add_all(
        DemographicAnswer(pseudonym=pseudonym, question=key, choice=choice)
        for key, choice in answers.items()
    )
    session.flush()


def _refuse_unknown(questions: Sequence[Question], answers: Mapping[str, str]) -> None:
    known = {one.key: {choice.code for choice in one.choices} for one in questions}
    faults = [
        f"{key[:60]}: is not a question"
        if key not in known
        else f"{key}: is not one of the choices"
        for key, choice in answers.items()
        if choice not in known.get(key, ())
    ]
    if faults:
        raise Invalid(*faults)
