//! The rows of corrections and recalls: those that they cancel or change, and their own.
//!
//! A delivery has begun when a message of it has gone, or may have gone. What has not begun never needs to be
//! corrected: it gets the new text, or nothing. What has begun finishes first, and the correction's row waits for it
//! (`due_at` is infinity) until [`release`] finds it ended.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgPool, postgres::PgConnection};

/// Gives every delivery of the publication that has not begun the rendition `new[n]` in the place of `old[n]`, also those
/// that were given up: they may be sent again by hand.
///
/// # Errors
/// The database's.
pub async fn switch(db: &mut PgConnection, publication: i64, old: &[i64], new: &[i64]) -> sqlx::Result<u64> {
    let switched = sqlx::query!(
        "update deliveries d set rendition = t.new
         from publications p, unnest($2::bigint[], $3::bigint[]) as t (old, new)
         where p.id = $1 and d.published_on = p.published_on and d.publication = p.id and d.rendition = t.old
           and d.state in ('pending', 'failed')
           and d.next_message = 0 and d.in_doubt_since is null and d.uncertain = '{}'",
        publication,
        old,
        new
    )
    .execute(db)
    .await?;
    Ok(switched.rows_affected())
}

/// Cancels the deliveries of earlier corrections and recalls of `root` that have not begun: `this` takes their place.
///
/// # Errors
/// The database's.
pub async fn supersede(db: &mut PgConnection, root: i64, this: i64) -> sqlx::Result<u64> {
    let cancelled = sqlx::query!(
        "update deliveries d set state = 'cancelled', finished_at = now(), last_error = 'a later one took its place'
         from publications p
         where p.corrects = $1 and p.id <> $2 and d.published_on = p.published_on and d.publication = p.id
           and d.state = 'pending' and d.next_message = 0 and d.in_doubt_since is null and d.uncertain = '{}'",
        root,
        this
    )
    .execute(db)
    .await?;
    Ok(cancelled.rows_affected())
}

/// Cancels whatever waits of `root` and of all that followed it, but for `this`: it is recalled.
///
/// # Errors
/// The database's.
pub async fn cancel(db: &mut PgConnection, root: i64, this: i64) -> sqlx::Result<u64> {
    let cancelled = sqlx::query!(
        "update deliveries d set state = 'cancelled', finished_at = now(), last_error = 'recalled',
             failed_as = case when p.id = $1 and d.next_message = 0 and d.in_doubt_since is null and d.uncertain = '{}'
                              then 'recalled' end,
             uncertain = case when d.in_doubt_since is not null and d.next_message <> all (d.uncertain)
                              then d.uncertain || d.next_message else d.uncertain end
         from publications p
         where (p.id = $1 or p.corrects = $1) and p.id <> $2
           and d.published_on = p.published_on and d.publication = p.id and d.state = 'pending'",
        root,
        this
    )
    .execute(db)
    .await?;
    Ok(cancelled.rows_affected())
}

/// Writes a row of `this` for everybody who has, or is getting, something of `root` that has a rendition here, and gives
/// their number. With a `feed`, only for those who still receive it, and for those too whom a recall kept from having it.
///
/// # Errors
/// The database's.
pub async fn fan_out(
    db: &mut PgConnection,
    this: i64,
    root: i64,
    published_on: NaiveDate,
    feed: Option<i32>,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let written = sqlx::query!(
        "with last as materialized (
             select distinct on (d.subscriber) d.subscriber, d.bot, d.rendition, d.state, d.message_ids, d.failed_as,
                    d.state in ('pending', 'sending') as open
             from publications c
             join deliveries d on d.published_on = c.published_on and d.publication = c.id
             where (c.id = $2 or c.corrects = $2) and c.id <> $1
               and (d.state <> 'cancelled' or d.next_message > 0 or d.failed_as = 'recalled')
             order by d.subscriber, d.publication desc)
         insert into deliveries (published_on, publication, subscriber, bot, rendition, due_at, message_ids)
         select $3, $1, l.subscriber, l.bot, r.id, case when l.open then 'infinity'::timestamptz else $5 end,
                case when l.open then '{}'::text[] else l.message_ids end
         from last l
         join subscribers s on s.id = l.subscriber
         join renditions r on r.publication = $1 and r.base = l.rendition and r.whole = (l.open or l.state = 'done')
         where s.ended_at is null
           and (l.open or ($4::integer is not null and l.failed_as = 'recalled')
                or exists (select from unnest(l.message_ids) id where id <> ''))
           and ($4::integer is null or exists (select from subscriptions u where u.subscriber = s.id and u.feed = $4))",
        this,
        root,
        published_on,
        feed,
        now
    )
    .execute(db)
    .await?;
    Ok(written.rows_affected())
}

