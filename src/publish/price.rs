//! What a broadcast costs, where a bot pays to be faster.

use platform::{Language, Layout};
use sqlx::PgPool;

use super::sheet::Paper;
use crate::{
    platforms::{self, Platforms},
    store::{
        self,
        deliveries::fan_out::{self, Audience},
    },
};

/// About what a broadcast of this paper by these bots would cost now, in Telegram Stars; 0 when nobody pays. Each
/// reader's messages are counted as the layout `full` has them, at the bot's full pace.
///
/// # Errors
/// The database's.
pub async fn stars(db: &PgPool, platforms: &Platforms, paper: &Paper) -> sqlx::Result<i64> {
    let mut stars = 0;
    for bot in platforms.bots() {
        let (Some(price), Some(dialect)) = (bot.price(), platforms::dialect(bot.key().platform)) else { continue };
        let Some(id) = store::bots::id(db, bot.key()).await? else { continue };
        let readers =
            fan_out::count(&mut *db.acquire().await?, Audience { feed: None, bots: &[id] }).await?.unsigned_abs();
        let messages = paper.render(dialect, Layout::default(), Language::default()).len();
        stars += price.of(readers * u64::try_from(messages).unwrap_or(1), bot.pace());
    }
    Ok(i64::try_from(stars).unwrap_or(i64::MAX))
}
