"""Says in words why a file, or a row of it, is not taken, and what a row is about."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server_sync.common.refusals import Refused
from server_sync.officials.rows import BadRow, What

WHATS: Final[dict[What, Promise]] = {
    What.HOLDER: _("holds the position"),
    What.VACANT: _("the position is vacant"),
    What.ACTING: _("acting"),
    What.DEPUTY: _("deputy"),
    What.RECEPTION: _("reception of citizens"),
    What.CONTACT: _("how the office is reached"),
}

FILES: Final[dict[str, Promise]] = {
    "file_too_large": _("The file is larger than 10 MB. Bring it in parts: what a file does not name stays as it is."),
    "file_not_utf8": _(
        "The file is not in UTF-8. Windows-1251 and other old encodings have no ң, ө, ү: names would be spoilt. "
        "Save it anew as “CSV UTF-8”."
    ),
    "file_no_table": _("This is no table: line %(line)s cannot be taken apart. Save it as CSV and bring that."),
    "file_columns": _("The first line must name the columns. These are missing: %(columns)s."),
    "file_rows": _("There are more than %(limit)s rows in the file. Bring it in parts."),
    "file_gone": _("This file was brought more than a day ago and is not kept any more. Bring it again."),
    "files_waiting": _("Too many files were looked at and not taken. They are forgotten after a day; try again then."),
    "directory_full": _("The directory would have more than %(limit)s rows. Nothing of the file was taken."),
    "written_meanwhile": _(
        "Somebody wrote in the directory meanwhile. What the file would change now is shown below: look at it again."
    ),
    "role_missing": _("This needs the role of an administrator of the whole network."),
}

PROBLEMS: Final[dict[str, Promise]] = {
    "what_unknown": _("“what” must be one of: holder, vacant, acting, deputy, reception, contact."),
    "position_unknown": _("there is no such position; its code looks like AKIM@KG-C-ALA or PM."),
    "village_not_rural": _("only rural positions take a village."),
    "village_needed": _("a rural position needs the name of its aiyl okmotu or village."),
    "day_unreadable": _("a day is written as 31.12.2026, between 1990 and 2100."),
    "day_before_first": _("the last day lies before the first."),
    "name_needed": _("the name is missing."),
    "name_digits": _("there is a digit in the name."),
    "name_of_vacant": _("a vacant position has no name."),
    "weekday_unreadable": _("a weekday is a figure from 1, Monday, to 7, Sunday."),
    "hour_unreadable": _("an hour is written as 09:00."),
    "closes_before": _("the reception ends before it begins."),
    "contact_empty": _("there is neither a telephone nor an e-mail nor an address."),
    "email_unreadable": _("this is no e-mail address."),
    "yes_or_no": _("it must be yes or no, or empty."),
    "cell_text": _("the text is too long, or holds a character that cannot be kept."),
    "cell_marks": _("an invisible mark changes the direction of the text."),
}


def why(refusal: Refused) -> str:
    """Why a file is not taken."""
    return str(FILES[refusal.code]) % refusal.params


def problems(bad: BadRow) -> list[str]:
    """What is wrong with a row, each with the column it is about."""
    told = []
    for code, column in bad.problems:
        if code == "row_twice":
            told.append(gettext("Line %(line)s is about the same already.") % {"line": column})
        else:
            told.append(f"{column}: {PROBLEMS[code]}")
    return told
