//! What is logged, and what never is.

use std::io;

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, filter::filter_fn, fmt::MakeWriter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

/// The crates of this project, which take care what they log.
const OURS: [&str; 7] = ["paperboy", "platform", "telegram", "discord", "sandbox", "localpg", "cloud"];

/// Starts the log: what `filter` asks for in `EnvFilter`'s syntax, coloured or not.
///
/// # Errors
/// When the filter cannot be read.
pub fn start<W>(filter: &str, writer: W, coloured: bool) -> anyhow::Result<()>
where
    W: for<'a> MakeWriter<'a, Writer: io::Write> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(coloured);
    let filter = EnvFilter::try_new(filter)?;
    tracing_subscriber::registry().with(lines).with(filter).with(filter_fn(is_discreet)).try_init()?;
    Ok(())
}

/// Below INFO, libraries log whole frames, tokens and readers' words among them; so nobody may ask for that.
fn is_discreet(line: &Metadata<'_>) -> bool {
    let author = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::INFO || OURS.contains(&author)
}
