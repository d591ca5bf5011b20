"""Places the room among Django's apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from server_sync.contract.workflow import Role


class Casework(AppConfig):
    """Officers' pages, drafts of answers, the record of looks."""

    name = "server_sync.casework"
    label = "casework"

    @override
    def ready(self) -> None:
        from server_sync.appeals.erasing import also_forget, also_forget_whole
        from server_sync.blobs.needed import also_needed
        from server_sync.casework import never_published, publishing, queues, reminding
        from server_sync.casework.access import looks_told
        from server_sync.casework.answer_files import needed
        from server_sync.casework.drafts import forget
        from server_sync.common.chores import add_chore
        from server_sync.pages.looks import also_tells_of_looks
        from server_sync.pages.sections import Section, add_sections

        also_forget(forget)
        also_forget_whole(reminding.forget)
        add_chore(reminding.remind)
        also_tells_of_looks(looks_told)
        also_needed(needed)
        officers = (Role.CASE_OFFICER, Role.AKIM, Role.PLENIPOTENTIARY)
        add_chore(never_published.take_off)
        add_sections(
            Section(_("My cases"), "work", lambda standing: standing.has(*officers), queues.count_open),
            Section(_("To check"), "work_to_check", lambda standing: standing.has(*officers), queues.count_to_check),
            Section(
                _("To route"), "work_to_route", lambda standing: standing.has(Role.REGISTRAR), queues.count_to_route
            ),
            Section(_("Templates"), "work_templates", lambda standing: standing.has(*officers)),
            Section(_("Report"), "work_report", lambda standing: standing.has(*officers, Role.CENTRAL_OPERATOR)),
            Section(
                _("To publish"),
                "work_to_publish",
                lambda standing: standing.has(Role.PUBLIC_EDITOR),
                publishing.count_waiting,
            ),
        )
