//! The variables that this adapter reads.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use platform::{BadVariable, Env, tokens};
use secrecy::SecretString;
use url::{Host, Url};

/// Every variable that is read.
pub(crate) const VARIABLES: &[&str] = &[TOKEN, API_URL, RATE, TIMEOUT];

const TOKEN: &str = "DISCORD_TOKEN";
const API_URL: &str = "DISCORD_API_URL";
const RATE: &str = "DISCORD_RATE";
const TIMEOUT: &str = "SEND_TIMEOUT";

/// Discord allows 50 requests a second; the rest is for edits and look-ups.
const DEFAULT_RATE: f64 = 45.0;
const HIGHEST_RATE: f64 = 50.0;
const DEFAULT_TIMEOUT: u64 = 10;

/// What the variables say of one bot.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Of the bot's account.
    pub(crate) token: SecretString,
    /// The account's id, which the token begins with.
    pub(crate) account: String,
    /// Where Discord is, if not at its own address; without a slash at the end.
    pub(crate) api_url: Option<String>,
    /// Whether that is this machine.
    pub(crate) loopback: bool,
    /// Bulk messages a second.
    pub(crate) rate: f64,
    /// How long one request may take.
    pub(crate) timeout: Duration,
}

impl Settings {
    /// One bot for each token.
    pub(crate) fn from_env(env: Env<'_>) -> Result<Vec<Self>, BadVariable> {
        let hint = "is no bot token; copy the whole token from the Bot page of the Discord developer portal";
        // Some write it as it stands in a request's header.
        let typed = env(TOKEN).unwrap_or_default().replace("Bot ", "");
        let tokens = tokens(TOKEN, &typed, account, hint)?;
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let api_url = env(API_URL).map(|address| parse_url(&address)).transpose()?;
        let loopback = api_url.as_ref().is_some_and(is_loopback);
        let rate = match env(RATE) {
            None => DEFAULT_RATE,
            Some(typed) => {
                let rate = typed.trim().parse::<f64>().ok();
                let rate = rate.filter(|rate| *rate > 0.0 && *rate <= HIGHEST_RATE);
                rate.ok_or_else(|| bad(RATE, "must be a number above 0 and at most 50, such as 45"))?
            }
        };
        let seconds = match env(TIMEOUT) {
            None => DEFAULT_TIMEOUT,
            Some(typed) => {
                let seconds = typed.trim().parse::<u64>().ok().filter(|seconds| (1..=60).contains(seconds));
                seconds.ok_or_else(|| bad(TIMEOUT, "must be a whole number of seconds from 1 to 60, such as 10"))?
            }
        };
        let api_url = api_url.map(|url| url.as_str().trim_end_matches('/').to_owned());
        let timeout = Duration::from_secs(seconds);
        let bot = |(account, token)| Self { token, account, api_url: api_url.clone(), loopback, rate, timeout };
        Ok(tokens.into_iter().map(bot).collect())
    }
}

fn bad(variable: &'static str, reason: &str) -> BadVariable {
    BadVariable { variable, reason: reason.to_owned() }
}

/// A token is `<base64 of the account's id>.<time>.<signature>`.
fn account(token: &str) -> Option<String> {
    let mut parts = token.split('.');
    let first = STANDARD_NO_PAD.decode(parts.next()?.trim_end_matches('=')).ok()?;
    let id = String::from_utf8(first).ok()?;
    let whole = parts.next().is_some_and(|part| !part.is_empty()) && parts.next().is_some_and(|part| !part.is_empty());
    (whole && id.parse::<u64>().is_ok()).then_some(id)
}

fn parse_url(address: &str) -> Result<Url, BadVariable> {
    let url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.filter(Url::has_host).ok_or_else(|| bad(API_URL, "must be an address such as http://127.0.0.1:8081"))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "MTEwMDAwMDAwMDAwMDAwMDAwMA.GabcDe.a-signature-of-some-length";

    fn read(pairs: &[(&str, &str)]) -> Result<Vec<Settings>, BadVariable> {
        let lookup = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Settings::from_env(&lookup)
    }

    #[test]
    fn without_a_token_there_is_no_bot() {
        assert!(read(&[(API_URL, "http://127.0.0.1:1")]).unwrap().is_empty());
    }

    #[test]
    fn the_account_is_read_from_the_token() {
        let settings = &read(&[(TOKEN, GOOD)]).unwrap()[0];
        assert_eq!(settings.account, "1100000000000000000");
        assert_eq!((settings.rate, settings.timeout), (45.0, Duration::from_secs(10)));
        assert!(!settings.loopback);
        let settings = &read(&[(TOKEN, GOOD), (API_URL, "http://localhost:80/"), (RATE, "3.5")]).unwrap()[0];
        assert_eq!((settings.api_url.as_deref(), settings.loopback), (Some("http://localhost"), true));
        assert_eq!(settings.rate, 3.5);
    }

    #[test]
    fn a_value_that_cannot_be_used_is_named_but_never_shown() {
        let good = (TOKEN, GOOD);
        for (variable, value) in [
            (TOKEN, "secret"),
            (TOKEN, "c2VjcmV0.GabcDe.signature"),
            (TOKEN, "MTEwMDAwMDAwMDAwMDAwMDAwMA"),
            (API_URL, "ftp://secret"),
            (RATE, "51secret"),
            (RATE, "51"),
            (RATE, "0"),
            (RATE, "NaN"),
            (TIMEOUT, "0"),
            (TIMEOUT, "1.5secret"),
        ] {
            let pairs = if variable == TOKEN { vec![(variable, value)] } else { vec![good, (variable, value)] };
            let error = read(&pairs).unwrap_err();
            assert_eq!(error.variable, variable, "{value}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn settings_do_not_print_the_token() {
        let printed = format!("{:?}", read(&[(TOKEN, GOOD)]).unwrap());
        assert!(!printed.contains("GabcDe"), "{printed}");
    }
}