/// How many chats have, or are getting, something of `root` or of what followed it: those that a recall concerns.
///
/// # Errors
/// The database's.
pub async fn count(db: &PgPool, root: i64) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(distinct d.subscriber) as "count!"
           from publications c
           join deliveries d on d.published_on = c.published_on and d.publication = c.id
           join subscribers s on s.id = d.subscriber
           where (c.id = $1 or c.corrects = $1) and s.ended_at is null
             and (d.state in ('pending', 'sending') or d.next_message > 0)"#,
        root
    )
    .fetch_one(db)
    .await
}

/// Lets rows go that waited for an earlier delivery which has ended since: they carry on with its messages. Where that one
/// left nothing with the reader, there is nothing to do. Cheap when nothing waits.
///
/// # Errors
/// The database's.
pub async fn release(db: &PgPool) -> sqlx::Result<u64> {
    let released = sqlx::query!(
        "with waiting as materialized (
             select d.published_on, d.publication, d.subscriber, p.corrects
             from publications p
             join deliveries d on d.published_on = p.published_on and d.publication = p.id
             where p.state = 'running' and p.corrects is not null and d.state = 'pending' and d.due_at = 'infinity'),
         over as materialized (
             select w.published_on, w.publication, w.subscriber, coalesce(l.message_ids, '{}') as message_ids, r.id as rendition,
                    exists (select from unnest(l.message_ids) id where id <> '') as has
             from waiting w
             left join lateral (
                 select d.state, d.rendition, d.message_ids
                 from publications c
                 join deliveries d on d.published_on = c.published_on and d.publication = c.id
                 where (c.id = w.corrects or c.corrects = w.corrects) and c.id < w.publication
                   and d.subscriber = w.subscriber and (d.state <> 'cancelled' or d.next_message > 0)
                 order by c.id desc limit 1) l on true
             left join renditions r on r.publication = w.publication and r.base = l.rendition
                                   and r.whole = (l.state = 'done')
             where l.state is null or l.state not in ('pending', 'sending'))
         update deliveries d set
             state = case when o.has and o.rendition is not null then 'pending' else 'cancelled' end::delivery_state,
             finished_at = case when o.has and o.rendition is not null then null else now() end,
             rendition = coalesce(o.rendition, d.rendition), message_ids = o.message_ids, due_at = now()
         from over o
         where d.published_on = o.published_on and d.publication = o.publication and d.subscriber = o.subscriber
           and d.state = 'pending' and d.due_at = 'infinity'"
    )
    .execute(db)
    .await?;
    Ok(released.rows_affected())
}

/// Ends what a running recall waits for as soon as nothing of it is on its way: no further message is sent.
///
/// # Errors
/// The database's.
pub async fn cut_short(db: &PgPool) -> sqlx::Result<u64> {
    let cancelled = sqlx::query!(
        "update deliveries d set state = 'cancelled', finished_at = now(), last_error = 'recalled',
             uncertain = case when d.in_doubt_since is not null and d.next_message <> all (d.uncertain)
                              then d.uncertain || d.next_message else d.uncertain end
         from publications p
         join deliveries w on w.published_on = p.published_on and w.publication = p.id
         join publications c on c.id = p.corrects or c.corrects = p.corrects
         where p.state = 'running' and p.kind = 'recall' and w.state = 'pending' and w.due_at = 'infinity'
           and c.id < p.id and d.published_on = c.published_on and d.publication = c.id
           and d.subscriber = w.subscriber and d.state = 'pending'"
    )
    .execute(db)
    .await?;
    Ok(cancelled.rows_affected())
}
