"""What recruiters and managers type: a campaign's opening, the people to invite."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from assess.authoring.queries import Offer
from assess.campaigns.addresses import read_file, read_text
from assess.campaigns.queries import ReminderChoice
from assess.campaigns.reminding import Reminder
from assess.campaigns.service import (
    LONGEST_LIMIT,
    LONGEST_NAME,
    MOST_SEATS,
    SHORTEST_LIMIT,
    Opening,
    Person,
)
from assess.candidates.zones import offered_zones
from assess.instruments.model import CallDriver
from assess.profiles.mix import ContactMix
from assess.profiles.mix_forms import MixForm, between, mix_fields
from assess.web.forms import BaseForm
from assess.web.languages import DEFAULT, LANGUAGES


def _required() -> InputRequired:
    return InputRequired(_("Please fill this in."))


class _Boxes(SelectMultipleField):  # type: ignore[misc]
    """Several choices, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CampaignForm(MixForm):
    """What is decided when a campaign is opened; `campaign_form` adds the call drivers.

    With a saved ``profile`` version the campaign takes that one, and the mix is not asked.
    """

    today: date = date.min

    title = StringField(
        _("Title"),
        [_required(), Length(max=LONGEST_NAME)],
        description=_("Candidates see it, too, for example: Customer support, Leeds."),
    )
    brand = StringField(
        _("Brand"),
        [_required(), Length(max=LONGEST_NAME)],
        description=_("Whose customers call. Candidates see this name."),
    )
    seats = IntegerField(_("Seats to fill"), [_required(), between(1, MOST_SEATS)])
    opens_on = DateField(_("First day"), [_required()])
    closes_on = DateField(
        _("Last day"), [_required()], description=_("The links end when this day is over.")
    )
    battery = _Boxes(_("Questionnaires"), [_required()])
    time_limit = IntegerField(
        _("Time limit in minutes"),
        [Optional(), between(SHORTEST_LIMIT, LONGEST_LIMIT)],
        description=_(
            "Leave it empty, as most do: nobody is hurried. With a limit only active time counts, "
            "and candidates can choose extra time without telling you."
        ),
    )
    records = HiddenField(_("Contact records"))
    profile = IntegerField(_("Saved profile"), [Optional()], widget=HiddenInput())

    def validate_closes_on(self, field: Field) -> None:
        """Refuse a last day before the first, or one that is over."""
        if self.opens_on.data and field.data and field.data < self.opens_on.data:
            raise ValidationError(_("The last day comes before the first."))
        if field.data and field.data < self.today:
            raise ValidationError(_("The last day is over already."))

    def asks_mix(self) -> bool:
        """Say whether the form's mix is what counts: not where a saved profile does."""
        return self.profile.data is None

    def opening(self, emotional_load: Mapping[str, float] | None = None) -> Opening:
        """Give what was decided; only of an accepted form.

        ``emotional_load`` is what the brand's records make of it, kept where there is a share.
        """
        asked = self.mix(emotional_load) if self.asks_mix() else ContactMix(())
        return Opening(
            title=self.title.data,
            brand=self.brand.data,
            seats=self.seats.data,
            drivers=asked.drivers,
            n_contacts=asked.n_contacts,
            multipliers=None,
            battery=tuple(self.battery.data),
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            time_limit_minutes=self.time_limit.data,
            emotional_load=asked.emotional_load,
            profile_version_id=self.profile.data,
        )


def campaign_form(
    drivers: Mapping[str, CallDriver], offers: Sequence[Offer], *, today: date
) -> type[CampaignForm]:
    """Give the form of an installation: its call drivers as rows, its questionnaires as boxes."""
    fields = {**mix_fields(drivers), "today": today}
    fields["battery"] = _Boxes(
        _("Questionnaires"),
        [_required()],
        choices=[(offer.choice, offer.title) for offer in offers],
    )
    return type("CampaignFormHere", (CampaignForm,), fields)


class InviteForm(BaseForm):
    """Who is to be invited: pasted addresses, or a file."""

    addresses = TextAreaField(_("Paste addresses"))
    file = FileField(
        _("Or choose a CSV file"),
        description=_(
            "With columns name and email, and language and time zone if you have them, as UTF-8."
        ),
    )
    language = SelectField(
        _("Their language"),
        choices=list(LANGUAGES.items()),
        default=DEFAULT,
        description=_(
            "Of the mail and the questions, for everybody whose line names none (en, fr, es, id). "
            "Each person can change it."
        ),
    )

    def people(self) -> list[Person]:
        """Read the people; Invalid with one line for each fault."""
        if self.file.data:
            return read_file(self.file.data.read(), language=self.language.data)
        return read_text(self.addresses.data or "", language=self.language.data)


class ReminderForm(BaseForm):
    """Which reminders a campaign sends, and when it is quiet."""

    kinds = _Boxes(
        _("Remind people by mail"),
        [Optional()],
        choices=[
            (Reminder.NOT_STARTED.value, _("who have not started, after 3 and 6 days")),
            (Reminder.STALLED.value, _("who stopped halfway, after 48 hours")),
            (Reminder.DEADLINE.value, _("who have not finished, two days before the last day")),
        ],
        description=_("Nobody is reminded between 20:00 and 8:00 where they live."),
    )
    quiet_weekend = BooleanField(_("No reminders on Saturday and Sunday"))
    time_zone = SelectField(
        _("Time zone"), description=_("For everybody whose own time zone is not known.")
    )

    def __init__(self, choice: ReminderChoice) -> None:
        super().__init__(
            kinds=sorted(choice.kinds),
            quiet_weekend=choice.quiet_weekend,
            time_zone=choice.time_zone or "UTC",
        )
        kept = {choice.time_zone or "UTC"} - set(offered_zones())
        self.time_zone.choices = [(name, name) for name in (*offered_zones(), *kept)]

    def choice(self) -> ReminderChoice:
        """Give what was decided; only of an accepted form."""
        zone = self.time_zone.data
        return ReminderChoice(
            frozenset(map(Reminder, self.kinds.data)),
            self.quiet_weekend.data,
            None if zone == "UTC" else zone,
        )
