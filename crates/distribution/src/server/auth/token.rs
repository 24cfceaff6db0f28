//! Tokens: claims and their HMAC, readable by this server alone and only for as long as it runs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{hmac, rand};
use serde::{Deserialize, Serialize};

use super::scope::{Grant, Need};
use crate::server::error::ServerError;

/// Longest token that is looked at: the most grants that one may carry fit.
const MAX_TOKEN: usize = 16 * 1024;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// Whether the holder gave a password.
    pub(crate) known: bool,
    /// When it ends, in seconds since 1970.
    pub(crate) until: u64,
    /// What it is good for.
    pub(crate) grants: Vec<Grant>,
}

impl Claims {
    pub(crate) fn new(known: bool, lifetime: Duration, grants: Vec<Grant>) -> Self {
        Self {
            known,
            until: now().saturating_add(lifetime.as_secs()),
            grants,
        }
    }

    pub(crate) fn allow(&self, need: &Need<'_>) -> bool {
        // Any token will do for a login: an anonymous one exists only where pulling is free.
        matches!(need, Need::Login) || self.grants.iter().any(|grant| grant.covers(need))
    }
}

/// Signs and checks tokens. Made at the start, so a restart ends all tokens, and clients fetch new ones.
pub(crate) struct TokenKey(hmac::Key);

impl TokenKey {
    pub(crate) fn generate() -> Result<Self, ServerError> {
        hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new())
            .map(Self)
            .map_err(|_| ServerError::Random)
    }

    pub(crate) fn seal(&self, claims: &Claims) -> String {
        let payload = serde_json::to_vec(claims).unwrap_or_default();
        let tag = hmac::sign(&self.0, &payload);
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(&payload),
            URL_SAFE_NO_PAD.encode(tag)
        )
    }

    /// The claims of a token that this key made and that has not ended.
    pub(crate) fn open(&self, token: &str) -> Option<Claims> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let (payload, tag) = token.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.0, &payload, &tag).ok()?;
        let claims: Claims = serde_json::from_slice(&payload).ok()?;
        (claims.until > now()).then_some(claims)
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(seconds: u64) -> Claims {
        let grants = Grant::parse("repository:a:pull").into_iter().collect();
        Claims::new(true, Duration::from_secs(seconds), grants)
    }

    #[test]
    fn comes_back_as_it_was() {
        let key = TokenKey::generate().unwrap();
        assert_eq!(key.open(&key.seal(&claims(60))), Some(claims(60)));
    }

    #[test]
    fn an_ended_or_changed_or_foreign_token_is_none() {
        let key = TokenKey::generate().unwrap();
        assert_eq!(key.open(&key.seal(&claims(0))), None);
        let good = key.seal(&claims(60));
        for at in 0..good.len() {
            let mut bad = good.clone().into_bytes();
            bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bad).unwrap();
            // The last character of base64 has bits that mean nothing; a strict decoder refuses others.
            assert_eq!(key.open(&bad), None, "changed at {at}");
        }
        assert_eq!(TokenKey::generate().unwrap().open(&good), None);
        for bad in ["", ".", "a.b", "..", &"x".repeat(MAX_TOKEN + 1)] {
            assert_eq!(key.open(bad), None);
        }
    }
}
