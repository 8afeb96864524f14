//! What an operator, or the worker itself, does with a publication that is under way. Every process heeds it with its
//! next claim, so within a second; what is on its way by then is finished and recorded.

use sqlx::PgPool;

/// What became of a wish; in both cases with the publication's title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is as it was wished.
    Yes(String),
    /// Its state, as stored, does not allow it or is so already.
    No(String, String),
}

/// Holds a running publication back.
///
/// # Errors
/// The database's.
pub async fn pause(db: &PgPool, id: i64, why: &str) -> sqlx::Result<Option<Changed>> {
    let changed = sqlx::query!(
        r#"with p as (select id, title, state from publications where id = $1 for update),
                changed as (update publications q set state = 'paused', state_why = $2
                            from p where q.id = p.id and p.state = 'running' returning q.id)
           select p.title, p.state, exists (select from changed) as "changed!" from p"#,
        id,
        why
    )
    .fetch_optional(db)
    .await?;
    Ok(changed.map(|row| told(row.changed, row.title, row.state)))
}

/// Lets a paused or quarantined publication go on, its refusals forgiven, and wakes every worker.
///
/// # Errors
/// The database's.
pub async fn resume(db: &PgPool, id: i64) -> sqlx::Result<Option<Changed>> {
    let changed = sqlx::query!(
        r#"with woken as (select pg_notify('deliveries', '')),
                p as (select id, title, state from publications, woken where id = $1 for update of publications),
                changed as (update publications q set state = 'running', state_why = null, refusals = 0
                            from p where q.id = p.id and p.state in ('paused', 'quarantined') returning q.id)
           select p.title, p.state, exists (select from changed) as "changed!" from p"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(changed.map(|row| told(row.changed, row.title, row.state)))
}

/// Ends a publication that is under way. What waits is cancelled afterwards, by [`cancel_some`].
///
/// # Errors
/// The database's.
pub async fn cancel(db: &PgPool, id: i64) -> sqlx::Result<Option<Changed>> {
    let changed = sqlx::query!(
        r#"with p as (select id, title, state from publications where id = $1 for update),
                changed as (update publications q set state = 'cancelled', state_why = null
                            from p where q.id = p.id and p.state in ('running', 'paused', 'quarantined')
                            returning q.id)
           select p.title, p.state, exists (select from changed) as "changed!" from p"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(changed.map(|row| told(row.changed, row.title, row.state)))
}

/// Cancels up to ten thousand deliveries that wait for a cancelled publication, and gives their number: a million in one
/// statement would hold up whoever else writes.
///
/// # Errors
/// The database's.
pub async fn cancel_some(db: &PgPool) -> sqlx::Result<u64> {
    let cancelled = sqlx::query!(
        "with chosen as materialized (
             select d.published_on, d.publication, d.subscriber
             from publications p
             join deliveries d on d.published_on = p.published_on and d.publication = p.id and d.state = 'pending'
             where p.state = 'cancelled' and p.finished_at is null
             limit 10000
             for update of d skip locked)
         update deliveries d set state = 'cancelled', finished_at = now(), redo = null
         from chosen c
         where d.published_on = c.published_on and d.publication = c.publication and d.subscriber = c.subscriber"
    )
    .execute(db)
    .await?;
    Ok(cancelled.rows_affected())
}

/// A publication that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its row.
    pub id: i64,
    /// What it is called.
    pub title: String,
    /// As stored.
    pub state: String,
}

/// What is under way or held back, newest first, at most ten.
///
/// # Errors
/// The database's.
pub async fn open(db: &PgPool) -> sqlx::Result<Vec<Open>> {
    sqlx::query_as!(
        Open,
        "select id, title, state from publications
         where finished_at is null and state <> 'cancelled' order by id desc limit 10"
    )
    .fetch_all(db)
    .await
}

fn told(changed: bool, title: String, state: String) -> Changed {
    if changed { Changed::Yes(title) } else { Changed::No(title, state) }
}
