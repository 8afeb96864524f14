//! What became of a claimed message. A mark counts only while its claim holds: a worker that was paused or given up for
//! dead changes nothing.

use std::time::Duration;

use sqlx::PgPool;

use super::Claim;

/// A message that is over and done with, so that the delivery goes on to its next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The claim under which it was sent.
    pub claim: Claim,
    /// Its place among the reader's messages, from 0.
    pub place: i32,
    /// The platform's id of it; `None` when it may or may not have arrived.
    pub id: Option<String>,
    /// Why it may not have arrived, for the operator.
    pub why: Option<String>,
    /// Whether it was the rendition's last.
    pub last: bool,
    /// How long the chat must be left alone now.
    pub interval: Duration,
}

/// Marks messages as passed, all in one statement, and gives the number of marks that counted.
///
/// # Errors
/// The database's.
pub async fn passed(db: &PgPool, worker: &str, batch: &[Passed]) -> sqlx::Result<u64> {
    let days: Vec<_> = batch.iter().map(|one| one.claim.published_on).collect();
    let publications: Vec<_> = batch.iter().map(|one| one.claim.publication).collect();
    let subscribers: Vec<_> = batch.iter().map(|one| one.claim.subscriber).collect();
    let claimed: Vec<_> = batch.iter().map(|one| one.claim.claimed_at).collect();
    let messages: Vec<_> = batch.iter().map(|one| one.claim.message).collect();
    let ids: Vec<_> = batch.iter().map(|one| one.id.clone()).collect();
    let lasts: Vec<_> = batch.iter().map(|one| one.last).collect();
    let intervals: Vec<_> = batch.iter().map(|one| one.interval.as_secs_f64()).collect();
    let whys: Vec<_> = batch.iter().map(|one| one.why.clone()).collect();
    let places: Vec<_> = batch.iter().map(|one| one.place).collect();
    let marked = sqlx::query_scalar!(
        r#"with passed as (
               select * from unnest($2::date[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::smallint[],
                                    $7::text[], $8::boolean[], $9::float8[], $10::text[], $11::integer[])
                   as t (published_on, publication, subscriber, claimed_at, message, id, last, pause, why, place)),
           marked as (
               update deliveries d set
                   state = case when t.last then 'done' else 'pending' end::delivery_state,
                   next_message = case when d.redo is null then d.next_message + 1
                                       else coalesce(d.redo[2], cardinality(d.message_ids)) end,
                   redo = case when cardinality(d.redo) > 1 then d.redo[2:] end,
                   message_ids = d.message_ids[:t.place] || coalesce(t.id, '') || d.message_ids[t.place + 2:],
                   uncertain = case when t.id is null and t.message <> all (d.uncertain)
                                    then d.uncertain || t.message else d.uncertain end,
                   due_at = case when t.last then d.due_at else now() + make_interval(secs => t.pause) end,
                   finished_at = case when t.last then now() end,
                   attempts = 0, step = 0, in_doubt_since = null, worker = null, claimed_at = null, last_error = t.why
               from passed t
               where d.published_on = t.published_on and d.publication = t.publication
                 and d.subscriber = t.subscriber and d.state = 'sending' and d.worker = $1
                 and d.claimed_at = t.claimed_at and d.next_message = t.message
               returning d.publication, d.subscriber, t.last, t.pause),
           rested as (
               update subscribers s set
                   quiet_until = greatest(s.quiet_until, now() + make_interval(secs => m.pause)),
                   busy_with = case when m.last and s.busy_with = m.publication then null else s.busy_with end
               from marked m where s.id = m.subscriber)
           select count(*) as "count!" from marked"#,
        worker,
        &days,
        &publications,
        &subscribers,
        &claimed,
        &messages,
        &ids as &[Option<String>],
        &lasts,
        &intervals,
        &whys as &[Option<String>],
        &places
    )
    .fetch_one(db)
    .await?;
    Ok(marked.unsigned_abs())
}

/// A message that is to be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// When, from now.
    pub after: Duration,
    /// Whether the try counts as a failed one.
    pub counted: bool,
    /// Whether the message may have arrived all the same.
    pub doubt: Doubt,
    /// Whether the chat must be left alone until then, by every publication.
    pub quiet: bool,
    /// Why, for the operator.
    pub why: String,
}

/// Whether a message that is tried again may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// This try gives no reason to think so; an earlier one may have.
    None,
    /// It may have; the platform drops a second copy.
    SameKey,
    /// It may have, and may so arrive twice: it counts as uncertain.
    MayDouble,
}

