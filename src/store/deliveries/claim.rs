//! What a worker may send now: the rate limit and the write-ahead intent in one statement.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{ChatId, ChatKind};
use sqlx::PgPool;

use super::Claim;

/// The most that one claim takes. The statement below holds the same number as a constant: with a computed LIMIT the
/// planner expects a tenth of the table and reads all of it.
pub const MOST: i32 = 32;

/// Who claims, how much, and how it spaces a chat's messages.
#[derive(Clone, Debug)]
pub struct Claimant<'a> {
    /// The worker's name: another one in every process and at every start.
    pub worker: &'a str,
    /// Whose messages.
    pub bot: i32,
    /// How many it can send now, at most [`MOST`].
    pub room: i32,
    /// The least time between two messages in a private chat, a group and a channel.
    pub intervals: [Duration; 3],
    /// A number that differs from claim to claim: it decides which publication goes first when there is room for one.
    pub turn: i64,
}

/// What was claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// Each is to be sent now.
    pub claims: Vec<Claim>,
    /// When the bot may send its next message; `None` when nothing was claimed.
    pub next_turn: Option<Duration>,
    /// What the database's clock showed at the claim; nothing when nothing was claimed.
    pub clock: Duration,
}

/// Claims what is due and allowed now, at most one message per chat. Of several publications each gets its share; within
/// one, deliveries that have begun come first, then those that have been due longest. Exact for any number of processes:
///
/// - `waiting` looks for candidates without locking anything. A chat counts only when it may receive (`quiet_until`) and no
///   other running publication is in the midst of its messages there (`busy_with`; the OFFSET keeps the planner from
///   answering that question for every chat at once).
/// - `bot` locks the bot's row, so that one process claims at a time; whoever finds it locked claims nothing.
/// - `held` locks the rows and checks them again as they are now, since `waiting` may have seen what another process has
///   changed meanwhile.
/// - `paid` moves the bot's theoretical arrival time on by what was really claimed. Each message's turn (`wait`) is one
///   emission after the other's, so a claim may run a little ahead of the pace and the sending never does. No turn is
///   nearer than 12 ms, and none after a rest nearer than 40 (less where messages are closer than a millisecond), so that
///   the claim is back by then, also from tables that nobody has read yet: whoever is late sends at the same time as the
///   next.
///
/// # Errors
/// The database's.
pub async fn claim(db: &PgPool, claimant: &Claimant<'_>) -> sqlx::Result<Claimed> {
    let [private, group, channel] = claimant.intervals.map(|interval| interval.as_secs_f64());
    let rows = sqlx::query_as!(
        Row,
        r#"with waiting as materialized (
               select p.published_on, p.id as publication, c.subscriber, c.place,
                      row_number() over (
                          partition by c.subscriber order by c.place, hashint8extended(p.id, $7)) as choice
               from publications p
               cross join lateral (
                   select o.subscriber, row_number() over () as place
                   from (select d.subscriber
                         from deliveries d
                         join subscribers s on s.id = d.subscriber
                         where d.published_on = p.published_on and d.publication = p.id and d.bot = $2
                           and d.state = 'pending' and d.due_at <= now()
                           and s.quiet_until <= now()
                           and (s.busy_with is null or s.busy_with = p.id or not exists (
                               select from publications q
                               join deliveries b on b.published_on = q.published_on and b.publication = q.id
                               where q.id = s.busy_with and q.state = 'running'
                                 and b.subscriber = s.id and b.state in ('pending', 'sending') offset 0))
                         order by (d.next_message = 0), d.due_at
                         limit 32) o) c
               where p.state = 'running'
                 and exists (select from bots where id = $2 and frozen_until <= now() and paused_at is null
                                                and tat + emission <= now() + burst)),
           bot as materialized (
               select id, emission, burst, start as tat,
                      floor(extract(epoch from now() + burst - start) / extract(epoch from emission)) as tokens
               from bots cross join lateral (select greatest(
                   tat, now() + least(emission, interval '1 ms') * case when tat < now() then 40 else 12 end) as start) s
               where id = $2 and frozen_until <= now() and paused_at is null and exists (select from waiting)
               for update of bots skip locked),
           chosen as materialized (
               select published_on, publication, subscriber
               from (select published_on, publication, subscriber,
                            row_number() over (order by place, hashint8extended(publication, $7)) as turn
                     from waiting where choice = 1) w
               where turn <= (select least(tokens, $3::integer) from bot)),
           held as materialized (
               select d.published_on, d.publication, d.subscriber, s.chat, s.kind, s.ended_at,
                      now() + make_interval(secs =>
                          case s.kind when 'private' then $4::float8 when 'group' then $5 else $6 end) as quiet_until
               from chosen c
               join deliveries d on d.published_on = c.published_on and d.publication = c.publication
                                and d.subscriber = c.subscriber
               join subscribers s on s.id = d.subscriber
               where d.state = 'pending' and s.quiet_until <= now()
                 and (s.busy_with is null or s.busy_with = d.publication or not exists (
                     select from publications q
                     join deliveries b on b.published_on = q.published_on and b.publication = q.id
                     where q.id = s.busy_with and q.state = 'running'
                       and b.subscriber = s.id and b.state in ('pending', 'sending') offset 0))
               for update of d, s skip locked),
           claimed as (
               update deliveries d set state = 'sending', worker = $1, claimed_at = now()
               from held h
               where d.published_on = h.published_on and d.publication = h.publication and d.subscriber = h.subscriber
               returning d.published_on, d.publication, d.subscriber, d.rendition, d.next_message, d.step,
                         cardinality(d.redo) as redo, d.message_ids, d.attempts,
                         extract(epoch from now() - d.in_doubt_since)::float8 as doubt, d.claimed_at,
                         h.chat, h.kind, h.ended_at is not null as ended),
           quiet as (
               update subscribers s set quiet_until = h.quiet_until, busy_with = h.publication
               from held h where s.id = h.subscriber),
           paid as (
               update bots b set tat = bot.tat + bot.emission * (select count(*) from claimed)
               from bot where b.id = bot.id and exists (select from claimed))
           select published_on as "published_on!", publication as "publication!", subscriber as "subscriber!",
                  rendition as "rendition!", next_message as "message!", step as "step!", redo, message_ids as "ids!",
                  attempts as "attempts!",
                  doubt, null::float8 as age, claimed_at as "claimed_at!",
                  extract(epoch from bot.tat - now() + bot.emission * (row_number() over () - 1))::float8 as wait,
                  extract(epoch from bot.emission)::float8 as apart,
                  chat as "chat!", kind as "kind!", ended as "ended!",
                  extract(epoch from bot.tat + bot.emission * ((select count(*) from claimed) + 1)
                                     - bot.burst - now())::float8 as next_turn
           from claimed cross join bot"#,
        claimant.worker,
        claimant.bot,
        claimant.room.min(MOST),
        private,
        group,
        channel,
        claimant.turn
    )
    .fetch_all(db)
    .await?;
    let next_turn = rows.first().and_then(|row| row.next_turn).map(seconds);
    let clock = rows.first().and_then(|row| row.claimed_at.signed_duration_since(DateTime::UNIX_EPOCH).to_std().ok());
    let clock = clock.unwrap_or_default();
    Ok(Claimed { claims: rows.into_iter().map(Claim::from).collect(), next_turn, clock })
}

