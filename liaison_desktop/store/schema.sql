-- The tables of the store as they are now, to be read in one place. The migrations make them; a test holds both together.

CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    taken_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One incarnation of this workplace's numbering; the current one is the newest that is not closed.
CREATE TABLE epochs (
    epoch BLOB PRIMARY KEY CHECK (length(epoch) = 16),
    number_code TEXT NOT NULL,
    slot TEXT NOT NULL,
    certificate BLOB NOT NULL,
    private_key BLOB NOT NULL CHECK (length(private_key) = 32),
    opened_at_ms INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    chain BLOB NOT NULL CHECK (length(chain) = 32),
    last_counter INTEGER NOT NULL DEFAULT 0,
    last_year INTEGER NOT NULL DEFAULT 0,
    last_number TEXT NOT NULL DEFAULT '',
    acknowledged_seq INTEGER NOT NULL DEFAULT 0,
    stopped_code TEXT NOT NULL DEFAULT '',
    closed_at_ms INTEGER
) STRICT;

-- Own events and those of the feed, as the bytes they are. `salt` and `body` go when an event is erased.
-- `appeal` is the registering event's hash, in that event too.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    event_hash BLOB NOT NULL UNIQUE CHECK (length(event_hash) = 32),
    epoch BLOB NOT NULL CHECK (length(epoch) = 16),
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    appeal BLOB,
    number TEXT NOT NULL DEFAULT '',
    is_own INTEGER NOT NULL CHECK (is_own IN (0, 1)),
    is_out_of_turn INTEGER NOT NULL DEFAULT 0,
    is_understood INTEGER NOT NULL DEFAULT 1,
    kept_at_ms INTEGER NOT NULL,
    header BLOB NOT NULL,
    salt BLOB,
    body BLOB,
    commitment BLOB, remains BLOB,
    CHECK ((salt IS NULL) = (body IS NULL)),
    CHECK (salt IS NOT NULL OR commitment IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX events_own_seq ON events (epoch, seq) WHERE is_own = 1;
CREATE INDEX events_of_appeal ON events (appeal) WHERE appeal IS NOT NULL;
CREATE INDEX events_not_understood ON events (id) WHERE is_understood = 0;

CREATE TRIGGER events_are_for_ever BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
WHEN NEW.id IS NOT OLD.id OR NEW.event_hash IS NOT OLD.event_hash OR NEW.epoch IS NOT OLD.epoch
  OR NEW.seq IS NOT OLD.seq OR NEW.kind IS NOT OLD.kind OR NEW.appeal IS NOT OLD.appeal
  OR NEW.number IS NOT OLD.number OR NEW.is_own IS NOT OLD.is_own OR NEW.header IS NOT OLD.header
  OR NEW.kept_at_ms IS NOT OLD.kept_at_ms
  OR (NEW.salt IS NOT OLD.salt AND NEW.salt IS NOT NULL) OR (NEW.body IS NOT OLD.body AND NEW.body IS NOT NULL)
  OR (NEW.remains IS NOT OLD.remains AND (OLD.body IS NULL OR NEW.body IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

-- Which draft became which event: a second press finds the first one's result.
CREATE TABLE registrations (
    draft_id BLOB PRIMARY KEY CHECK (length(draft_id) = 16),
    event_hash BLOB NOT NULL UNIQUE REFERENCES events (event_hash)
) STRICT, WITHOUT ROWID;

-- One row for every own event. States are those of domain.delivery.DeliveryState.
CREATE TABLE outbox (
    epoch BLOB NOT NULL,
    seq INTEGER NOT NULL,
    event_hash BLOB NOT NULL UNIQUE REFERENCES events (event_hash),
    appeal BLOB,
    kind INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    state INTEGER NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    awaited BLOB,
    queued_at_ms INTEGER NOT NULL,
    sent_at_ms INTEGER,
    stored_at_ms INTEGER,
    registered_at_ms INTEGER,
    sealed_at_ms INTEGER,
    leaf INTEGER,
    feed_epoch INTEGER,
    feed_n INTEGER,
    PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (queued_at_ms, size_bytes) WHERE state < 3;
CREATE INDEX outbox_unsettled ON outbox (state) WHERE state IN (3, 4, 8, 9);
CREATE INDEX outbox_unsealed ON outbox (epoch, seq) WHERE sealed_at_ms IS NULL;
CREATE INDEX outbox_stored ON outbox (stored_at_ms);
CREATE INDEX outbox_quarantined ON outbox (appeal) WHERE state = 8;
CREATE INDEX outbox_waiting_appeals ON outbox (appeal) WHERE state < 3 AND appeal IS NOT NULL;

-- Feed rows as they came, so that they can be given back to a restored centre; events stand in `events`.
CREATE TABLE feed_rows (
    feed INTEGER NOT NULL,
    server_epoch INTEGER NOT NULL,
    n INTEGER NOT NULL,
    count INTEGER NOT NULL DEFAULT 1,
    kind INTEGER NOT NULL,
    raw BLOB,
    event_hash BLOB,
    is_understood INTEGER NOT NULL DEFAULT 1,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (feed, server_epoch, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_rows_of_event ON feed_rows (event_hash) WHERE event_hash IS NOT NULL;
CREATE INDEX feed_rows_not_understood ON feed_rows (feed, n) WHERE is_understood = 0;
CREATE INDEX feed_rows_of_roles ON feed_rows (server_epoch, n) WHERE kind = 8;

CREATE TABLE cursors (
    feed INTEGER PRIMARY KEY,
    server_epoch INTEGER NOT NULL,
    n INTEGER NOT NULL
) STRICT;

CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    is_consistent INTEGER NOT NULL DEFAULT 1,
    cosigned_at_ms INTEGER,
    UNIQUE (origin, size, root)
) STRICT;

-- When another site's cosignature of the public log was last seen here; its newest counts.
CREATE TABLE witnesses (
    number_code TEXT PRIMARY KEY,
    signed_at_ms INTEGER NOT NULL,
    origin TEXT NOT NULL,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE acknowledgements (
    id INTEGER PRIMARY KEY,
    epoch BLOB NOT NULL,
    server_epoch INTEGER NOT NULL,
    seq_from INTEGER NOT NULL,
    seq_to INTEGER NOT NULL,
    leaf_from INTEGER NOT NULL,
    raw BLOB NOT NULL,
    time_ms INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    proof BLOB,
    proof_size INTEGER,
    is_proved INTEGER NOT NULL DEFAULT 0,
    UNIQUE (epoch, server_epoch, seq_from, seq_to)
) STRICT;

-- Ciphertexts: those under 64 kB in `sealed`, larger ones as files beside the store.
CREATE TABLE blobs (
    blob_id BLOB PRIMARY KEY CHECK (length(blob_id) = 32),
    size_bytes INTEGER NOT NULL,
    sealed BLOB,
    is_here INTEGER NOT NULL DEFAULT 1,
    is_own INTEGER NOT NULL DEFAULT 1,
    kept_at_ms INTEGER NOT NULL,
    sent_bytes INTEGER NOT NULL DEFAULT 0,
    received_bytes INTEGER NOT NULL DEFAULT 0,
    acknowledgement BLOB,
    acknowledged_at_ms INTEGER,
    is_lost INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX blobs_to_send ON blobs (size_bytes) WHERE is_own = 1 AND acknowledged_at_ms IS NULL;
CREATE INDEX blobs_to_fetch ON blobs (size_bytes) WHERE is_here = 0;

-- Files that events name.
CREATE TABLE attachments (
    event_hash BLOB NOT NULL,
    place INTEGER NOT NULL,
    appeal BLOB NOT NULL,
    blob_id BLOB NOT NULL,
    blob_key BLOB,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (event_hash, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_of_appeal ON attachments (appeal);
CREATE INDEX attachments_of_blob ON attachments (blob_id);

-- Papers of meetings that are fetched and kept: which bytes they are.
CREATE TABLE papers (
    paper BLOB PRIMARY KEY CHECK (length(paper) = 16),
    meeting BLOB NOT NULL,
    blob_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX papers_of_meeting ON papers (meeting);
CREATE INDEX papers_of_blob ON papers (blob_id);

CREATE TABLE drafts (
    draft_id BLOB PRIMARY KEY CHECK (length(draft_id) = 16),
    person BLOB,
    surname TEXT NOT NULL,
    given_name TEXT NOT NULL,
    patronymic TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    saved_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE draft_files (
    draft_id BLOB NOT NULL REFERENCES drafts (draft_id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    blob_id BLOB NOT NULL REFERENCES blobs (blob_id),
    blob_key BLOB NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (draft_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_files_of_blob ON draft_files (blob_id);

-- What is typed in a dialog about a request and not sent yet, by the kind of the event it would become.
CREATE TABLE act_drafts (
    appeal BLOB NOT NULL,
    kind INTEGER NOT NULL,
    person BLOB,
    content TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    PRIMARY KEY (appeal, kind)
) STRICT, WITHOUT ROWID;

-- A projection of the events of each request; rebuilt from them at any time and compared.
CREATE TABLE appeals (
    id INTEGER PRIMARY KEY,
    appeal BLOB NOT NULL UNIQUE,
    number TEXT NOT NULL,
    counter INTEGER NOT NULL,
    registered_at_ms INTEGER NOT NULL,
    registered_on TEXT NOT NULL,
    clerk BLOB,
    is_own INTEGER NOT NULL,
    surname TEXT NOT NULL,
    given_name TEXT NOT NULL,
    patronymic TEXT NOT NULL,
    pin TEXT NOT NULL,
    is_collective INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    addressee_code TEXT NOT NULL,
    addressee_site TEXT NOT NULL,
    categories TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    body_code TEXT NOT NULL,
    due_on TEXT,
    due_provisional INTEGER NOT NULL,
    is_extended INTEGER NOT NULL,
    answered_at_ms INTEGER,
    is_told INTEGER NOT NULL,
    has_doubt INTEGER NOT NULL,
    is_erased INTEGER NOT NULL,
    is_withdrawn_from_here INTEGER NOT NULL DEFAULT 0,
    newest_epoch BLOB,
    newest_seq INTEGER,
    name_key TEXT NOT NULL,
    matter_key TEXT NOT NULL
) STRICT;
CREATE INDEX appeals_by_time ON appeals (registered_at_ms DESC, id DESC);
CREATE INDEX appeals_by_number ON appeals (number);
CREATE INDEX appeals_by_counter ON appeals (counter);
CREATE INDEX appeals_by_pin ON appeals (pin) WHERE pin != '';
CREATE INDEX appeals_by_name ON appeals (name_key);
CREATE INDEX appeals_by_matter ON appeals (matter_key);
CREATE INDEX appeals_open_by_due ON appeals (due_on)
    WHERE due_on IS NOT NULL AND state IN ('registered', 'with_body', 'returned_to_office');
CREATE INDEX appeals_to_tell ON appeals (answered_at_ms) WHERE answered_at_ms IS NOT NULL AND is_told = 0;
CREATE INDEX appeals_elsewhere ON appeals (id) WHERE is_withdrawn_from_here = 1;
CREATE INDEX appeals_in_doubt ON appeals (id) WHERE has_doubt = 1;
CREATE INDEX appeals_returned ON appeals (id) WHERE state = 'returned_to_office';
CREATE INDEX appeals_by_newest ON appeals (newest_epoch, newest_seq);

-- Every telephone of a request, its digits from the last to the first: a short number ends a whole one.
CREATE TABLE phones (
    backwards TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (backwards, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX phones_of_request ON phones (id);

-- Folded words; they stand in for nothing and are dropped and made again with the projection.
CREATE VIRTUAL TABLE search_words USING fts5 (
    names, number, subject, text,
    content = '', contentless_delete = 1, detail = none,
    prefix = '1 2 3', tokenize = "unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE search_parts USING fts5 (
    names, number, subject,
    content = '', contentless_delete = 1, tokenize = "trigram case_sensitive 1"
);

-- Everything the centre vouches for: keys (1), workplaces (2), revocations (3); roots are in `workplace.json`.
CREATE TABLE directory (
    kind INTEGER NOT NULL,
    raw BLOB NOT NULL,
    key_id BLOB,
    epoch BLOB,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, raw)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    person BLOB PRIMARY KEY,
    surname TEXT NOT NULL,
    given_name TEXT NOT NULL,
    patronymic TEXT NOT NULL
, asked_in INTEGER NOT NULL DEFAULT 0, asked_at INTEGER NOT NULL DEFAULT 0) STRICT;

-- Newer reference tables and decreed days, laid over the shipped ones.
CREATE TABLE reference_texts (
    name TEXT PRIMARY KEY,
    text TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE calendar_days (
    day TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    reason_ky TEXT NOT NULL,
    reason_ru TEXT NOT NULL,
    reason_en TEXT NOT NULL
) STRICT;

-- What the centre answered to whom and when: the last server time heard stands in the newest row.
CREATE TABLE server_times (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    time_ms INTEGER NOT NULL,
    heard_wall_ms INTEGER NOT NULL,
    heard_monotonic_ms INTEGER NOT NULL,
    boot BLOB NOT NULL
) STRICT;

-- Calls to the centre, for the week of Delivery.
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    code TEXT NOT NULL,
    events INTEGER NOT NULL DEFAULT 0,
    bytes_up INTEGER NOT NULL DEFAULT 0,
    bytes_down INTEGER NOT NULL DEFAULT 0,
    took_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX contacts_by_time ON contacts (at_ms);

-- What Delivery tells of the centre's words: acknowledgements, answers, the log, new reference data.
CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    appeal BLOB,
    params TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX notices_by_time ON notices (at_ms);

-- Where each meeting stands, by what the centre said of it; made again from its events. The plan is read from them.
CREATE TABLE meetings (
    meeting BLOB PRIMARY KEY CHECK (length(meeting) = 16),
    state TEXT NOT NULL,
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX meetings_by_end ON meetings (ends_at_ms);
CREATE TABLE meeting_events (
    event_hash BLOB PRIMARY KEY REFERENCES events (event_hash),
    meeting BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX events_of_meeting ON meeting_events (meeting);

-- How this office voted last in each vote; a secret choice is taken out when the count comes.
CREATE TABLE ballots (
    vote BLOB PRIMARY KEY CHECK (length(vote) = 16),
    choice INTEGER,
    event_hash BLOB NOT NULL,
    cast_at_ms INTEGER NOT NULL,
    is_here INTEGER NOT NULL CHECK (is_here IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Conversations about requests that are set, for whoever asks which are near; made again from their events.
CREATE TABLE receptions (
    appeal BLOB PRIMARY KEY CHECK (length(appeal) = 32),
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receptions_by_end ON receptions (ends_at_ms);
