"""The page on which a campaign is opened: with a mix by hand, of records, or a saved profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from assess.accounts.guard import actor
from assess.accounts.queries import brands
from assess.authoring.queries import Offer, is_public_example
from assess.campaigns.forms import CampaignForm
from assess.campaigns.mailing import minutes_needed
from assess.db.scope import reading
from assess.instruments.catalogue import Catalogue
from assess.profiles import profile_queries, record_queries
from assess.profiles import queries as profiles
from assess.profiles.effect import Effect, asked_by_version, effect, effect_of_sketch
from assess.profiles.mix_forms import mix_data
from assess.profiles.queries import VersionView
from assess.web import pages

PROFILES_OFFERED = 200
SEE_EFFECT = "effect"


@dataclass(frozen=True)
class Start:
    """What the form begins with: fields, and where they come from.

    ``contacts`` is the number of records behind a mix of records, ``saved`` the profile version
    that the campaign takes as it is.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    contacts: int | None = None
    emotional_load: Mapping[str, float] | None = None
    saved: VersionView | None = None


def start(session: Session, catalogue: Catalogue) -> Start:
    """Give what the address or the form names: records, a saved profile, or nothing.

    Raises NotFound when the organisation has no such version or records.
    """
    records_id = request.values.get("records", type=int)
    version_id = request.values.get("profile", type=int)
    if version_id is not None:
        brand = profile_queries.brand_of(session, version_id).name
        fields = {"profile": version_id, "brand": brand}
        return Start(fields, saved=profiles.version(session, version_id))
    if records_id is None:
        return Start()
    found = record_queries.records_mix(session, catalogue, records_id).mix
    fields = {**mix_data(found), "records": records_id}
    fields["brand"] = record_queries.summary(session, records_id).brand
    return Start(fields, found.evidence, found.emotional_load)


def asks_to_open() -> bool:
    """Say whether the campaign is to be opened; the form's other button only shows the effect."""
    return request.form.get("act") != SEE_EFFECT


def page(
    form: CampaignForm, offers: Sequence[Offer], catalogue: Catalogue, begun: Start
) -> ResponseReturnValue:
    """Render the page with what was typed."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        known_brands = [name for _id, name in brands(session)]
        saved = profile_queries.choices(session, limit=PROFILES_OFFERED)
        everything = profiles.with_own_drivers(session, pages.catalogue(), retired=True)
    usual = [one.instrument for one in offers if one.choice in catalogue.default_battery]
    text = render_template(
        "campaigns/new.html",
        section="campaigns",
        form=form,
        brands=known_brands,
        start=begun,
        saved_profiles=saved,
        titles={one.code: one.title for one in catalogue.competencies},
        own=catalogue.own_drivers,
        effect=_effect(form, catalogue, everything, begun),
        minutes=minutes_needed(usual),
        public=[one.title for one in offers if is_public_example(one.instrument)],
    )
    return text, 422 if form.errors else 200


def _effect(
    form: CampaignForm, catalogue: Catalogue, everything: Catalogue, begun: Start
) -> Effect:
    """Give what the saved profile asks, or what the mix on the page would."""
    if begun.saved is not None:
        return effect(asked_by_version(begun.saved), everything)
    return effect_of_sketch(catalogue, form.sketch(begun.emotional_load))
