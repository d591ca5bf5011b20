"""Every code of a refusal with its words: what happened, what it means, what to do."""

from __future__ import annotations

from collections.abc import Callable

from liaison_desktop.ui import formats
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import Parameter

Words = Callable[[dict[str, Parameter]], str]
Table = dict[str, Words]


def _password_wrong(params: dict[str, Parameter]) -> str:
    wait_s = params.get("wait_s", 0)
    if isinstance(wait_s, int) and wait_s > 0:
        return tr(
            "The password is not right. Seconds until the next try: {seconds}. The pause grows with every wrong try.",
            seconds=wait_s,
        )
    return tr("The password is not right. Look at the keyboard's language and at Caps Lock, and type it again.")


def _foreign(_: dict[str, Parameter]) -> str:
    return tr(
        "Something else answers instead of the centre, perhaps a sign-in page of the provider. Open any website in the"
        " browser and sign in there, then try again. Nothing was sent to it."
    )


def _no_number(_: dict[str, Parameter]) -> str:
    return formats.unbroken(tr("This is not a registration number. It looks like ALA-26-A-00042-7184."))


def _not_chosen(_: dict[str, Parameter]) -> str:
    return tr(
        "This is not chosen from the list yet. Press ↓ and choose; if nothing fits, type a part of the word, or clear"
        " it with Esc."
    )


def _doubt(_: dict[str, Parameter]) -> str:
    return tr(
        "This store was copied or restored, and numbers could repeat. No number is given until the centre has looked at"
        " it. Drafts are safe; call the administrator."
    )


FIELDS: Table = {
    "addressee_empty": lambda p: tr("Choose to whom the request goes."),
    "addressee_not_chosen": _not_chosen,
    "addressee_unknown": lambda p: tr("There is no such addressee in this place. Choose another one."),
    "answer_by_missing": lambda p: tr("Choose how the applicant receives the answer."),
    "answer_by_empty": lambda p: tr("Choose how the applicant receives the answer."),
    "appeal_invalid": lambda p: tr("Something is missing or not possible. Look at the marked fields."),
    "attachment_empty": lambda p: tr("The file is empty: it has 0 bytes. Choose another one."),
    "attachment_too_large": lambda p: tr("The file is too large. Make a smaller scan, or several files."),
    "attachment_unreadable": lambda p: tr("The file cannot be read. Copy it to this computer and add it again."),
    "attachment_wrong": lambda p: tr("The file cannot be attached. Choose another one."),
    "attachment_not_what_it_says": lambda p: tr(
        "The file is not what its name says: not a picture or PDF, or a damaged one. Choose another one."
    ),
    "attachment_missing": lambda p: tr("The file is not there any more."),
    "attachment_is_program": lambda p: tr("The file is a program, whatever its name says. Programs are not taken."),
    "birth_on_impossible": lambda p: tr("Nobody was born on this day: it is to come yet, or too long ago."),
    "birth_on_to_come": lambda p: tr("This day is to come yet. Look at the year."),
    "birth_on_unreadable": lambda p: tr("This is no date. Write it as 14.03.1988, or leave it empty."),
    "category_not_chosen": _not_chosen,
    "category_empty": lambda p: tr("Choose what the request is about."),
    "category_missing": lambda p: tr("Choose what the request is about."),
    "category_repeated": lambda p: tr("The same matter is chosen twice."),
    "category_unknown": lambda p: tr("This matter is not in the list any more. Choose another one."),
    "control_character": lambda p: tr(
        "Character {place} ({character}) cannot be kept. Delete it, or paste the text again as plain text.",
        place=p.get("place", "?"),
        character=p.get("character", ""),
    ),
    "consent_missing": lambda p: tr("Without the citizen's consent no conversation can be asked for."),
    "day_passed": lambda p: tr("One of these days has passed already."),
    "outcome_missing": lambda p: tr("Write what was said."),
    "promise_missing": lambda p: tr("Write what was promised until this day."),
    "reception_malformed": lambda p: tr("What was said of the conversation cannot be read. Write it again."),
    "said_empty": lambda p: tr("Write what was said."),
    "too_many_days": lambda p: tr("Ten days are enough. Leave some out."),
    "date_out_of_range": lambda p: tr("The date is not possible. Look at the computer's clock."),
    "form_unknown": lambda p: tr("Choose whether the request is written or oral."),
    "kind_mismatch": lambda p: tr("The kind of the request does not fit."),
    "kind_empty": lambda p: tr("Choose the kind of the request."),
    "kind_unknown": lambda p: tr("Choose the kind of the request."),
    "language_unknown": lambda p: tr("Choose the language of the request."),
    "lone_surrogate": lambda p: tr("Character {place} is broken. Type that place again.", place=p.get("place", "?")),
    "missing": lambda p: tr("This has to be filled in."),
    "name_empty": lambda p: tr("Write the surname or the given name, as in the document."),
    "reason_empty": lambda p: tr("Write the reason."),
    "request_too_large": lambda p: tr("The request is too long to be one. Put a part of the text into an attachment."),
    "signatories_too_few": lambda p: tr("A collective request needs two people or more."),
    "subject_empty": lambda p: tr("Write the subject in a few words."),
    "territory_unknown": lambda p: tr("This place is not in the list. Choose another one."),
    "term_moved": lambda p: tr("The answer is due on another day than was read out. Read the day once more."),
    "text_empty": lambda p: tr("Write down what the citizen asks for."),
    "text_too_long": lambda p: tr("The text is too long: at most {limit} characters.", limit=p.get("limit", "")),
    "text_unsound": lambda p: tr("The text has a character that cannot be kept. Paste it again as plain text."),
    "too_large": lambda p: tr("It is too large."),
    "too_many": lambda p: tr("There are too many: at most {limit}.", limit=p.get("limit", "")),
    "out_of_range": lambda p: tr("The number is not possible."),
    "unknown_value": lambda p: tr("This choice is not known any more. Choose again."),
}

