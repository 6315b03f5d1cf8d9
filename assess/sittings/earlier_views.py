"""For who has answered the same questions before: use those answers, answer again, or wait."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.campaigns.portal_link import kept_until
from assess.errors import Refused
from assess.sittings import reuse_service, service
from assess.sittings.access import (
    cookie_claim,
    form_claim,
    form_token,
    sitting_of,
    source_of,
    standing_of,
    stay_in,
)
from assess.sittings.blueprints import candidate_blueprint
from assess.sittings.expectation import expected
from assess.sittings.faults import LinkShut
from assess.sittings.language import offered, told
from assess.sittings.retest import Counts
from assess.sittings.service import Opened
from assess.sittings.telling import device_here, told_here
from assess.web import languages, pages
from assess.web.links import LinkClaim

bp = candidate_blueprint("earlier", "/take/earlier")


@bp.get("")
def offer() -> ResponseReturnValue:
    """Say what was answered when and for what, and what can be done about it; nothing changes."""
    claim, now = cookie_claim(), pages.now()
    standing = standing_of(claim)
    if standing.path.sitting is not None:
        return redirect(url_for("sittings.start"), 303)
    standing.path.must_be_open(now)
    languages.speak(languages.asked() or standing.path.language)
    earlier = reuse_service.look_earlier(pages.sessions(), claim, now=now)
    source = source_of(standing)
    battery = {one.key: one for one in told(source, languages.spoken())}
    missing = [battery[part.instrument] for part in earlier.plan.missing]
    return render_template(
        "sittings/earlier.html",
        path=standing.path,
        plan=earlier.plan,
        policy=earlier.policy,
        first_counts=earlier.policy.counts is Counts.FIRST,
        used=[(battery[one.instrument], one) for one in earlier.plan.used],
        missing=missing,
        time=expected(standing, source, device_here()),
        kept_until=kept_until(standing.path.invitation.closes_on),
        version=reuse_service.REUSE_NOTICE,
        choice=offered(source, languages.spoken()),
        token=form_token(standing),
    )


@bp.post("")
def choose() -> ResponseReturnValue:
    """Use the earlier answers, or begin to answer again; sent twice is once."""
    claim, now = form_claim(), pages.now()
    language = languages.known(request.form.get(languages.CHOICE))
    try:
        same = _chosen(claim, language)
    except LinkShut:
        raise
    except Refused:
        same = False
    if not same:
        flash(_("Something has changed meanwhile. Please read it again."))
        return redirect(url_for(".offer", lang=language), 303)
    standing = standing_of(claim)
    if sitting_of(standing).consented_at is None:
        service.note_notice_shown(pages.sessions(), claim, told_here(standing), now=now)
    opened = Opened.of(standing.path, claim, now)
    return stay_in(redirect(url_for("sittings.start"), 303), opened)  # type: ignore[arg-type]


def _chosen(claim: LinkClaim, language: str | None) -> bool:
    """Do what the button says; False when what it was about has changed."""
    if request.form.get("go") != "use":
        service.begin_anew(
            pages.sessions(), pages.catalogue(), claim,
            language=language, device=device_here(), now=pages.now(),
        )  # fmt: skip
        return True
    return reuse_service.agree_to_reuse(
        pages.sessions(), pages.catalogue(), claim, request.form.get("answers", ""),
        language=language, device=device_here(), now=pages.now(),
    )  # fmt: skip
