-- What an operator can do while a publication runs, and what the worker does when a platform refuses its content.

-- How much plainer than rendered the next message goes, after refusals: 0 is as rendered. What a step leaves out is the
-- platform's dialect's to say.
alter table deliveries add column step smallint not null default 0;

-- The messages that are sent again by hand, the next one first; null where a delivery is on its ordinary way.
alter table deliveries add column redo smallint[];

-- Since when an operator has the bot silent. Nobody sends or resumes by itself.
alter table bots add column paused_at timestamptz;

-- Cancelled publications are looked after too, until their last delivery has ended.
drop index publications_running;
create index publications_unfinished on publications (id) where finished_at is null;