PERSON: Table = {
    "document_letters_cyrillic": lambda p: tr(
        "The letters of the document's number are Cyrillic; on the card they are Latin."
    ),
    "document_unusual": lambda p: tr("The document's number does not look like a Kyrgyz passport or ID card."),
    "email_unusual": lambda p: tr("This does not look like an e-mail address. Ask again."),
    "text_turned": lambda p: tr(
        "Unseen signs show some words in another order. Delete these words and type them anew."
    ),
    "language_differs": lambda p: tr("The text looks as if it were written in another language than the one chosen."),
    "name_has_digits": lambda p: tr("There is a figure in the name."),
    "name_has_extra_spaces": lambda p: tr("There are spaces too many in the name."),
    "name_has_invisible_marks": lambda p: tr("There are invisible signs in the name; they come with pasted text."),
    "name_has_pictures": lambda p: tr("There is a picture sign in the name."),
    "name_letter_unusual": lambda p: tr("There is an unusual letter in the name. Perhaps ө or ң is meant."),
    "name_long": lambda p: tr("The name is very long. Look whether other words got into it."),
    "name_mixes_alphabets": lambda p: tr("Cyrillic and Latin letters are mixed in one word."),
    "phone_length_unusual": lambda p: tr("The telephone number has too many or too few figures."),
    "phone_not_in_use": lambda p: tr("No network has such telephone numbers. Ask again."),
    "phone_unreadable": lambda p: tr("This does not look like a telephone number."),
    "pin_birth_differs": lambda p: tr("The PIN tells another date of birth."),
    "pin_date_impossible": lambda p: tr("The PIN tells a date of birth that does not exist."),
    "pin_date_in_future": lambda p: tr("The PIN tells a date of birth in the future."),
    "pin_first_digit_unusual": lambda p: tr("A person's PIN begins with 1 or 2."),
    "pin_length_unusual": lambda p: tr("A PIN has 14 figures."),
    "pin_missing": lambda p: tr("There is no PIN. If the person has none, say why."),
    "pin_not_digits": lambda p: tr("A PIN has figures only."),
    "pin_of_organisation": lambda p: tr("This PIN looks like that of an organisation."),
    "pin_sex_differs": lambda p: tr("The PIN tells another sex."),
    "reason_beside_pin": lambda p: tr("There is a PIN: the reason why there is none is not registered."),
    "signatories_beside_individual": lambda p: tr(
        "The request is individual: those who signed are not registered. Choose “Collective” or clear them."
    ),
    "signatories_more_than_counted": lambda p: tr("More names are written than are said to have signed."),
    "signatories_on_one_line": lambda p: tr("One name a line: press Enter after each, without commas."),
    "territory_as_typed": lambda p: tr("Not in the list: it is written into the address as typed."),
}