/// Takes over what has been on its way for longer than any claim can last: its worker is dead, and nobody knows whether
/// those messages arrived.
///
/// # Errors
/// The database's.
pub async fn take_over(db: &PgPool, worker: &str, bot: i32, lasts: Duration) -> sqlx::Result<Vec<Claim>> {
    let rows = sqlx::query_as!(
        Row,
        r#"with stale as materialized (
               select d.published_on, d.publication, d.subscriber, s.chat, s.kind, s.ended_at
               from deliveries d join subscribers s on s.id = d.subscriber
               where d.state = 'sending' and d.bot = $2 and d.claimed_at < now() - make_interval(secs => $3)
               order by d.claimed_at limit 32
               for update of d skip locked)
           update deliveries d set worker = $1
           from stale h
           where d.published_on = h.published_on and d.publication = h.publication and d.subscriber = h.subscriber
           returning d.published_on, d.publication, d.subscriber, d.rendition, d.next_message as message, d.step,
                     cardinality(d.redo) as redo, d.message_ids as ids, d.attempts,
                     extract(epoch from now() - d.in_doubt_since)::float8 as doubt,
                     extract(epoch from now() - d.claimed_at)::float8 as age, d.claimed_at as "claimed_at!",
                     h.chat, h.kind, h.ended_at is not null as "ended!", null::float8 as wait, null::float8 as apart,
                     null::float8 as next_turn"#,
        worker,
        bot,
        lasts.as_secs_f64()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Claim::from).collect())
}

struct Row {
    published_on: NaiveDate,
    publication: i64,
    subscriber: i64,
    rendition: i64,
    message: i16,
    step: i16,
    redo: Option<i32>,
    ids: Vec<String>,
    attempts: i16,
    doubt: Option<f64>,
    age: Option<f64>,
    wait: Option<f64>,
    apart: Option<f64>,
    claimed_at: DateTime<Utc>,
    chat: String,
    kind: String,
    ended: bool,
    next_turn: Option<f64>,
}

impl From<Row> for Claim {
    fn from(row: Row) -> Self {
        Self {
            published_on: row.published_on,
            publication: row.publication,
            subscriber: row.subscriber,
            rendition: row.rendition,
            message: row.message,
            step: row.step,
            redo: row.redo,
            ids: row.ids,
            attempts: row.attempts,
            doubt: row.doubt.map(seconds),
            age: row.age.map(seconds).unwrap_or_default(),
            wait: row.wait.map(seconds).unwrap_or_default(),
            apart: row.apart.map(seconds).unwrap_or_default(),
            claimed_at: row.claimed_at,
            chat: ChatId(row.chat),
            // The table's check allows these words only.
            kind: ChatKind::from_stored(&row.kind).unwrap_or(ChatKind::Private),
            ended: row.ended,
        }
    }
}

/// The database's clock may stand a little before the instant that it is compared with.
fn seconds(count: f64) -> Duration {
    Duration::try_from_secs_f64(count).unwrap_or_default()
}