/// Puts a message back to be tried again; whether the mark counted.
///
/// # Errors
/// The database's.
pub async fn again(db: &PgPool, worker: &str, claim: &Claim, again: &Again) -> sqlx::Result<bool> {
    let marked = sqlx::query_scalar!(
        r#"with marked as (
               update deliveries d set
                   state = 'pending', due_at = now() + make_interval(secs => $7), attempts = attempts + $8::integer,
                   in_doubt_since = case when $9 or $10 then coalesce(in_doubt_since, claimed_at) else in_doubt_since end,
                   uncertain = case when $10 and next_message <> all (uncertain)
                                    then uncertain || next_message else uncertain end,
                   worker = null, claimed_at = null, last_error = $12
               where published_on = $2 and publication = $3 and subscriber = $4 and state = 'sending'
                 and worker = $1 and claimed_at = $5 and next_message = $6
               returning d.subscriber, d.due_at),
           rested as (
               update subscribers s set quiet_until = greatest(s.quiet_until, m.due_at)
               from marked m where s.id = m.subscriber and $11)
           select count(*) as "count!" from marked"#,
        worker,
        claim.published_on,
        claim.publication,
        claim.subscriber,
        claim.claimed_at,
        claim.message,
        again.after.as_secs_f64(),
        i32::from(again.counted),
        again.doubt == Doubt::SameKey,
        again.doubt == Doubt::MayDouble,
        again.quiet,
        again.why
    )
    .fetch_one(db)
    .await?;
    Ok(marked == 1)
}

/// What a message that a platform refuses is tried as next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepDown {
    /// Plainer by so many steps than rendered.
    Plainer(i16),
    /// The rendition in the full layout, from its first message.
    Full(i64),
}

/// Puts a refused message back, to go at once in a plainer shape; whether the mark counted.
///
/// # Errors
/// The database's.
pub async fn stepped_down(db: &PgPool, worker: &str, claim: &Claim, to: StepDown, why: &str) -> sqlx::Result<bool> {
    let (step, rendition) = match to {
        StepDown::Plainer(step) => (step, None),
        StepDown::Full(rendition) => (0, Some(rendition)),
    };
    let marked = sqlx::query!(
        "update deliveries set
             state = 'pending', due_at = now(), step = $7, rendition = coalesce($8, rendition), attempts = 0,
             in_doubt_since = null, worker = null, claimed_at = null, last_error = $9
         where published_on = $2 and publication = $3 and subscriber = $4 and state = 'sending'
           and worker = $1 and claimed_at = $5 and next_message = $6",
        worker,
        claim.published_on,
        claim.publication,
        claim.subscriber,
        claim.claimed_at,
        claim.message,
        step,
        rendition,
        why
    )
    .execute(db)
    .await?;
    Ok(marked.rows_affected() == 1)
}

/// How a delivery ends before its last message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The chat is gone.
    Gone,
    /// The bot may not post there.
    Suspended,
    /// The platform does not take the message.
    Refused,
    /// Tried too often.
    Exhausted,
    /// Nobody waits for it any more.
    Cancelled,
}

impl Ending {
    /// The word that is stored; a cancelled delivery has not failed.
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Gone => Some("gone"),
            Self::Suspended => Some("suspended"),
            Self::Refused => Some("refused"),
            Self::Exhausted => Some("exhausted"),
            Self::Cancelled => None,
        }
    }
}

/// Ends a delivery; whether the mark counted.
///
/// # Errors
/// The database's.
pub async fn ended(db: &PgPool, worker: &str, claim: &Claim, ending: Ending, why: &str) -> sqlx::Result<bool> {
    let marked = sqlx::query_scalar!(
        r#"with marked as (
               update deliveries d set
                   state = case when $7::text is null then 'cancelled' else 'failed' end::delivery_state,
                   failed_as = $7, last_error = $8, finished_at = now(), redo = null,
                   in_doubt_since = null, worker = null, claimed_at = null
               where published_on = $2 and publication = $3 and subscriber = $4 and state = 'sending'
                 and worker = $1 and claimed_at = $5 and next_message = $6
               returning d.subscriber, d.publication),
           freed as (
               update subscribers s set busy_with = null
               from marked m where s.id = m.subscriber and s.busy_with = m.publication)
           select count(*) as "count!" from marked"#,
        worker,
        claim.published_on,
        claim.publication,
        claim.subscriber,
        claim.claimed_at,
        claim.message,
        ending.class(),
        why
    )
    .fetch_one(db)
    .await?;
    Ok(marked == 1)
}
