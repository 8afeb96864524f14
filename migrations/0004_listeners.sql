-- Which process listens with each bot. Telegram answers 409 to a second poll, and Discord tells every session the same,
-- so processes take turns: whoever has the turn renews it every two seconds, and another takes it once it is over by
-- this database's clock.
create table listeners (
    bot     integer primary key references bots,
    -- Counts the turns. Renewing and ending one name its number, so that a process that was frozen cannot touch the next
    -- one's turn.
    turn    bigint not null default 1,
    -- Whose it is, for the operator.
    process text not null,
    ends_at timestamptz not null
);
