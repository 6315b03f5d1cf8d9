"""The screens of one instrument as a candidate sees them, for those who keep the instruments."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.authoring.queries import find
from assess.db.scope import reading
from assess.instruments.model import Block, Instrument
from assess.instruments.wording import in_language, languages
from assess.sittings.forms import DECLINED, FIELD
from assess.sittings.overview import question_of
from assess.sittings.screens import lay_out, screen_numbered
from assess.web import pages

bp = Blueprint("preview", __name__, url_prefix="/instruments/<digest>/preview")

LOOKS: Final = (RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR)
SEES_KEYS: Final = (RoleName.PSYCHOLOGIST,)
PRACTICE: Final = 0


@dataclass(frozen=True)
class KeyLine:
    """What a reviewer may know of one item: how it is scored, and why."""

    text: str
    key: str
    why: str = ""


@bp.get("/<int:number>")
@member_required(*LOOKS)
def show(digest: str, number: int) -> ResponseReturnValue:
    """Show one screen, 0 the practice; what is chosen on it goes nowhere."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        source = find(session, pages.catalogue(), digest)
    offered = languages(source)
    asked = request.args.get("language", source.language)
    language = asked if asked in offered else source.language
    instrument = in_language(source, language)
    screens = lay_out([instrument])
    block = instrument.practice if number == PRACTICE else screen_numbered(screens, number).block
    may_see_keys = actor().role in SEES_KEYS
    shows_key = may_see_keys and "key" in request.args

    def address(of: int = number, **changes: Any) -> str:
        kept: dict[str, Any] = {"language": language, "key": "1" if shows_key else None}
        return url_for("preview.show", digest=digest, number=of, **(kept | changes))

    key_lines = _key_lines(source, block) if shows_key and number != PRACTICE else []
    # The candidate's own words stand in the candidate's language.
    with force_locale(language) if language != "en" else nullcontext():
        return render_template(
            "sittings/preview.html",
            instrument=instrument,
            block=block,
            question=question_of(instrument),
            values=dict.fromkeys(instrument.block_item_ids(block)),
            field=FIELD,
            declined=DECLINED,
            number=number,
            last=len(screens),
            language=language,
            offered=[(one, address(language=one)) for one in offered],
            previous_url=address(number - 1) if number > PRACTICE else None,
            next_url=address(number + 1) if number < len(screens) else None,
            key_url=address(key=None if shows_key else "1") if may_see_keys else None,
            shows_key=shows_key,
            key_lines=key_lines,
        )


def _key_lines(instrument: Instrument, block: Block) -> list[KeyLine]:
    """Give how each item of a block is scored."""
    return [KeyLine(item.text, *_key(instrument, item.id)) for item in block.items]


def _key(instrument: Instrument, item: str) -> tuple[str, str]:
    if instrument.kind == "judgement":
        key = instrument.option_keys[item]
        evidence = ", ".join(f"{code} {weight:g}" for code, weight in key.competencies.items())
        spread = "" if key.sd is None else _("; SD of the experts %(sd)s", sd=f"{key.sd:.2f}")
        words = _("%(points)s; %(evidence)s", points=f"{key.points:g}", evidence=evidence)
        return f"{words}{spread}", key.why
    signs = [
        _("%(scale)s, as it stands", scale=scale.title)
        if sign > 0
        else _("%(scale)s, reversed", scale=scale.title)
        for scale in instrument.scales
        for name, sign in scale.items
        if name == item
    ]
    return "; ".join(signs) or str(_("not scored")), ""
