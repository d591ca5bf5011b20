"""Public addresses: short ones, for paper and for reading aloud."""

from django.urls import path, re_path

from server_sync.portal import follow, officials, open_data, own_acts, own_data, receipt_pages, views
from server_sync.portal.learning import views as learning
from server_sync.portal.writing import uploading
from server_sync.portal.writing import views as writing

urlpatterns = [
    path("", views.home, name="home"),
    path("requests", views.requests, name="requests"),
    path("requests.atom", open_data.feed, name="requests_feed"),
    path("requests.json", open_data.as_json, name="requests_json"),
    path("requests.csv", open_data.as_csv, name="requests_csv"),
    path("totals", views.totals, name="totals"),
    path("offices", views.offices, name="offices"),
    path("guides", learning.guides_page, name="guides"),
    path("guides/<slug:name>", learning.guide_page, name="guide"),
    path("lessons", learning.lessons_page, name="lessons"),
    path("lessons/<slug:name>", learning.lesson_page, name="lesson"),
    path("lessons/<slug:name>/<slug:language>/<str:file>", learning.lesson_file, name="lesson_file"),
    path("officials", officials.officials, name="officials"),
    path("officials/<str:code>", officials.official, name="official"),
    path("write", writing.start, name="write"),
    path("write/matter", writing.matter, name="write_matter"),
    path("write/addressee", writing.addressee, name="write_addressee"),
    path("write/writer", writing.writer, name="write_writer"),
    path("write/files", uploading.bring, name="write_files"),
    path("write/files/begin", uploading.begin, name="write_file_begin"),
    path("write/files/<uuid:file_id>", uploading.piece, name="write_file_piece"),
    path("write/check", writing.look_over, name="write_check"),
    path("write/confirm", writing.confirm, name="write_confirm"),
    path("write/receipt", writing.receipt, name="write_receipt"),
    path("write/receipt.pdf", writing.receipt_pdf, name="write_receipt_pdf"),
    path("write/throw-away", writing.throw_away, name="write_throw_away"),
    path("verify", receipt_pages.verify, name="verify"),
    path("a", follow.find, name="find"),
    path("a/<str:number>", follow.case, name="case"),
    path("a/<str:number>/file/<int:file_id>", follow.file, name="case_file"),
    path("a/<str:number>/data", own_data.page, name="case_data"),
    path("a/<str:number>/data.json", own_data.as_json, name="case_data_json"),
    path("a/<str:number>/close", follow.close, name="close_case"),
    path("a/<str:number>/say/<slug:act>", own_acts.say, name="own_act"),
    re_path(r"^[Qq]/(?P<encoded>[^/]*)/?$", receipt_pages.receipt, name="receipt"),
    re_path(r"^[Qq]/(?P<encoded>[^/]*)/proof\.json$", receipt_pages.proof, name="receipt_proof"),
]
