-- What became of the word clouds that were wanted: one row each, so that /stats can tell an operator how often a report
-- goes out without one, and whether the font lacks letters.
create table clouds (
    id            bigint generated always as identity primary key,
    report        bigint not null references reports on delete cascade,
    at            timestamptz not null,
    -- late: not drawn within its two seconds; wordless: the report has too few words.
    outcome       text not null check (outcome in ('drawn', 'late', 'failed', 'wordless')),
    -- Words that were left out because no font has one of their characters.
    without_glyph integer not null default 0
);

create index clouds_by_time on clouds (at);
