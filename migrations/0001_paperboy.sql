-- Paperboy's tables, in the order in which a report meets them. ARCHITECTURE.md has the words.

-- A feed: a series of reports, declared by a file in schedules/. Rows are made from those files at start and
-- stay when the file goes, since reports and subscriptions hang on them.
create table feeds (
    id       integer generated always as identity primary key,
    name     text not null unique,
    -- What readers see, by language code: {"zh": "推特 AI 日报", "en": "Twitter AI daily"}.
    titles   jsonb not null,
    -- The IANA zone that the feed's days are counted in.
    zone     text not null,
    -- Whether a schedule file declares it now: only such a feed can be subscribed.
    declared boolean not null default true
);

-- A picture, kept once however many reports show it.
create table pictures (
    sha256 text primary key,
    format text not null check (format in ('jpg', 'png', 'gif', 'webp')),
    width  integer not null,
    height integer not null,
    bytes  bytea not null
);

-- A report as it was last read. The text is kept, not the tree: parsing is quick, and a better parser helps old days too.
create table reports (
    id        bigint generated always as identity primary key,
    feed      integer not null references feeds,
    from_day  date not null,
    to_day    date not null check (to_day >= from_day),
    title     text not null,
    -- The file's name, for messages to the operator.
    file_name text not null,
    -- The whole file, front matter included.
    text      text not null,
    -- SHA-256 of the file and its picture: what "changed" means.
    hash      text not null,
    picture   text references pictures,
    -- The chief words of a word cloud that we drew, for those who do not see it; null where the picture is the report's own.
    picture_words text,
    -- Counts the changes, from 1.
    revision  integer not null default 1,
    read_at   timestamptz not null,
    unique (feed, from_day, to_day)
);

create index reports_by_day on reports (feed, to_day desc);

-- A file that could not be read, so that the operator hears of it once per change and not at every look.
create table rejections (
    path   text primary key,
    hash   text not null,
    reason text not null,
    at     timestamptz not null
);

-- One instant of a schedule. Whoever inserts the row runs the job; everybody else stays out.
create table firings (
    schedule    text not null,
    fires_at    timestamptz not null,
    claimed_by  uuid not null,
    claimed_at  timestamptz not null,
    finished_at timestamptz,
    outcome     text,
    primary key (schedule, fires_at)
);

-- One of our accounts on one platform, with the pace that all processes share (GCRA: `tat` is the theoretical
-- arrival time of the next message, `emission` the time one message takes, `burst` how far `tat` may run ahead).
create table bots (
    id           integer generated always as identity primary key,
    platform     text not null,
    account      text not null,
    tat          timestamptz not null default '-infinity',
    emission     interval not null,
    burst        interval not null,
    -- After a bot-wide 429 or a refused token nobody sends before this instant.
    frozen_until timestamptz not null default '-infinity',
    -- Set when the platform refused the bot itself, not for a 429; the next start of the program tries again.
    frozen_why   text,
    unique (platform, account)
);

