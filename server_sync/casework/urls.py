"""Addresses of the officers' pages."""

from django.urls import path

from server_sync.casework import acting, bulk, report_views, template_views, views

urlpatterns = [
    path("work", views.work, name="work"),
    path("work/check", views.to_check, name="work_to_check"),
    path("work/route", views.to_route, name="work_to_route"),
    path("work/route/several", bulk.route, name="work_route_several"),
    path("work/accept/several", bulk.accept, name="work_accept_several"),
    path("work/publish", views.to_publish, name="work_to_publish"),
    path("work/templates", template_views.templates, name="work_templates"),
    path("work/templates/<uuid:template_id>", template_views.template, name="work_template"),
    path("work/report", report_views.report, name="work_report"),
    path("work/report.pdf", report_views.report_pdf, name="work_report_pdf"),
    path("work/report.xlsx", report_views.report_xlsx, name="work_report_xlsx"),
    path("work/bodies", views.bodies, name="work_bodies"),
    path("work/a/<str:number>", views.case, name="work_case"),
    path("work/a/<str:number>/case.pdf", views.case_pdf, name="work_case_pdf"),
    path("work/a/<str:number>/file/<int:file_id>", views.attachment, name="work_file"),
    path("work/a/<str:number>/draft/<uuid:file_id>", views.answer_file, name="work_answer_file"),
    path("work/a/<str:number>/keep", acting.keep, name="work_keep"),
    path("work/a/<str:number>/keep/<slug:paper>", acting.keep_paper, name="work_keep_paper"),
    path("work/a/<str:number>/<slug:act>", acting.act, name="work_act"),
]