LINE: Table = {
    "no_line": lambda p: tr("There is no line to the centre. Try again when it is back; everything typed stays."),
    "line_down": lambda p: tr("There is no line to the centre. Try again when it is back; everything typed stays."),
    "no_answer": lambda p: tr("The centre does not answer. Try again in a moment; everything typed stays."),
    "tls_failed": lambda p: tr(
        "The secure line to the centre could not be made. Look at the computer's clock and the address."
    ),
    "redirected": _foreign,
    "network_asks_sign_in": _foreign,
    "proxy_asks_sign_in": lambda p: tr(
        "The proxy of this network asks for a name and a password. Nothing is lost; tell the administrator."
    ),
    "answer_forged": lambda p: tr(
        "What came is not signed by the centre. Nothing was changed. It is tried again by itself."
    ),
    "answer_not_understood": lambda p: tr(
        "The answer of the centre was not understood. Nothing is lost; it is tried again by itself."
    ),
    "acknowledgement_wrong": lambda p: tr(
        "The answer of the centre was not understood. Nothing is lost; it is tried again by itself."
    ),
    "checkpoint_wrong": lambda p: tr(
        "The answer of the centre was not understood. Nothing is lost; it is tried again by itself."
    ),
    "server_epoch_went_back": lambda p: tr(
        "The answer of the centre was not understood. Nothing is lost; it is tried again by itself."
    ),
    "centre_busy": lambda p: tr("The centre has much to do. It is tried again by itself."),
    "centre_full": lambda p: tr("The centre has no room at the moment. Nothing is lost; it is tried again by itself."),
    "centre_trouble": lambda p: tr(
        "The centre has a trouble of its own. Nothing is lost; it is tried again by itself."
    ),
    "stopped_here": lambda p: tr("The exchange was paused here. What was sent is sent."),
    "tried_too_often": lambda p: tr("It was tried several times. It is tried again later by itself."),
    "too_large_for_line": lambda p: tr(
        "Something on the way to the centre lets no message of this size through. It is kept here and tried again; "
        "tell the administrator."
    ),
    "refused": lambda p: tr("The centre cannot read a record of this office. It is kept here; call the administrator."),
    "log_contradicts_itself": lambda p: tr(
        "The public log contradicts what was seen before. Both are kept; call the administrator."
    ),
    "epoch_unknown": lambda p: tr(
        "The centre does not know this workplace any more. Everything is safe here; call the administrator."
    ),
    "quota_reached": lambda p: tr("This office has sent very much today. The rest goes later by itself."),
    "code_wait": lambda p: tr("Wrong codes were tried too often. Wait a minute and try again."),
    "sign_in_wait": lambda p: (
        tr("Several people are signing in just now. Try again in a few seconds. Nothing is lost.")
        if p.get("busy")
        else tr(
            "Wrong passwords were tried too often. Seconds until the next try: {seconds}", seconds=p.get("wait_s", 60)
        )
    ),
    "already_enrolled": lambda p: tr("This computer is a workplace already."),
    "key_known": lambda p: tr("This computer is a workplace already."),
    "site_unknown": lambda p: tr("The program does not know this office. Install the newest program."),
    "timeout": lambda p: tr("The centre did not answer in time. Try again in a moment; everything typed stays."),
    "stalled": lambda p: tr("The line stands still. It is tried again by itself."),
    "tls": lambda p: tr(
        "The secure line to the centre could not be made. Look at the computer's clock and the address."
    ),
    "foreign_answer": _foreign,
    "half_answer": lambda p: tr("The answer broke off. Nothing was changed. It is tried again by itself."),
    "server_busy": lambda p: tr("The centre has much to do. It is tried again by itself."),
    "server_failed": lambda p: tr("The centre has a trouble of its own. Nothing is lost; it is tried again by itself."),
    "no_room": lambda p: tr("The centre has no room at the moment. Nothing is lost; it is tried again by itself."),
    "update_needed": lambda p: tr("The centre asks for a newer program. Registration goes on; tell the administrator."),
    "address_malformed": lambda p: tr("The address of the centre is not one. It looks like: kattar.example"),
    "code_malformed": lambda p: tr("The code is typed wrongly: compare it with the paper, letter by letter."),
    "code_unknown": lambda p: tr(
        "The centre does not know this code. Compare it with the paper, or ask for a new one."
    ),
    "code_used": lambda p: tr("This code has been used on another computer. Ask the administrator for a new one."),
    "code_expired": lambda p: tr("This code is too old. Ask the administrator for a new one."),
    "mac_wrong": lambda p: tr(
        "The code and the answer do not fit together. Compare the code and the address with the paper."
    ),
    "request_time": lambda p: tr(
        "The computer's clock is wrong. It is set right by the centre's time and tried again."
    ),
    "revoked": lambda p: tr(
        "The centre has revoked this workplace. No number may be given here. What was registered still goes to the"
        " centre. Call the administrator."
    ),
    "sign_in_wrong": lambda p: tr("The centre does not know this login and password together. Type them again."),
    "person_inactive": lambda p: tr("This person is not active any more. Ask the administrator."),
    "no_role_here": lambda p: tr("This person has no role at this office today. Ask the administrator."),
    "password_must_change": lambda p: tr("The password has to be changed at the centre first."),
}


