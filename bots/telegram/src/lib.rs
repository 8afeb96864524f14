//! The Telegram adapter.

pub mod dialect;
mod error;
mod listen;
mod post;

use platform::{Adapter, BadVariable, Env};
use std::sync::Arc;

/// What the engine's wiring needs.
pub const ADAPTER: Adapter = Adapter { name: "telegram", dialect: &dialect::Telegram, variables: &[], connect };

fn connect(_env: Env<'_>) -> Result<Option<Arc<dyn platform::Platform>>, BadVariable> {
    Ok(None)
}
