"""The directory of officials: who holds what when, brought by a table, found by everybody."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.workflow import Role
from server_sync.officials import importing
from server_sync.officials.directory import directory, forget_directory
from server_sync.officials.models import Entry, Import
from server_sync.officials.rows import COLUMNS, FILE_BYTES, Line, What, read, written
from server_sync.workplaces.models import RoleGrant
from tests.server.portal.writers import MAIL, MATTER, Citizen, text

pytestmark = pytest.mark.django_db

BODY = "AKIM@KG-C-ALA"
VILLAGES = "AO-HEAD@KG-C-ALA"
HEAD = (
    "what,position,village,from,to,name_ky,name_ru,name_latin,weekday,opens,closes,by_appointment,place_ky,phone,email"
)


def day(ago: int) -> date:
    return timezone.localdate() - timedelta(days=ago)


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def person(what: str, since: date, name: str, until: date | None = None, body: str = BODY, village: str = "") -> str:
    return f"{what},{body},{village},{since.isoformat()},{until or ''},{name},{name},"


FIRST, SECOND = "Өмүрзакова Гүлнара", "Токтомамбетов Нурбек"


def called(line: Line | None) -> str:
    return "" if line is None else line.name_ky


def bring(content: bytes, administrator) -> Import:
    taken = importing.take_at_once("officials.csv", content, administrator)
    forget_directory()
    return taken


def page(address: str, language: str = "ru") -> str:
    browser = Citizen(language=language).browser
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return text(answer)


class TestHolding:
    def test_a_new_holder_ends_the_one_before_and_history_is_kept(self, administrator):
        bring(table(person("holder", day(400), FIRST), person("acting", day(90), SECOND)), administrator)
        known = directory()
        held = known.held(BODY, day(0))
        assert (called(held.holder), called(held.acting), called(held.who)) == (FIRST, SECOND, SECOND)
        assert known.held(BODY, day(500)).who is None
        told = bring(table(person("holder", day(10), SECOND)), administrator)
        assert (told.new, told.ended) == (1, 1)
        known = directory()
        held = known.held(BODY, day(0))
        assert (called(held.holder), held.acting) == (SECOND, None)  # who acted acts no more when somebody holds it
        assert called(known.held(BODY, day(11)).who) == SECOND
        assert [one.name_ky for one in known.before(BODY, day(0))] == [FIRST]
        assert known.last_day(known.before(BODY, day(0))[0]) == day(11)
        assert called(known.left_lately(BODY, day(0))) == FIRST

    def test_a_vacancy_a_last_day_and_deputies_are_told_from_what_nobody_knows(self, administrator):
        bring(
            table(
                person("holder", day(400), FIRST, day(1)),
                person("deputy", day(300), "Бирөө Бир"),
                person("deputy", day(300), "Экинчи Эки", day(2)),
            ),
            administrator,
        )
        held = directory().held(BODY, day(0))
        assert (held.who, held.is_vacant, called(held.left)) == (None, False, FIRST)
        assert [one.name_ky for one in held.deputies] == ["Бирөө Бир"]
        bring(table(person("vacant", day(0), "")), administrator)
        assert directory().held(BODY, day(0)).is_vacant
        assert not directory().held("PM", day(0)).is_vacant

    def test_what_was_written_is_never_changed_and_a_mistake_is_taken_back_by_a_row(self, administrator):
        bring(table(person("holder", day(30), FIRST)), administrator)
        with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
            Entry.objects.update(name_ky=SECOND)
        mistake = person("holder", day(30), FIRST) + ",,,,,,,,yes"
        told = bring(table(mistake, head=HEAD + ",withdrawn"), administrator)
        assert told.changed == 1
        assert directory().held(BODY, day(0)).who is None
        assert [row.written_by_id for row in Entry.objects.all()] == [administrator.pk] * 2

    def test_receptions_of_the_newest_schedule_are_told_day_by_day_and_days_off_are_known(self, administrator):
        rows = [f"reception,{BODY},,{day(100).isoformat()},,,,,{n},09:00,11:00,,Бөлмө 7,," for n in range(1, 8)]
        bring(table(*rows), administrator)
        assert directory().week(BODY, date(2026, 5, 4)) == ()  # before its first day
        week = directory().week(BODY, date(2027, 3, 5))
        off = [date(2027, 3, 6), date(2027, 3, 7), date(2027, 3, 8), date(2027, 3, 9)]  # a weekend, two feasts
        assert [one.on for one in week if one.off is not None] == off
        assert week[3].off is not None
        assert week[3].off.ky
        bring(table(f"reception,{BODY},,2027-03-01,,,,,1,14:00,16:00,ооба,Зал,,"), administrator)
        week = directory().week(BODY, date(2027, 3, 1))
        assert [(one.on, one.slots[0].opens, one.slots[0].by_appointment) for one in week] == [
            (date(2027, 3, 1), "14:00", True)
        ]


class TestImporting:
    def test_a_file_is_looked_at_first_taken_once_and_told_of_afterwards(self, administrator, browser_of):
        browser = browser_of(administrator)
        content = table(
            person("holder", day(400), FIRST),
            person("holder", day(5), "", body="PM"),
            f"holder,NOBODY@KG-C,,{day(1)},,Ким,Ким,",
            person("holder", day(400), FIRST),
        )
        answer = browser.post("/directory", {"file": SimpleUploadedFile("о.csv", content)})
        assert answer.status_code == 302
        shown = text(browser.get(answer.headers["Location"], {"language": "en"}))
        assert not Entry.objects.exists()
        for words in ("the name is missing", "there is no such position", "Line 2 is about the same already"):
            assert words in shown, words
        assert "3</b>" in shown  # not taken
        assert browser.post(answer.headers["Location"]).status_code == 302
        assert browser.post(answer.headers["Location"]).status_code == 302  # the button twice
        assert Entry.objects.count() == 1
        told = text(browser.get(answer.headers["Location"], {"language": "ru"}))
        assert FIRST in told
        again = importing.preview(content)
        assert (again.writes, again.unchanged, len(again.bad)) == (0, 1, 3)

    def test_what_is_saved_is_what_is_brought(self, administrator, browser_of):
        rows = (
            person("holder", day(400), FIRST),
            f"contact,{BODY},,{day(3).isoformat()},,,,,,,,,Ала-Арча 1,+996 312 000000,a@example.org",
            f"reception,{BODY},,{day(3).isoformat()},,,,,1,9.00,11:00,да,,,",
            person("holder", day(40), SECOND, body=VILLAGES, village="Таш-Мойнок"),
        )
        bring(table(*rows), administrator)
        saved = b"".join(browser_of(administrator).get("/directory.csv").streaming_content)
        assert saved.startswith(b"\xef\xbb\xbf")
        told = importing.preview(saved)
        assert (told.writes, told.unchanged, told.bad) == (0, 4, ())

    def test_a_file_looked_at_before_somebody_else_wrote_is_looked_at_again(self, administrator):
        waiting = importing.bring("a.csv", table(person("holder", day(4), FIRST)), administrator)
        bring(table(person("holder", day(4), SECOND)), administrator)
        with pytest.raises(Refused) as refusal:
            importing.take(waiting, administrator)
        assert refusal.value.code == "written_meanwhile"
        assert importing.take(waiting, administrator).changed == 1

    def test_only_an_administrator_of_the_whole_network_writes(self, administrator, alim, browser_of):
        RoleGrant.objects.create(person=alim, role=Role.ADMINISTRATOR, site_id="KG-C", from_on=day(10))
        with pytest.raises(Refused) as refusal:
            importing.bring("a.csv", table(person("holder", day(4), FIRST)), alim)
        assert refusal.value.code == "role_missing"
        assert browser_of(alim).get("/directory").status_code == 403

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (table(person("holder", date(2026, 1, 1), FIRST)).decode().encode("cp1251", "replace"), "file_not_utf8"),
            (table(person("holder", date(2026, 1, 1), FIRST)).decode().encode("utf-16"), "file_not_utf8"),
            (b"", "file_no_table"),
            (b"name;post\nA;B", "file_columns"),
            (b"PK\x03\x04\x00\x00", "file_not_utf8"),
            (HEAD.encode() + b'\n"holder' + b"x" * 200_000, "file_no_table"),
            (b"\n" * (FILE_BYTES + 1), "file_too_large"),
        ],
        ids=["windows", "utf16", "empty", "columns", "archive", "quote", "large"],
    )
    def test_a_file_that_is_no_such_table_is_refused_in_words(self, content, code, administrator, browser_of):
        with pytest.raises(Refused) as refusal:
            read(content)
        assert refusal.value.code == code
        answer = browser_of(administrator).post("/directory", {"file": SimpleUploadedFile("a.csv", content)})
        assert answer.status_code == 400
        assert not Import.objects.exists()

    @pytest.mark.parametrize(
        ("row", "problem"),
        [
            (f"king,{BODY},,2026-01-01,,А,А,", ("what_unknown", "what")),
            ("holder,AKIM@KG-XX,,2026-01-01,,А,А,", ("position_unknown", "position")),
            (f"holder,{BODY},,01/02/2026,,А,А,", ("day_unreadable", "from")),
            (f"holder,{BODY},,2026-02-30,,А,А,", ("day_unreadable", "from")),
            (f"holder,{BODY},,2026-02-03,2026-02-02,А,А,", ("day_before_first", "to")),
            (f"holder,{BODY},Село,2026-02-03,,А,А,", ("village_not_rural", "village")),
            (f"holder,{VILLAGES},,2026-02-03,,А,А,", ("village_needed", "village")),
            (f"holder,{BODY},,2026-02-03,,\u202eА,А,", ("cell_marks", "name_ky")),
            (f"holder,{BODY},,2026-02-03,,А\x07,А,", ("cell_text", "name_ky")),
            (f"holder,{BODY},,2026-02-03,,{'А' * 101},А,", ("cell_text", "name_ky")),
            (f"holder,{BODY},,2026-02-03,,А1,А,", ("name_digits", "name_ky")),
            (f"vacant,{BODY},,2026-02-03,,А,,", ("name_of_vacant", "name_ky")),
            (f"reception,{BODY},,2026-02-03,,,,,8,09:00,10:00,,,,", ("weekday_unreadable", "weekday")),
            (f"reception,{BODY},,2026-02-03,,,,,1,25:00,10:00,,,,", ("hour_unreadable", "opens")),
            (f"reception,{BODY},,2026-02-03,,,,,1,11:00,10:00,,,,", ("closes_before", "closes")),
            (f"reception,{BODY},,2026-02-03,,,,,1,09:00,10:00,бар,,,", ("yes_or_no", "by_appointment")),
            (f"contact,{BODY},,2026-02-03,,,,,,,,,,,", ("contact_empty", "phone")),
            (f"contact,{BODY},,2026-02-03,,,,,,,,,,,не почта", ("email_unreadable", "email")),
        ],
    )
    def test_each_bad_row_says_what_is_wrong_and_where(self, row, problem):
        told = read(table(person("holder", date(2026, 1, 1), FIRST), row))
        assert len(told.good) == 1
        assert told.bad[0].line == 3
        assert problem in told.bad[0].problems

    def test_separators_marks_and_days_of_spreadsheets_are_taken_and_a_formula_is_kept_harmless(self):
        for separator in (",", ";", "\t"):
            row = HEAD.replace(",", separator)
            content = f"\ufeff{row}\r\nholder,{BODY},,01.02.2026,,А Б,А Б,\r\n".replace(",", separator)
            (line,) = read(content.encode()).good
            assert line[1].since_on == date(2026, 2, 1)
        evil = Line(what=What.CONTACT, body_code=BODY, since_on=date(2026, 1, 1), phone="=1+1")
        saved = "".join(written([evil]))
        assert ";'=1+1;" in saved
        assert read(saved.encode()).good[0][1] == evil
        assert saved.startswith("\ufeff" + ";".join(COLUMNS))

    def test_the_commands_say_what_would_change_take_it_and_give_it_back(self, administrator, tmp_path, capsys):
        file, copy = tmp_path / "a.csv", tmp_path / "b.csv"
        file.write_bytes(table(person("holder", day(4), FIRST), "holder,X,,1,,,,"))
        call_command("import_officials", str(file))
        assert "1 new, 0 changed, 0 ended, 0 unchanged, 1 not taken. Nothing was written" in capsys.readouterr().out
        assert not Entry.objects.exists()
        with pytest.raises(CommandError, match="Name the administrator"):
            call_command("import_officials", str(file), "--take")
        call_command("import_officials", str(file), "--take", "--by", administrator.login)
        forget_directory()
        call_command("export_officials", str(copy))
        assert FIRST in copy.read_text(encoding="utf-8")


class TestPages:
    @pytest.fixture(autouse=True)
    def _held(self, administrator, settings) -> None:
        settings.LIAISON_MAIL = MAIL
        rows = (
            person("holder", day(400), FIRST),
            person("holder", day(1), SECOND),
            person("holder", day(40), "Айылчиев Бакыт", body=VILLAGES, village="Таш-Мойнок"),
            f"contact,{BODY},,{day(3).isoformat()},,,,,,,,,Ала-Арча 1,+996 312 000000,a@example.org",
        )
        bring(table(*rows), administrator)

    def test_officials_are_found_by_name_old_name_position_and_place_with_folded_and_latin_letters(self):
        for asked in ("токтомамбетов", "Toktomambetov", "нурбек аким аламудун", "ТОКТОМ"):
            assert SECOND in page(f"/officials?q={asked}"), asked
        old = page("/officials?q=омурзакова&language=en")
        assert f"{FIRST}</bdi> held" in old or f"{FIRST} held the position" in old
        assert SECOND in old  # and who holds it today
        assert "Премьер-министр" in page("/officials?q=Премьер-министр")  # a title that ended, with what it is today
        assert SECOND in page("/officials?place=KG-C-ALA")
        assert "Айылчиев" in page("/officials?q=таш мойнок бакыт")
        assert "Nobody was found" in page("/officials?q=жокжок+жокжок&language=en")

    def test_the_page_of_a_position_says_who_left_and_leads_to_writing_with_it_chosen(self):
        shown = page(f"/officials/{BODY}?language=en")
        for words in (SECOND, FIRST, "A request goes to the position", "Ала-Арча 1", "+996 312 000000"):
            assert words in shown, words
        assert "/write/matter?to=AKIM%40KG-C-ALA" in shown
        villages = page(f"/officials/{VILLAGES}")
        assert "Таш-Мойнок" in villages
        assert "Айылчиев" in page(f"/officials/{VILLAGES}?village=Таш-Мойнок")
        browser = Citizen().browser
        for address in ("/officials/NOBODY", f"/officials/{BODY}?village=Жок"):
            assert browser.get(address).status_code == 404
        citizen = Citizen(language="en")
        begun = text(citizen.get("matter", f"?to={BODY}"))
        assert f'name="to" value="{BODY}"' in begun
        assert citizen.send("matter", {**MATTER, "place": "KG-O", "to": BODY}).status_code == 302
        chosen = text(citizen.get("addressee"))
        assert f'value="{BODY}" checked' in chosen
        assert SECOND in chosen

    def test_an_addressee_is_found_by_name_and_who_left_yesterday_is_told_on_the_way(self):
        citizen = Citizen(language="en")
        assert citizen.send("matter", MATTER).status_code == 302
        by_old_name = text(citizen.get("addressee", "?q=омурзакова"))
        assert f"{FIRST}</bdi> does not hold the position any more" in by_old_name
        assert f'value="{BODY}"' in by_old_name
        citizen.fill()
        check = text(citizen.get("check"))
        assert SECOND in check
        assert f"{FIRST}</bdi> does not hold the position any more" in check

    def test_officers_see_and_find_who_holds_the_position(self, office_a, registrar, browser_of):
        told = browser_of(registrar).get("/work/bodies?q=токтомамбетов").json()["bodies"]
        assert told[0]["code"] == BODY
        assert SECOND in told[0]["label"]