def _two_decide(why: Callable[[], str]) -> Words:
    def words(_: dict[str, Parameter]) -> str:
        return tr("{why} Two people at the centre decide. There is nothing to do here.", why=why())

    return words


DECIDED: Table = {
    "person_missing": _two_decide(lambda: tr("It does not say who wrote it.")),
    "person_unknown": _two_decide(lambda: tr("The centre does not know the person who wrote it.")),
    "role_missing": _two_decide(lambda: tr("The person who wrote it had no such role here then, as the centre knows.")),
    "not_for_offices": _two_decide(lambda: tr("Only the centre writes such records.")),
    "not_for_walls": _two_decide(lambda: tr("The computer of a big screen wrote it, before which nobody works.")),
    "counter_wrong": _two_decide(lambda: tr("Its number does not follow the one before it.")),
    "year_wrong": _two_decide(lambda: tr("The year in its number is not that of the day.")),
    "number_taken": _two_decide(lambda: tr("Its number stands on another request.")),
    "request_kept_out": _two_decide(lambda: tr("The request it belongs to was kept out of the register.")),
    "request_erased": _two_decide(lambda: tr("The personal data of its request were erased.")),
    "kept_out": lambda p: tr(
        "Two people at the centre decided to keep it out of the register. There is nothing to do here."
    ),
    "after_revocation": _two_decide(lambda: tr("It was written after this workplace was revoked.")),
}

