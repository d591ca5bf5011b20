"""What happens to the drafts of a request that is erased."""

from server_sync.casework.answer_files import drop_drafts
from server_sync.casework.models import AnswerDraft, CoTask, Proposal
from server_sync.casework.papers import drop_papers


def forget(appeal: bytes) -> None:
    """Delete what officers had written about a request; called inside the transaction of its erasure."""
    drop_drafts(AnswerDraft.objects.filter(appeal=appeal))
    Proposal.objects.filter(appeal=appeal).delete()
    CoTask.objects.filter(appeal=appeal).delete()
    drop_papers(appeal)
