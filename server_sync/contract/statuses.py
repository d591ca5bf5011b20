"""HTTP statuses of the codes with which the centre refuses a call: an office decides by both what it does next.

400 is for a message that the centre cannot read or that breaks a rule of its form: sent again it is refused again.
401 is for who asks, and for nothing else. 409 is for what does not fit the state of things at the centre.
"""

from typing import Final

MALFORMED: Final = 400
"""The status of every code that does not stand in STATUS_OF."""

STATUS_OF: Final[dict[str, int]] = {
    "request_unsigned": 401,
    "request_malformed": 401,
    "request_forged": 401,
    "request_time": 401,
    "epoch_unknown": 401,
    "mac_wrong": 401,
    "path_unknown": 404,
    "not_here": 404,
    "method_not_allowed": 405,
    "request_cut_short": 408,
    "gap": 409,
    "chain_wrong": 409,
    "signature_wrong": 409,
    "not_erased": 409,
    "revoked": 409,
    "too_many_branches": 409,
    "offset_wrong": 409,
    "size_changed": 409,
    "blob_hash_wrong": 409,
    "code_unknown": 409,
    "code_used": 409,
    "code_expired": 409,
    "key_known": 409,
    "sign_in_wrong": 409,
    "password_must_change": 409,
    "password_same": 409,
    "password_weak": 409,
    "person_inactive": 409,
    "no_role_here": 409,
    "person_unknown": 409,
    "meeting_unknown": 409,
    "not_invited": 409,
    "not_begun": 409,
    "meeting_not_open": 409,
    "meeting_over": 409,
    "meeting_cancelled": 409,
    "changed_meanwhile": 409,
    "put_out": 409,
    "not_oneself": 409,
    "not_of_desk": 409,
    "viewer_only": 409,
    "who_unknown": 409,
    "item_unknown": 409,
    "not_on_stage": 409,
    "not_in_room": 409,
    "chat_closed": 409,
    "chat_full": 409,
    "line_unknown": 409,
    "no_such_decision": 409,
    "due_in_the_past": 409,
    "due_too_far": 409,
    "minutes_stand": 409,
    "stage_full": 409,
    "too_late": 409,
    "too_many_hands": 409,
    "too_many_here": 409,
    "room_full": 409,
    "vote_unknown": 409,
    "vote_running": 409,
    "too_many_votes": 409,
    "nobody_votes": 409,
    "question_missing": 409,
    "seconds_out_of_range": 409,
    "quorum_out_of_range": 409,
    "too_large": 413,
    "suite_unknown": 426,
    "code_wait": 429,
    "sign_in_wait": 429,
    "too_often": 429,
    "no_media_server": 503,
    "no_room": 507,
    "quota_reached": 507,
}
"""Statuses of the calls below /sync/v1/."""

LOG_STATUS_OF: Final[dict[str, int]] = {"hash_unknown": 404, "origin_unknown": 404, "not_cosigned": 404}
"""Statuses of the questions below /log/, which are answered without a signature."""
