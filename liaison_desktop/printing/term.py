"""Says a term in words, with the arithmetic that lets anybody count it again."""

from liaison_desktop.printing.content import Pair, ReceiptDue
from liaison_desktop.printing.words import LANGUAGES, days_named, say, say_count, weekday


def explain_term(due: ReceiptDue) -> Pair:
    """Explain a due date in both languages: its weekday, the days counted, those left out and those moved."""
    return Pair(*(_explained(language, due) for language in LANGUAGES))


def _explained(language: str, due: ReceiptDue) -> str:
    sentences = [f"{weekday(language, due.due_on)}."]
    if due.days_off:
        sentences.append(
            say_count(
                language,
                "{n} working days from the day after registration, without weekends and {days}.",
                due.working_days,
                days=days_named(language, due.days_off),
            )
        )
    else:
        sentences.append(
            say_count(language, "{n} working days from the day after registration, without weekends.", due.working_days)
        )
    if due.worked_weekends:
        sentences.append(say(language, "Worked on a weekend: {days}.", days=days_named(language, due.worked_weekends)))
    if due.provisional:
        sentences.append(say(language, "Provisional until the calendar is decreed."))
    return " ".join(sentences)