OFFICE: Table = {
    "password_wrong": _password_wrong,
    "password_wait": lambda p: tr("Seconds until the next try: {seconds}", seconds=p.get("wait_s", 0)),
    "password_empty": lambda p: tr("Type your password."),
    "password_too_short": lambda p: tr("The new password needs {count} letters or more.", count=p.get("least", 8)),
    "no_role_now": lambda p: tr("This person has no role at this office today. Ask the administrator."),
    "role_needed": lambda p: tr("This person's role does not allow it. Ask the administrator."),
    "sign_in_needed": lambda p: tr("Sign in first."),
    "recovery_key_none": lambda p: tr("This store has no recovery key."),
    "recovery_key_wrong": lambda p: tr("The recovery key is not that of this store."),
    "store_locked": lambda p: tr(
        "This computer keeps no key of its own. Somebody who works here already signs in first,"
        " then the new person can."
    ),
    "person_unknown_here": lambda p: tr("Nobody with this login works on this computer yet. Choose: another person."),
    "mirror_ahead": _doubt,
    "mirror_differs": _doubt,
    "mirror_missing": _doubt,
    "home_copied": _doubt,
    "epoch_differs": _doubt,
    "rolled_back": _doubt,
    "forked": _doubt,
    "other_machine": lambda p: tr(
        "This store comes from another computer. No number is given until the centre has looked at it. Drafts are safe;"
        " call the administrator."
    ),
    "clerk_said_no": lambda p: tr(
        "A clerk said that the last paper has a later number. Drafts can be written and are safe. Registering goes on"
        " when the head of the office here, or two people of the centre, have looked at the last paper."
    ),
    "supervisor_needed": lambda p: tr(
        "Only the head of this office (akim or plenipotentiary) can lift it. Otherwise call the centre: two people"
        " there lift it."
    ),
    "paper_differs": lambda p: tr(
        "The last number given here is another one: {number}. If the paper has a later one, numbers would repeat:"
        " call the centre.",
        number=str(p.get("last_number", "")),
    ),
    "nothing_changed": lambda p: tr("Nothing was changed in the fields."),
    "reception_asked": lambda p: tr("A conversation is asked for already, or its day is set."),
    "reception_not_asked": lambda p: tr("No conversation is asked for now."),
    "reception_not_set": lambda p: tr("No conversation is set now."),
    "nothing_to_tell": lambda p: tr("There is no answer yet that the applicant could be told."),
    "appeal_erased": lambda p: tr("The personal data of this request were erased."),
    "receipt_elsewhere": lambda p: tr("Another computer of this office gave the receipt; only that one can print it."),
    "number_out_of_range": _no_number,
    "blob_missing": lambda p: tr("The file is not on this computer yet. It comes when the line is there."),
    "blob_damaged": lambda p: tr("The file is damaged on this computer. Ask the centre for it."),
    "paper_unreadable": lambda p: tr("The page could not be drawn. Do it again; if it stays, call the administrator."),
    "printer_missing": lambda p: tr("This computer has no printer. Save the page as PDF, or connect a printer."),
    "wait": lambda p: tr("Seconds until the next try: {seconds}", seconds=p.get("wait_s", 0)),
    "password_weak": lambda p: tr("The new password is too easy to guess. Take a longer one."),
    "password_same": lambda p: tr("The new password is the old one."),
    "recovery_key_malformed": lambda p: tr("The recovery key is typed wrongly: compare it with the paper."),
    "file_held": lambda p: tr(
        "Another program holds a file of this workplace, perhaps a virus scanner or a backup: {file}. Wait a moment and"
        " try again.",
        file=str(p.get("file", "")),
    ),
    "folder_not_writable": lambda p: tr(
        "The program's folder cannot be written to: {folder}. Call the administrator.", folder=str(p.get("folder", ""))
    ),
    "already_running": lambda p: tr("The program is already open on this computer. Look for its window."),
    "not_of_wall": lambda p: tr("Only the computer of a hall's big screen begins by itself."),
    "not_enrolled": lambda p: tr("This computer is no workplace yet."),
    "workplace_damaged": lambda p: tr(
        "The description of this workplace cannot be read. Nothing was changed. Call the administrator: it is restored"
        " from its copy."
    ),
    "workplace_newer": lambda p: tr("A newer program worked here. Install it again, or call the administrator."),
    "epoch_moved": _doubt,
    "numbering_stopped": lambda p: tr(
        "No number may be given here at the moment. Drafts are safe; call the administrator."
    ),
    "slots_exhausted": lambda p: tr(
        "No number may be given here at the moment. Drafts are safe; call the administrator."
    ),
    "appeal_unknown": lambda p: tr("This request is not here."),
    "paper_not_here": lambda p: tr("This paper is not on this computer yet. It comes when the line is there."),
    "meeting_not_here": lambda p: tr("This meeting is not on this computer."),
    "not_found": lambda p: tr("It is not here any more."),
    "not_here": lambda p: tr("It is not on this computer. It comes when the line is there."),
    "blob_not_here": lambda p: tr("The file is not on this computer yet. It comes when the line is there."),
    "draft_unknown": lambda p: tr("This draft is not here any more."),
    "not_in_this_state": lambda p: tr(
        "The request has moved on; this cannot be done now. Its history shows what happened."
    ),
    "number_malformed": _no_number,
    "number_check_failed": lambda p: tr(
        "The number has a typing mistake: its check figures do not fit. Compare it again."
    ),
    "number_ambiguous": lambda p: tr("The number can be read in two ways. Type it with its dashes."),
    "receipt_malformed": lambda p: tr("This QR code is not that of a receipt."),
    "receipt_forged": lambda p: tr(
        "The signature of this receipt is not right: it was not made by an office of the network."
    ),
    "no_receipt_code": lambda p: tr(
        "No QR code of a receipt was found in the picture. Photograph it closer and straight."
    ),
    "picture_unreadable": lambda p: tr("The file is not a picture, or a damaged one. Choose another one."),
    "picture_too_large": lambda p: tr("The picture is too large. Choose a smaller one."),
    "paper_fonts_missing": lambda p: tr(
        "The fonts of the receipt are not installed. Install the package fonts-paratype."
    ),
    "printer_failed": lambda p: tr("The printer did not take the page. Look at paper and cable, or save it as PDF."),
    "file_not_written": lambda p: tr("The file could not be written there. Choose another folder."),
    "medium_not_writable": lambda p: tr("Nothing can be written into this folder. Choose another one."),
}