-- A picture that a platform keeps for one of our bots (Telegram's file_id).
create table uploads (
    bot     integer not null references bots,
    picture text not null references pictures on delete cascade,
    file    text not null,
    primary key (bot, picture)
);

-- A chat that receives. It belongs to the bot that it started.
create table subscribers (
    id          bigint generated always as identity primary key,
    bot         integer not null references bots,
    chat        text not null,
    kind        text not null check (kind in ('private', 'group', 'channel')),
    language    text not null,
    layout      text not null default 'full',
    -- When this chat wants its digests, in its own IANA zone; null: as soon as they are out, in the feed's zone.
    deliver_at  time,
    zone        text,
    started_at  timestamptz not null,
    -- Set when the chat can receive no more (blocked, kicked, deleted); cleared by the next /start.
    ended_at    timestamptz,
    end_reason  text,
    -- When the chat may receive its next message (one a second; groups 18 a minute).
    quiet_until timestamptz not null default '-infinity',
    -- The publication whose messages are under way here: no other's may come between, as long as that one runs.
    busy_with   bigint,
    unique (bot, chat)
-- Every message touches `quiet_until` twice; the free space keeps those updates within their page.
) with (fillfactor = 80);

-- Which chat receives which feed. The row goes when the reader says /stop; it stays when the chat merely ends.
create table subscriptions (
    feed       integer not null references feeds,
    subscriber bigint not null references subscribers on delete cascade,
    started_at timestamptz not null,
    primary key (feed, subscriber)
);

create index subscriptions_of on subscriptions (subscriber);

-- One thing sent to many. `key` makes publishing repeatable: the same digest or broadcast has the same key.
create table publications (
    id               bigint generated always as identity primary key,
    key              text not null unique,
    kind             text not null check (kind in ('digest', 'broadcast')),
    feed             integer references feeds,
    report           bigint references reports,
    title            text not null,
    state            text not null default 'running'
                     check (state in ('running', 'paused', 'cancelled', 'quarantined', 'done')),
    -- Why it is paused or quarantined.
    state_why        text,
    -- The partition its deliveries live in; never changes.
    published_on     date not null,
    published_at     timestamptz not null,
    -- How many deliveries were planned: counted in the fan-out, before the first send.
    audience         bigint not null default 0,
    -- Chats whose platform refused a message of it as malformed.
    refusals         integer not null default 0,
    finished_at      timestamptz,
    -- What became of it, in deliveries; counted when it finished, since the outbox forgets.
    delivered        bigint,
    failed           bigint,
    cancelled        bigint,
    uncertain        bigint,
    -- The message that shows the admin how a broadcast goes, and what it shows now.
    progress_bot     integer references bots,
    progress_chat    text,
    progress_message text,
    progress_shown   text,
    check ((kind = 'digest') = (report is not null))
);

create index publications_running on publications (id) where state in ('running', 'paused', 'quarantined');

-- A publication's messages for one platform, layout and language: rendered once, sent as they stand.
create table renditions (
    id          bigint generated always as identity primary key,
    publication bigint not null references publications on delete cascade,
    platform    text not null,
    layout      text not null,
    language    text not null,
    messages    jsonb not null,
    unique (publication, platform, layout, language)
);

create type delivery_state as enum ('pending', 'sending', 'done', 'failed', 'cancelled');

-- The outbox: one row per publication and subscriber. Partitioned by month, since dropping a month is instant and
-- deleting a million rows is not. No foreign keys: they double the time of the fan-out.
create table deliveries (
    publication    bigint not null,
    subscriber     bigint not null,
    rendition      bigint not null,
    due_at         timestamptz not null,
    -- The publication's; decides the partition.
    published_on   date not null,
    bot            integer not null,
    state          delivery_state not null default 'pending',
    -- The next message of the rendition to send, from 0.
    next_message   smallint not null default 0,
    -- Tries of the next message that failed.
    attempts       smallint not null default 0,
    -- The platform's ids of the messages before it; '' where a message is uncertain.
    message_ids    text[] not null default '{}',
    -- Messages that may not have arrived (their id is ''), or that may have arrived twice (sent again by policy).
    uncertain      smallint[] not null default '{}',
    -- Since when it is unknown whether the next message arrived, while it is tried again with the same key.
    in_doubt_since timestamptz,
    -- Who sends it now, and since when: together they are the claim that every mark checks.
    worker         text,
    claimed_at     timestamptz,
    last_error     text,
    -- The class of a failure: gone, suspended, refused, exhausted.
    failed_as      text,
    finished_at    timestamptz,
    primary key (published_on, publication, subscriber)
) partition by range (published_on);

-- What waits, per publication and bot, in order: the claim walks this. Deliveries that have begun come first, so that
-- a reader's second message does not wait for a million first ones.
create index deliveries_due on deliveries (publication, bot, (next_message = 0), due_at) where state = 'pending';

-- What is on its way: the reconciler walks this, and it is always short.
create index deliveries_held on deliveries (claimed_at) where state = 'sending';

-- Makes sure that the month of `day` has its partition. Safe to call at any time, by any number of processes.
create function ensure_deliveries_partition(day date) returns void language plpgsql as $$
declare
    first date := date_trunc('month', day);
    name text := 'deliveries_' || to_char(first, 'YYYYMM');
begin
    if to_regclass(name) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('ensure_deliveries_partition'));
    execute format(
        'create table if not exists %I partition of deliveries for values from (%L) to (%L)
         with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
               autovacuum_vacuum_cost_delay = 0)',
        name, first, first + interval '1 month');
end $$;

-- Tells the planner, in every connection, that the month of `day` has grown: a plan made while it was empty would read
-- all of it.
create function analyze_deliveries_partition(day date) returns void language plpgsql as $$
begin
    execute format('analyze %I', 'deliveries_' || to_char(day, 'YYYYMM'));
end $$;

-- A broadcast that waits for its admin's word. Each can be confirmed once.
create table confirmations (
    token       text primary key,
    bot         integer not null references bots,
    chat        text not null,
    -- The admin; nobody else may press the button.
    person      text not null,
    -- What the admin is spoken to in.
    language    text not null,
    text        text not null,
    audience    bigint not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    -- Set by the first press, whichever button it was.
    decided_at  timestamptz,
    -- Whether it was the one that sends. Such a row without a publication was cut short by a crash, and is published late.
    confirmed   boolean not null default false,
    -- The preview's message, which then shows how the broadcast goes.
    message     text,
    publication bigint references publications
);
