//! Messages a second without a limit, beside those who keep no record: a bare loop of the same requests, teloxide's
//! throttle wide open, and aiogram. All on the same machine with the stand-in, in turns.

use std::{path::Path, process::Command, time::Duration};

use futures::{StreamExt as _, stream};
use sandbox::telegram::crowd::{self, Crowd};
use serde_json::json;
use teloxide::{
    Bot,
    adaptors::throttle::{Limits, Throttle},
    prelude::Requester as _,
    types::ChatId,
};

use super::{per_second, stand, until_accepted, without_limit};
use crate::server::FIRST_READER;

const TEXT: &str = "To everybody: all is well.";
/// Requests at a time, for everybody.
const AT_ONCE: usize = 256;
/// A limit that nobody reaches; teloxide makes queues of this size.
const WIDE: u32 = 100_000;
const LONG: Duration = Duration::from_secs(600);

/// Each sends `messages`, one to a chat, in `runs` turns. `python` has aiogram.
///
/// # Errors
/// When a stand or a peer fails.
pub async fn run(messages: usize, runs: usize, python: Option<&Path>) -> anyhow::Result<()> {
    println!("messages a second   Paperboy   bare loop   teloxide   aiogram");
    for run in 1..=runs {
        let paperboy = paperboy(messages).await?;
        let bare = bare(messages).await?;
        let teloxide = throttled(messages).await?;
        let aiogram = match python {
            Some(python) => format!("{:.0}", aiogram(messages, python).await?),
            None => "-".to_owned(),
        };
        println!("run {run:<15} {paperboy:<10.0} {bare:<11.0} {teloxide:<10.0} {aiogram}");
    }
    Ok(())
}

async fn paperboy(messages: usize) -> anyhow::Result<f64> {
    let mut stand = stand(1000.0, crowd::Settings::default()).await?;
    stand.serve(1).await?;
    stand.readers(u64::try_from(messages)?).await?;
    without_limit(&stand).await?;
    let publication = stand.broadcast(TEXT).await?;
    until_accepted(&stand, messages, LONG).await?;
    stand.until_over(&[publication], LONG).await?;
    Ok(per_second(&stand, 0))
}

async fn crowd() -> anyhow::Result<Crowd> {
    Ok(Crowd::start(crowd::Settings::default(), sandbox::Faults::default()).await?)
}

async fn bare(messages: usize) -> anyhow::Result<f64> {
    let crowd = crowd().await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{}/bot{}/sendMessage", crowd.url(), crowd.token());
    let send = |chat| {
        let body = json!({ "chat_id": chat, "text": TEXT });
        let request = client.post(&url).json(&body).send();
        async move { request.await?.text().await }
    };
    let mut sending = stream::iter(chats(messages)).map(send).buffer_unordered(AT_ONCE);
    while let Some(sent) = sending.next().await {
        sent?;
    }
    Ok(rate(&crowd))
}

async fn throttled(messages: usize) -> anyhow::Result<f64> {
    let crowd = crowd().await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let bot = Bot::with_client(crowd.token(), client).set_api_url(crowd.url().parse()?);
    let wide_open = Limits {
        messages_per_sec_chat: WIDE,
        messages_per_min_chat: WIDE,
        messages_per_min_channel_or_supergroup: WIDE,
        messages_per_sec_overall: WIDE,
    };
    let (bot, worker) = Throttle::new(bot, wide_open);
    let worker = tokio::spawn(worker);
    let mut sending = stream::iter(chats(messages))
        .map(|chat| {
            let request = bot.send_message(ChatId(chat), TEXT);
            async move { request.await }
        })
        .buffer_unordered(AT_ONCE);
    while let Some(sent) = sending.next().await {
        sent?;
    }
    worker.abort();
    Ok(rate(&crowd))
}

async fn aiogram(messages: usize, python: &Path) -> anyhow::Result<f64> {
    let crowd = crowd().await?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("aiogram_loop.py");
    let mut command = Command::new(python);
    command.arg(script).args([crowd.url(), crowd.token(), TEXT]);
    command.args([FIRST_READER.to_string(), messages.to_string(), AT_ONCE.to_string()]);
    let status = tokio::task::spawn_blocking(move || command.status()).await??;
    anyhow::ensure!(status.success() && crowd.accepted() == messages, "aiogram sent {} messages", crowd.accepted());
    Ok(rate(&crowd))
}

fn chats(messages: usize) -> impl Iterator<Item = i64> {
    (FIRST_READER..).take(messages)
}

#[allow(clippy::cast_precision_loss, reason = "thousands")]
fn rate(crowd: &Crowd) -> f64 {
    let accepted = crowd.accepted_from(0);
    let took = accepted.last().map_or(Duration::ZERO, |last| last.at() - accepted[0].at());
    accepted.len() as f64 / took.as_secs_f64()
}
