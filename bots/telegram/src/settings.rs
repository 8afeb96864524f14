//! The adapter's variables.

use std::str::FromStr;
use std::time::Duration;

use platform::{BadVariable, Env, tokens};
use secrecy::SecretString;
use url::Url;

const TOKEN: &str = "TELEGRAM_TOKEN";
const API_URL: &str = "TELEGRAM_API_URL";
const RATE: &str = "TELEGRAM_RATE";
const PAID: &str = "TELEGRAM_PAID_BROADCAST";
const TIMEOUT: &str = "SEND_TIMEOUT";

/// Every variable that is read here.
pub(crate) const VARIABLES: &[&str] = &[TOKEN, API_URL, RATE, PAID, TIMEOUT];

/// Telegram's own server.
const PUBLIC_API: &str = "https://api.telegram.org";
/// Bulk messages a second; Telegram takes about 30 and the rest is for replies.
const DEFAULT_RATE: f64 = 25.0;
/// What Telegram takes for free, says its FAQ.
pub(crate) const FREE_RATE: f64 = 30.0;
/// Telegram's ceiling for bots that pay for broadcasts.
const MAX_RATE: f64 = 1000.0;
/// Seconds that one call may take.
const DEFAULT_TIMEOUT: u64 = 10;

/// What the variables say of one bot.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The bot's account: the digits before the token's colon.
    pub(crate) account: String,
    /// The secret.
    pub(crate) token: SecretString,
    /// Where the Bot API is.
    pub(crate) api: Url,
    /// Bulk messages a second.
    pub(crate) rate: f64,
    /// Whether bulk messages above the free pace are paid for.
    pub(crate) paid: bool,
    /// The time for one call, connecting included.
    pub(crate) timeout: Duration,
}

impl Settings {
    /// Reads the variables: one bot for each token.
    pub(crate) fn from_env(env: Env<'_>) -> Result<Vec<Self>, BadVariable> {
        let hint = "is no bot token; copy it whole from @BotFather: digits, a colon, then about 35 characters";
        let tokens = tokens(TOKEN, &env(TOKEN).unwrap_or_default(), |token| account(token).map(str::to_owned), hint)?;
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let wrong_url = || bad(API_URL, "write an address that begins with http:// or https://, or leave it out");
        let api = Url::parse(env(API_URL).as_deref().unwrap_or(PUBLIC_API)).map_err(|_| wrong_url())?;
        if !matches!(api.scheme(), "http" | "https") || api.host_str().is_none() {
            return Err(wrong_url());
        }
        let rate = number(env, RATE, DEFAULT_RATE, "write messages a second: more than 0, at most 1000")?;
        if !(rate > 0.0 && rate <= MAX_RATE) {
            return Err(bad(RATE, "write messages a second: more than 0, at most 1000"));
        }
        let paid = match env(PAID).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(bad(PAID, "write true or false")),
        };
        if rate > FREE_RATE && !paid {
            let reason = "Telegram takes at most 30 a second for free; lower it, or set TELEGRAM_PAID_BROADCAST=true \
                          and pay 0.1 Star for each message above that";
            return Err(bad(RATE, reason));
        }
        let seconds = number(env, TIMEOUT, DEFAULT_TIMEOUT, "write whole seconds from 1 to 60")?;
        if !(1..=60).contains(&seconds) {
            return Err(bad(TIMEOUT, "write whole seconds from 1 to 60"));
        }
        let timeout = Duration::from_secs(seconds);
        let bot = |(account, token)| Self { account, token, api: api.clone(), rate, paid, timeout };
        Ok(tokens.into_iter().map(bot).collect())
    }
}

/// The account in a token, if it has a token's shape. The length is not checked closely: Telegram may change it.
fn account(token: &str) -> Option<&str> {
    let (account, secret) = token.split_once(':')?;
    let digits = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (digits && secret.len() >= 30 && secret.bytes().all(plain)).then_some(account)
}

fn number<T: FromStr>(env: Env<'_>, name: &'static str, default: T, reason: &str) -> Result<T, BadVariable> {
    env(name).map_or(Ok(default), |value| value.trim().parse().map_err(|_| bad(name, reason)))
}

fn bad(variable: &'static str, reason: &str) -> BadVariable {
    BadVariable { variable, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "7000000001:sandbox_AAAABBBBCCCCDDDDEEEEFFFFGGG";

    fn read(pairs: &[(&str, &str)]) -> Result<Vec<Settings>, BadVariable> {
        let find = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Settings::from_env(&find)
    }

    #[test]
    fn without_a_token_there_is_no_bot() {
        assert!(read(&[(RATE, "nonsense")]).unwrap().is_empty());
    }

    #[test]
    fn the_account_stands_in_the_token() {
        let settings = &read(&[(TOKEN, GOOD)]).unwrap()[0];
        assert_eq!(settings.account, "7000000001");
        assert_eq!(settings.timeout, Duration::from_secs(10));
        assert!(!format!("{settings:?}").contains("sandbox_"));
    }

    #[test]
    fn who_is_faster_than_telegram_allows_for_free_says_that_it_is_paid_for() {
        let refused = read(&[(TOKEN, GOOD), (RATE, "31")]).unwrap_err();
        assert!(refused.to_string().contains("TELEGRAM_PAID_BROADCAST=true"), "{refused}");
        let settings = &read(&[(TOKEN, GOOD), (RATE, "1000"), (PAID, "true")]).unwrap()[0];
        assert_eq!((settings.rate, settings.paid), (1000.0, true));
        assert!(!read(&[(TOKEN, GOOD), (RATE, "30")]).unwrap()[0].paid);
        assert!(read(&[(TOKEN, GOOD), (RATE, "1001"), (PAID, "true")]).is_err());
    }

    #[test]
    fn several_tokens_are_several_bots() {
        let other = "7000000002:sandbox_AAAABBBBCCCCDDDDEEEEFFFFGGG";
        let settings = read(&[(TOKEN, &format!("{GOOD}, {other}"))]).unwrap();
        let accounts: Vec<_> = settings.iter().map(|settings| settings.account.as_str()).collect();
        assert_eq!(accounts, ["7000000001", "7000000002"]);
        let refused = read(&[(TOKEN, &format!("{GOOD},{other},{GOOD}"))]).unwrap_err().to_string();
        assert!(refused.contains("token 3 of 3") && !refused.contains("sandbox_"), "{refused}");
    }

    #[test]
    fn a_value_that_cannot_be_used_is_named_and_not_shown() {
        let cases = [
            (TOKEN, "12345-secret-part"),
            (API_URL, "secret-part.example.org"),
            (RATE, "secret-part"),
            (RATE, "-7.5"),
            (RATE, "30.5"),
            (PAID, "perhaps"),
            (TIMEOUT, "617"),
        ];
        for (variable, value) in cases {
            let pairs: Vec<_> = [(variable, value), (TOKEN, GOOD)].into();
            let error = read(&pairs).unwrap_err();
            assert_eq!(error.variable, variable);
            assert!(!error.to_string().contains(value), "{error}");
        }
    }
}