STORE: Table = {
    "disk_full": lambda p: tr(
        "The disk is full. Nothing was changed. Free some room and do it again; what is typed stays."
    ),
    "outcome_unknown": lambda p: tr(
        "The disk failed at the last moment. Close the program and open it again: it looks whether the request was"
        " registered. Do not register it anew before."
    ),
    "store_damaged": lambda p: tr(
        "The store of this computer is damaged. Nothing more is written to it. Call the administrator."
    ),
    "store_foreign": lambda p: tr(
        "The file of the store is not ours, or the key does not open it. Call the administrator."
    ),
    "store_newer": lambda p: tr("A newer program wrote the store. Install it again, or call the administrator."),
    "store_missing": lambda p: tr(
        "The store of this computer is not there. Call the administrator before anything else."
    ),
    "store_exists": lambda p: tr(
        "There is a store in this folder already. Call the administrator before anything else."
    ),
    "event_damaged": lambda p: tr(
        "A record of this store is damaged. Nothing more is written to it. Call the administrator."
    ),
    "sqlite_not_encrypted": lambda p: tr("The program is installed wrongly: it cannot encrypt. Install it again."),
    "sqlite_too_old": lambda p: tr("The program is installed wrongly: its database is too old. Install it again."),
    "store_not_wal": lambda p: tr(
        "The disk of this folder cannot hold the store. Choose a folder on a disk of this computer."
    ),
    "store_busy": lambda p: tr("The store is busy. Do it again in a moment."),
    "store_closed": lambda p: tr("The store is closed. Sign in again."),
    "store_io": lambda p: tr(
        "The disk could not be read or written. Do it again; if it stays, call the administrator."
    ),
    "store_failed": lambda p: tr(
        "The disk could not be read or written. Do it again; if it stays, call the administrator."
    ),
    "store_not_writable": lambda p: tr("Nothing can be written to the disk. Call the administrator."),
}

