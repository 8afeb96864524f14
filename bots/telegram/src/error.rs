//! What Telegram's refusals mean.
