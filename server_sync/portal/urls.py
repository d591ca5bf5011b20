"""Public addresses: short ones, for paper and for reading aloud."""

from django.urls import path, re_path

from server_sync.portal import figure_files, figures, follow, open_data, own_acts, receipt_pages, views
from server_sync.portal.writing import views as writing

urlpatterns = [
    path("", views.home, name="home"),
    path("requests", views.requests, name="requests"),
    path("requests.atom", open_data.feed, name="requests_feed"),
    path("requests.json", open_data.as_json, name="requests_json"),
    path("requests.csv", open_data.as_csv, name="requests_csv"),
    path("totals", views.totals, name="totals"),
    path("figures", figures.figures, name="figures"),
    path("figures.csv", figure_files.as_csv, name="figures_csv"),
    path("figures.json", figure_files.as_json, name="figures_json"),
    path("figures/columns", figure_files.columns, name="figures_columns"),
    path("report", figure_files.report, name="report"),
    path("report.pdf", figure_files.report_pdf, name="report_pdf"),
    path("report.xlsx", figure_files.report_xlsx, name="report_xlsx"),
    path("figures/<slug:sort>/<str:code>", figures.figures_of, name="figures_of"),
    path("offices", views.offices, name="offices"),
    path("write", writing.start, name="write"),
    path("write/matter", writing.matter, name="write_matter"),
    path("write/addressee", writing.addressee, name="write_addressee"),
    path("write/writer", writing.writer, name="write_writer"),
    path("write/check", writing.look_over, name="write_check"),
    path("write/confirm", writing.confirm, name="write_confirm"),
    path("write/receipt", writing.receipt, name="write_receipt"),
    path("write/receipt.pdf", writing.receipt_pdf, name="write_receipt_pdf"),
    path("write/throw-away", writing.throw_away, name="write_throw_away"),
    path("verify", receipt_pages.verify, name="verify"),
    path("a", follow.find, name="find"),
    path("a/<str:number>", follow.case, name="case"),
    path("a/<str:number>/file/<int:file_id>", follow.file, name="case_file"),
    path("a/<str:number>/close", follow.close, name="close_case"),
    path("a/<str:number>/say/<slug:act>", own_acts.say, name="own_act"),
    re_path(r"^[Qq]/(?P<encoded>[^/]*)/?$", receipt_pages.receipt, name="receipt"),
    re_path(r"^[Qq]/(?P<encoded>[^/]*)/proof\.json$", receipt_pages.proof, name="receipt_proof"),
]