MEETING: Table = {
    "meeting_unknown": lambda p: tr("The centre does not know this meeting. Send now in Delivery, and try again."),
    "not_invited": lambda p: tr("This office is not invited to this meeting."),
    "not_begun": lambda p: tr("It is too early: the meeting opens an hour before it begins."),
    "meeting_over": lambda p: tr("The meeting has ended."),
    "meeting_cancelled": lambda p: tr("The meeting is cancelled."),
    "put_out": lambda p: tr("The chair's desk has sent this office out of the meeting."),
    "stage_full": lambda p: tr("All places on stage are taken. Thank somebody first, then call the next."),
    "vote_running": lambda p: tr("A vote goes on already. Count it first, or wait until its time is up."),
    "vote_over": lambda p: tr("The vote is over and counted."),
    "vote_unknown": lambda p: tr("The centre knows no such vote."),
    "too_many_votes": lambda p: tr("This meeting has had as many votes as the centre keeps: {limit}.", **p),
    "nobody_votes": lambda p: tr("Too few offices may vote in this meeting: {least} are needed.", **p),
    "question_missing": lambda p: tr("Write what is voted on, in Kyrgyz or in Russian."),
    "seconds_out_of_range": lambda p: tr("A vote lasts from 30 seconds to a day."),
    "quorum_out_of_range": lambda p: tr("The quorum is at least 1 and at most {limit}.", **p),
    "ballot_key_wrong": lambda p: tr("The centre's key of this secret vote cannot be used. Tell the centre."),
    "too_late": lambda p: tr("This came to the centre too late and was not done. Do it again."),
    "not_on_stage": lambda p: tr("This office is not on stage any more."),
    "meeting_open": lambda p: tr("The meeting has begun already."),
    "meeting_not_open": lambda p: tr("The meeting has not begun yet."),
    "changed_meanwhile": lambda p: tr("The plan of the meeting was changed meanwhile. Do it again."),
    "not_oneself": lambda p: tr("The chair's own computer stays on stage and in the meeting."),
    "viewer_only": lambda p: tr("This office was invited to listen and may not ask for the floor."),
    "interprets": lambda p: tr("Whoever interprets takes no seat. End the interpreting first."),
    "not_interpreter": lambda p: tr("The chair's desk lets this office interpret no more."),
    "sits_on_stage": lambda p: tr("Whoever interprets takes no seat. Thank this office first."),
    "too_many_interpreters": lambda p: tr("Too many interpret already. End one of them first."),
    "too_many_hands": lambda p: tr("The queue is full. Raise your hand later."),
    "too_many_here": lambda p: tr(
        "Three computers of this office are in the meeting already. Leave it on one of them."
    ),
    "room_full": lambda p: tr("The meeting is full. Tell the centre."),
    "not_of_desk": lambda p: tr("Only the chair's desk may do this."),
    "not_in_reception": lambda p: tr(
        "In a conversation with a citizen nobody votes or decides: what came of it is written at the request."
    ),
    "no_media_server": lambda p: tr(
        "The centre has no server for picture and sound now. It is tried again by itself; tell the centre if it stays."
    ),
    "item_unknown": lambda p: tr("The agenda has no such item any more."),
    "who_unknown": lambda p: tr("This office is not in the meeting any more."),
    "not_in_room": lambda p: tr("This office is not in the room yet. Wait for the pictures, then send it again."),
    "chat_closed": lambda p: tr("The chair's desk has closed the chat. Raise the hand to say something."),
    "off_in_closed": lambda p: tr(
        "In a closed meeting there is no chat: the centre would read it. What is to be said is said on stage."
    ),
    "keys_missing": lambda p: tr(
        "This meeting was closed meanwhile, and this computer has not heard of it. Send now in Delivery, and enter "
        "again."
    ),
    "key_wish_wrong": lambda p: tr(
        "The centre does not accept this computer's key. Leave the meeting and enter again."
    ),
    "keys_held_elsewhere": lambda p: tr("Another computer of this office gives out the key of the closed meeting."),
    "chat_full": lambda p: tr("The chat is full: it holds no more lines."),
    "line_unknown": lambda p: tr("This line is not in the chat any more."),
    "no_such_decision": lambda p: tr("The centre does not know this decision."),
    "no_such_paper": lambda p: tr("The meeting has no such paper any more."),
    "no_such_page": lambda p: tr("The paper has no such page."),
    "decision_empty": lambda p: tr("Write what was decided, in at least one of the languages."),
    "executor_twice": lambda p: tr("An office is named twice."),
    "due_in_the_past": lambda p: tr("This day has passed already. Choose a day to come."),
    "due_too_far": lambda p: tr("This is more than five years ahead. Look at the year."),
    "due_out_of_range": lambda p: tr("No calendar has this day. Look at the year."),
    "number_twice": lambda p: tr("A registration number is written twice."),
    "minutes_stand": lambda p: tr("The minutes of this meeting are not changed any more."),
    "too_often": lambda p: tr("Too much was asked at once. Do it again in a moment."),
}
