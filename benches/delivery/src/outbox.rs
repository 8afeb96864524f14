//! What the outbox says of each planned message, for the judge.

use std::collections::HashMap;

use anyhow::Context as _;
use futures::TryStreamExt as _;
use sandbox::judge::{Claimed, Planned, mark};
use serde_json::Value;
use sqlx::PgPool;

use crate::server::Server;

/// A delivery's row.
#[derive(sqlx::FromRow)]
struct Row {
    chat: String,
    rendition: i64,
    state: String,
    next_message: i16,
    message_ids: Vec<String>,
    uncertain: Vec<i16>,
}

/// Every message of these publications.
///
/// # Errors
/// The database's.
pub async fn plan<S: Server>(db: &PgPool, publications: &[i64]) -> anyhow::Result<Vec<Planned>> {
    let texts = texts::<S>(db, publications).await?;
    let mut rows = sqlx::query_as::<_, Row>(
        "select s.chat, d.rendition, d.state::text, d.next_message, d.message_ids, d.uncertain
         from deliveries d join subscribers s on s.id = d.subscriber where d.publication = any($1)",
    )
    .bind(publications)
    .fetch(db);
    let mut plan = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let chat = row.chat.parse().context("readers' chats are numbers")?;
        let texts = texts.get(&row.rendition).context("a delivery without its rendition")?;
        plan.extend((0..).zip(texts).map(|(at, text)| Planned { chat, text: *text, claimed: claimed(&row, at) }));
    }
    Ok(plan)
}

/// [`mark`]s of each rendition's texts.
async fn texts<S: Server>(db: &PgPool, publications: &[i64]) -> anyhow::Result<HashMap<i64, Vec<u64>>> {
    let rows: Vec<(i64, Value)> = sqlx::query_as("select id, messages from renditions where publication = any($1)")
        .bind(publications)
        .fetch_all(db)
        .await?;
    let texts = |messages: &Value| {
        let messages = messages.as_array().into_iter().flatten();
        messages.map(|message| mark(&S::text(&message["payload"]))).collect()
    };
    Ok(rows.iter().map(|(id, messages)| (*id, texts(messages))).collect())
}

/// What the row says of its `at`th message.
fn claimed(row: &Row, at: i16) -> Claimed {
    let uncertain = row.uncertain.contains(&at);
    if at < row.next_message {
        let named = usize::try_from(at).ok().and_then(|at| row.message_ids.get(at)).is_some_and(|id| !id.is_empty());
        return match (uncertain, named) {
            (false, _) => Claimed::Sent,
            (true, false) => Claimed::Uncertain,
            (true, true) => Claimed::Redriven,
        };
    }
    match row.state.as_str() {
        "failed" | "cancelled" if uncertain => Claimed::Uncertain,
        "failed" | "cancelled" => Claimed::Refused,
        _ => Claimed::Waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: &str, next_message: i16, ids: &[&str], uncertain: &[i16]) -> Row {
        let message_ids = ids.iter().map(|&id| id.to_owned()).collect();
        let (chat, state) = (String::new(), state.to_owned());
        Row { chat, rendition: 1, state, next_message, message_ids, uncertain: uncertain.to_vec() }
    }

    #[test]
    fn a_message_is_what_its_row_says() {
        let done = row("done", 3, &["1", "", "7"], &[1, 2]);
        assert_eq!([0, 1, 2].map(|at| claimed(&done, at)), [Claimed::Sent, Claimed::Uncertain, Claimed::Redriven]);
        assert_eq!(claimed(&row("pending", 1, &["1"], &[]), 1), Claimed::Waiting);
        assert_eq!(claimed(&row("failed", 0, &[], &[]), 0), Claimed::Refused);
    }
}
