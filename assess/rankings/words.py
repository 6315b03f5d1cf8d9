"""What a ranking says in words, for its pages."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Competency
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import Probe

_NO_BEARING = "too_few_marks"
"""A flag that has no bearing on any row of a ranking."""


def count_word(n: int) -> str:
    """Write a number of people as a title begins with it: a word up to twelve."""
    words = [
        _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"),
        _("Ten"), _("Eleven"), _("Twelve"),
    ]  # fmt: skip
    return str(words[n - 2]) if 2 <= n <= 12 else f"{n:,}"


def nobody(entry: EntryView) -> str:
    """Say what a place is called whose person is erased, or stands there a second time."""
    return str(_("Merged record") if entry.merged else _("Erased person"))


def headline(snapshot: SnapshotView, at_cut: int) -> str:
    """Say what is seen in a ranking with so many people at the cut, as its title."""
    ranked = snapshot.ranked
    if not ranked and snapshot.held_back:
        said = _("Everybody is below the profile's minimum: a person decides")
    elif not ranked:
        said = _("Nobody can be ranked yet")
    elif ranked <= snapshot.seats:
        said = _("There is a seat for everybody who is ranked")
    elif not at_cut:
        said = ngettext(
            "The best one stands clear of the rest", "The best %(num)s stand clear of the rest",
            snapshot.seats,
        )  # fmt: skip
    elif at_cut == 1:
        said = _("One person is at the cut: the seat is open")
    else:
        said = _("%(many)s people are at the cut: their seat is open", many=count_word(at_cut))
    return str(_("Partial evidence: %(said)s", said=said) if snapshot.partial else said)


def chance(p: float | None) -> str:
    """Write a probability in percent; its ends say that they are not certain."""
    if p is None:
        return ""
    if p < 0.01:
        return str(_("under 1 %"))
    return str(_("over 99 %")) if p > 0.99 else f"{100 * p:.0f} %"


def percent(share: float) -> str:
    """Write a share in whole percent."""
    return f"{100 * share:.0f} %"


def minimums_asked(snapshot: SnapshotView, catalogue: Catalogue) -> str:
    """Name the minimums that a ranking was made with, as one list; empty without."""
    titles = {index.competency: index.title for index in catalogue.indices}
    return ", ".join(f"{titles[code]} {points:g}" for code, points in snapshot.minimums.items())


def minimum_words(entry: EntryView, snapshot: SnapshotView, catalogue: Catalogue) -> list[str]:
    """Say for each minimum of the profile how surely this person is below it."""
    titles = {index.competency: index.title for index in catalogue.indices}
    said = []
    for code, points in snapshot.minimums.items():
        if code not in entry.below:
            continue
        p = entry.below[code]
        if p is None:
            words = _(
                "%(index)s has a minimum of %(points)s and was not measured. That holds nobody "
                "back.", index=titles[code], points=f"{points:g}",
            )  # fmt: skip
        else:
            words = _(
                "Chance that %(index)s is truly below the minimum of %(points)s: %(chance)s.",
                index=titles[code], points=f"{points:g}", chance=chance(p),
            )  # fmt: skip
        said.append(str(words))
    return said


def flag_words(entry: EntryView, competencies: Sequence[Competency]) -> list[str]:
    """Say what a person's answers lack, a sentence a flag."""
    titles = {one.code: one.title for one in competencies}
    said = []
    for flag in entry.flags:
        of, _colon, kind = flag.rpartition(":")
        name = titles.get(of, of.replace("_", " "))
        words = {
            "not_scorable": _(
                "The service situations cannot be scored: too few ratings, or all much the same."
            ),
            "nothing_measured": _("Nothing that counts here was measured."),
            "not_measured": _("%(name)s: not measured.", name=name),
            "one_part_missing": _(
                "%(name)s: one of its two parts is missing, so it is less certain.", name=name
            ),
            "not_scored": _("Scale %(name)s: too few answers to score.", name=name),
            "one_sided": _(
                "%(name)s: nearly every statement was agreed with, or disagreed with, those that "
                "say the opposite too. Ask before you read anything into these scores.",
                name=name,
            ),
            "too_few_marks": _("Too few groups were marked for a picture within the person."),
            "below_minimum": _(
                "%(name)s: surely below the profile's minimum. A person decides.", name=name
            ),
            "may_be_below_minimum": _(
                "%(name)s: may be below the profile's minimum; it cannot be told.", name=name
            ),
            "minimum_not_measured": _(
                "%(name)s: has a minimum and was not measured. That holds nobody back.", name=name
            ),
            "style_not_measured": _("Style: not measured. It counts as the reference's mean."),
            "style_part_missing": _(
                "Style: not every scale has a score, so its part in the fit is less certain."
            ),
        }
        said.append(str(words.get(kind, f"{name}: {kind.replace('_', ' ')}")))
    return said


def flag_labels(entry: EntryView) -> list[str]:
    """Give a person's flags as few short labels for a row of the table."""
    words = flag_kinds()
    kinds = dict.fromkeys(flag.rpartition(":")[2] for flag in entry.flags)
    kinds.pop(_NO_BEARING, None)
    return [words.get(kind, kind.replace("_", " ")) for kind in kinds]


def flag_kinds() -> dict[str, str]:
    """Give each kind of flag in a few words, the gravest first."""
    return {
        "not_scorable": str(_("not scorable")),
        "nothing_measured": str(_("nothing measured")),
        "one_sided": str(_("answered one-sidedly")),
        "below_minimum": str(_("below the minimum")),
        "may_be_below_minimum": str(_("may be below the minimum")),
        "minimum_not_measured": str(_("minimum not measured")),
        "not_measured": str(_("part not measured")),
        "one_part_missing": str(_("one part missing")),
        "not_scored": str(_("scale not scored")),
        "style_not_measured": str(_("style not measured")),
        "style_part_missing": str(_("style in part")),
    }


def why_asked(probe: Probe) -> str:
    """Say why a question is asked of this person."""
    words = {
        "core": _("Asked of everybody"),
        "low": _("Answers suggest a need for support here"),
        "unmeasured": _("Not measured"),
        "wide": _("The answers leave this very uncertain"),
    }
    return str(words[probe.why])


def blank_words(entry: EntryView, titles: Mapping[str, str]) -> list[str]:
    """Say for each scale how many items were left blank, and the range that leaves its score."""
    return [
        str(
            _(
                "%(scale)s: %(blank)s of %(of)s left blank. Between %(low)s and %(high)s had they "
                "all been answered lowest, or highest.",
                scale=titles.get(name, name),
                blank=of - answered,
                of=of,
                low=f"{50 + 10 * low:.0f}",
                high=f"{50 + 10 * high:.0f}",
            )
        )
        for name, (answered, of, low, high) in entry.blanks.items()
    ]
