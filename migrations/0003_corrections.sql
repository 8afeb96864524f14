-- Corrections and recalls: publications that follow another one, and change or take back what it sent.

alter table publications drop constraint publications_kind_check;
alter table publications add constraint publications_kind_check
    check (kind in ('digest', 'broadcast', 'correction', 'recall'));
-- The digest or broadcast that a correction or recall follows. All that follow one are its chain; what a reader's
-- messages are now stands in the reader's latest delivery of the chain.
alter table publications add column corrects bigint references publications;
alter table publications add constraint publications_corrects_check
    check ((kind in ('correction', 'recall')) = (corrects is not null));

create index publications_chain on publications (corrects) where corrects is not null;

-- The revision that readers have or are getting; null: it never went out. Behind `revision`, a correction is due.
alter table reports add column shown_revision integer;
update reports r set shown_revision = revision where exists (select from publications p where p.report = r.id);

create index reports_to_correct on reports (feed) where revision > shown_revision;

-- Set when the report was recalled, until its file changes: nobody is shown it.
alter table reports add column withheld boolean not null default false;

-- A rendition of a correction or recall tells what becomes of the messages that a reader has: `messages` holds the
-- steps, `shown` what the reader then has in all (null: just `messages`).
alter table renditions add column shown jsonb;
-- Which revision of the report it shows, where a publication has several: readers it had not reached yet get the new one.
alter table renditions add column revision integer not null default 1;
-- The rendition that the reader has had, and whether the whole of it.
alter table renditions add column base bigint;
alter table renditions add column whole boolean not null default true;
alter table renditions drop constraint renditions_publication_platform_layout_language_key;
alter table renditions add constraint renditions_key
    unique nulls not distinct (publication, platform, layout, language, revision, base, whole);

comment on column deliveries.message_ids is
    'The platform''s ids of the messages before it, and in a correction those of all that the reader has; '''' where a message is uncertain, ''-'' where it was deleted.';
comment on column deliveries.failed_as is
    'The class of a failure: gone, suspended, refused, exhausted; recalled where a recall came before the first message.';

-- Deliveries of a correction that wait until the one before it has ended: the worker looks for them, and they are few.
create index deliveries_waiting on deliveries (publication) where state = 'pending' and due_at = 'infinity';

-- A recall that waits for its admin's word, like a broadcast.
alter table confirmations add column recalls bigint references publications;
