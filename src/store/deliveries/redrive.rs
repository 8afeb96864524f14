//! Sending again, by hand, what was given up or is uncertain.

use sqlx::PgPool;

/// Which deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Of this publication; without it, of every one that was not cancelled.
    pub publication: Option<i64>,
    /// Of this class of failure (`gone`, `suspended`, `refused`, `exhausted`); without it, of every one.
    pub class: Option<String>,
}

/// Deliveries that could be sent again, of one publication and one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The publication's row.
    pub publication: i64,
    /// What it is called.
    pub title: String,
    /// The class of failure, or `uncertain`.
    pub class: String,
    /// How many chats.
    pub chats: i64,
    /// What the platform, or the network, said to one of them.
    pub example: Option<String>,
}

/// What was given up and what is uncertain, newest publication first.
///
/// # Errors
/// The database's.
pub async fn standing(db: &PgPool, choice: &Choice) -> sqlx::Result<Vec<Standing>> {
    sqlx::query_as!(
        Standing,
        r#"select p.id as publication, p.title, k.class as "class!", count(*) as "chats!", max(d.last_error) as example
           from deliveries d
           join publications p on p.published_on = d.published_on and p.id = d.publication
           cross join lateral (
               select d.failed_as as class where d.state = 'failed'
               union all select 'uncertain' where d.state = 'done' and '' = any (d.message_ids)) k
           where d.state in ('failed', 'done') and ($1::bigint is null or p.id = $1)
             and ($2::text is null or k.class = $2)
           group by p.id, p.title, k.class order by p.id desc, k.class"#,
        choice.publication,
        choice.class
    )
    .fetch_all(db)
    .await
}

/// Puts deliveries that were given up back into the outbox, each from the message that it had come to; gives their
/// number. Chats that have ended are left alone: their owner's `/start` comes first. So are readers whom a correction or
/// recall has led on from there since.
///
/// # Errors
/// The database's.
pub async fn failed(db: &PgPool, choice: &Choice) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"with woken as (select pg_notify('deliveries', '')),
                chosen as materialized (
               select d.published_on, d.publication, d.subscriber
               from deliveries d
               join publications p on p.published_on = d.published_on and p.id = d.publication
               join subscribers s on s.id = d.subscriber
               cross join woken
               where d.state = 'failed' and s.ended_at is null and p.state <> 'cancelled'
                 and ($1::bigint is null or p.id = $1) and ($2::text is null or d.failed_as = $2)
                 and not exists (
                     select from publications f
                     join deliveries l on l.published_on = f.published_on and l.publication = f.id
                     where f.corrects = coalesce(p.corrects, p.id) and f.id > p.id
                       and l.subscriber = d.subscriber and l.state not in ('failed', 'cancelled'))
               for update of d),
           again as (
               update deliveries d set
                   state = 'pending', due_at = now(), attempts = 0, step = 0, failed_as = null, finished_at = null
               from chosen c
               where d.published_on = c.published_on and d.publication = c.publication and d.subscriber = c.subscriber
               returning d.publication),
           reopened as (
               update publications set
                   state = case state when 'done' then 'running' else state end, finished_at = null, refusals = 0,
                   delivered = null, failed = null, cancelled = null, uncertain = null
               where id in (select publication from again))
           select count(*) as "count!" from again"#,
        choice.publication,
        choice.class
    )
    .fetch_one(db)
    .await
}

/// Puts finished deliveries back into the outbox for those of their messages that may not have arrived, and for those
/// alone; gives the number of deliveries. A reader may see such a message twice: it stays counted as uncertain.
///
/// # Errors
/// The database's.
pub async fn uncertain(db: &PgPool, choice: &Choice) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"with woken as (select pg_notify('deliveries', '')),
                chosen as materialized (
               select d.published_on, d.publication, d.subscriber, m.redo
               from deliveries d
               join publications p on p.published_on = d.published_on and p.id = d.publication
               join subscribers s on s.id = d.subscriber
               cross join lateral (
                   select array_agg((u.place - 1)::smallint order by u.place) as redo
                   from unnest(d.message_ids) with ordinality u (id, place) where u.id = '') m
               cross join woken
               where d.state = 'done' and m.redo is not null and s.ended_at is null and p.state <> 'cancelled'
                 and ($1::bigint is null or p.id = $1)
               for update of d),
           again as (
               update deliveries d set
                   state = 'pending', due_at = now(), attempts = 0, step = 0, finished_at = null,
                   next_message = c.redo[1], redo = c.redo
               from chosen c
               where d.published_on = c.published_on and d.publication = c.publication and d.subscriber = c.subscriber
               returning d.publication),
           reopened as (
               update publications set
                   state = case state when 'done' then 'running' else state end, finished_at = null,
                   delivered = null, failed = null, cancelled = null, uncertain = null
               where id in (select publication from again))
           select count(*) as "count!" from again"#,
        choice.publication
    )
    .fetch_one(db)
    .await
}
