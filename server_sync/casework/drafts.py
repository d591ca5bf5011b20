"""What happens to the drafts of a request that is erased."""

from server_sync.casework.models import AnswerDraft


def forget(appeal: bytes) -> None:
    """Delete what officers had written about a request; called inside the transaction of its erasure."""
    AnswerDraft.objects.filter(appeal=appeal).delete()
