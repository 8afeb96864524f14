//! What Discord's refusals mean: a table from status and JSON code to what to do.

use std::time::Duration;

use platform::{Scope, SendError};

use crate::post::wire::Answer;

/// When a refusal names no wait of its own.
const WAIT: Duration = Duration::from_mins(1);
/// Opening direct messages too fast gets worse with each try.
const LONG_WAIT: Duration = Duration::from_mins(10);

/// What an answer means; `None` when the call was taken. `heavy` says that the payload is of the kind that Discord
/// answers with a server error however often it is sent (Components V2 with too many bytes of text).
pub(crate) fn judge(answer: &Answer, heavy: bool) -> Option<SendError> {
    let status = answer.status;
    if (200..300).contains(&status) {
        return None;
    }
    let Some(body) = &answer.body else { return Some(without_words(answer)) };
    let code = body["code"].as_u64().unwrap_or(0);
    let why = match body["message"].as_str() {
        // The nested errors name fields, and quote what we wrote only where a value is of the wrong kind.
        Some(message) if code == 50035 => format!("{code} {message} {}", body["errors"]),
        Some(message) => format!("{code} {message}"),
        None => format!("status {status}"),
    };
    let waits = |scope, otherwise: Duration| {
        let told = body["retry_after"].as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Some(SendError::RateLimited { retry_after: told.or(answer.retry_after).unwrap_or(otherwise), scope })
    };
    match (status, code) {
        // Opening direct messages too fast; writing too fast in one channel or server.
        (_, 40003) => waits(Scope::Chat, LONG_WAIT),
        (_, 20028 | 20029 | 30046) => waits(Scope::Chat, WAIT),
        (429, _) if answer.global || body["global"].as_bool() == Some(true) => waits(Scope::Bot, WAIT),
        (429, _) => waits(Scope::Chat, WAIT),
        (401, 50027) => Some(SendError::Refused { why }),
        // Unauthorized, an account to be verified, a token that is none.
        (401, _) | (_, 40001 | 40002 | 50014) => Some(SendError::Fatal { why }),
        // Unknown account, channel, guild, user; the reader has blocked the bot.
        (_, 10001 | 10003 | 10004 | 10013 | 50007) => Some(SendError::Gone { reason: why }),
        // Hidden channel, missing right, no server in common, archived or locked thread; forbidden without a code.
        (_, 50001 | 50013 | 50278 | 50083 | 160_005) | (403, 0) => Some(SendError::Suspended { reason: why }),
        // Overloaded; blocked on the way, or sent elsewhere, before anything was looked at.
        (_, 130_000 | 40333) | (300..=399, _) => Some(SendError::Transient { why }),
        (500.., _) if heavy => {
            Some(SendError::Refused { why: format!("{why}; the message has more bytes of text than Discord can take") })
        }
        (500.., _) => Some(SendError::Unknown { why }),
        // No route of Discord's: the address is wrong, which is nobody's fault here.
        (404 | 405, 0) => Some(SendError::Transient { why: format!("{why}; check DISCORD_API_URL") }),
        // Malformed, empty, too large, or caught by a filter, which ends this message and not the subscription.
        _ => Some(SendError::Refused { why }),
    }
}

/// An answer that is not Discord's JSON comes from something before it.
fn without_words(answer: &Answer) -> SendError {
    let why = format!("status {} without Discord's words", answer.status);
    match answer.status {
        // Cloudflare stops whole addresses.
        429 => SendError::RateLimited { retry_after: answer.retry_after.unwrap_or(WAIT), scope: Scope::Bot },
        403 => SendError::RateLimited { retry_after: LONG_WAIT, scope: Scope::Bot },
        401 => SendError::Fatal { why },
        413 => SendError::Refused { why },
        500.. => SendError::Unknown { why },
        _ => SendError::Transient { why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn verdict(status: u16, body: Option<Value>) -> String {
        let answer = Answer { status, body, ..Answer::default() };
        judge(&answer, false).map_or_else(|| "taken".to_owned(), |error| class(&error))
    }

    fn class(error: &SendError) -> String {
        match error {
            SendError::RateLimited { retry_after, scope } => format!("wait {} {scope:?}", retry_after.as_secs_f64()),
            SendError::Transient { .. } => "transient".into(),
            SendError::Unknown { .. } => "unknown".into(),
            SendError::Gone { .. } => "gone".into(),
            SendError::Suspended { .. } => "suspended".into(),
            SendError::Moved { .. } => "moved".into(),
            SendError::Refused { .. } => "refused".into(),
            SendError::Unwelcome { .. } => "unwelcome".into(),
            SendError::Fatal { .. } => "fatal".into(),
        }
    }

    #[test]
    fn every_code_says_what_to_do() {
        for (status, code, expected) in [
            (200, 0, "taken"),
            (404, 10003, "gone"),
            (404, 10004, "gone"),
            (404, 10013, "gone"),
            (403, 50007, "gone"),
            (403, 50278, "suspended"),
            (403, 50001, "suspended"),
            (403, 50013, "suspended"),
            (400, 50083, "suspended"),
            (403, 160_005, "suspended"),
            (400, 200_000, "refused"),
            (400, 20009, "refused"),
            (400, 240_000, "refused"),
            (400, 50035, "refused"),
            (400, 50006, "refused"),
            (413, 40005, "refused"),
            (400, 50045, "refused"),
            (404, 10008, "refused"),
            (404, 10062, "refused"),
            (404, 10015, "refused"),
            (400, 40060, "refused"),
            (401, 50027, "refused"),
            (401, 0, "fatal"),
            (401, 50014, "fatal"),
            (403, 40002, "fatal"),
            (403, 40003, "wait 600 Chat"),
            (404, 0, "transient"),
            (405, 0, "transient"),
            (503, 130_000, "transient"),
            (403, 40333, "transient"),
            (500, 0, "unknown"),
            (502, 0, "unknown"),
        ] {
            let body = json!({ "code": code, "message": "Some words" });
            assert_eq!(verdict(status, Some(body)), expected, "{status} {code}");
        }
    }

    #[test]
    fn a_rate_limit_tells_the_wait_and_whom_it_stops() {
        let body = |global: bool| Some(json!({ "message": "slow", "retry_after": 1.337, "global": global }));
        assert_eq!(verdict(429, body(false)), "wait 1.337 Chat");
        assert_eq!(verdict(429, body(true)), "wait 1.337 Bot");
        let headers = Answer { status: 429, retry_after: Some(Duration::from_secs(7)), ..Answer::default() };
        assert_eq!(class(&judge(&headers, false).unwrap()), "wait 7 Bot");
    }

    #[test]
    fn an_answer_that_is_not_discords_proves_nothing_about_the_message() {
        for (status, expected) in
            [(502, "unknown"), (504, "unknown"), (403, "wait 600 Bot"), (413, "refused"), (302, "transient")]
        {
            assert_eq!(verdict(status, None), expected, "{status}");
        }
    }

    #[test]
    fn a_server_error_for_a_message_too_heavy_is_final() {
        let answer = Answer { status: 500, body: Some(json!({ "code": 0, "message": "500" })), ..Answer::default() };
        assert_eq!(class(&judge(&answer, true).unwrap()), "refused");
        assert_eq!(class(&judge(&answer, false).unwrap()), "unknown");
    }
}
