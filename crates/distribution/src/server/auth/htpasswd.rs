//! The password file: `USER:HASH` lines with bcrypt hashes, as `htpasswd -B` writes them.
//!
//! The file is read once, at the start. Its content never gets into a message.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ring::{digest, hmac, rand};
use sampan_types::Secret;
use tokio::sync::Semaphore;

use crate::server::api_error::ApiError;
use crate::server::error::ServerError;
use crate::server::state::blocking;

/// How long a password that was right once is taken without the slow hash, and how many such are kept.
const REMEMBER: Duration = Duration::from_secs(300);
const REMEMBERED: usize = 256;
/// How many slow hashes run at the same time, and how long a request waits for its turn.
const AT_ONCE: usize = 2;
const TURN: Duration = Duration::from_secs(10);
/// Cost factors that are accepted: below 4 bcrypt does not exist, above 16 one login takes many seconds.
const COSTS: std::ops::RangeInclusive<u32> = 4..=16;

pub(crate) struct Users {
    hashes: Arc<HashMap<String, Secret<String>>>,
    /// Hashed for names that do not exist, so that they take as long as others.
    stand_in: Secret<String>,
    turns: Semaphore,
    seen: Mutex<HashMap<[u8; digest::SHA256_OUTPUT_LEN], Instant>>,
    seen_key: hmac::Key,
}

impl Users {
    pub(crate) fn load(path: &Path) -> Result<Self, ServerError> {
        let text = std::fs::read_to_string(path).map_err(|source| ServerError::Read {
            path: path.to_owned(),
            source,
        })?;
        let mut hashes = HashMap::new();
        let mut stand_in = None;
        for (at, line) in text.lines().enumerate() {
            let line_number = at + 1;
            let entry = line.trim();
            if entry.is_empty() || entry.starts_with('#') {
                continue;
            }
            let malformed = || ServerError::Htpasswd {
                path: path.to_owned(),
                line: line_number,
            };
            let (user, hash) = entry.split_once(':').ok_or_else(malformed)?;
            if user.is_empty() || !is_bcrypt(hash) {
                return Err(malformed());
            }
            stand_in.get_or_insert_with(|| Secret::new(hash.to_owned()));
            if hashes
                .insert(user.to_owned(), Secret::new(hash.to_owned()))
                .is_some()
            {
                return Err(ServerError::HtpasswdTwice {
                    path: path.to_owned(),
                    line: line_number,
                });
            }
        }
        let stand_in = stand_in.ok_or_else(|| ServerError::HtpasswdEmpty {
            path: path.to_owned(),
        })?;
        Ok(Self {
            hashes: Arc::new(hashes),
            stand_in,
            turns: Semaphore::new(AT_ONCE),
            seen: Mutex::new(HashMap::new()),
            seen_key: hmac::Key::generate(hmac::HMAC_SHA256, &rand::SystemRandom::new())
                .map_err(|_| ServerError::Random)?,
        })
    }

    /// Whether the password is the user's.
    pub(crate) async fn verify(&self, user: &str, password: Secret<String>) -> Result<bool, ApiError> {
        let mark = self.mark(user, &password);
        if self.remembers(&mark) {
            return Ok(true);
        }
        let Ok(Ok(_turn)) = tokio::time::timeout(TURN, self.turns.acquire()).await else {
            return Err(ApiError::busy(Duration::from_secs(5)));
        };
        let (hash, exists) = match self.hashes.get(user) {
            Some(hash) => (hash.clone(), true),
            None => (self.stand_in.clone(), false),
        };
        let right =
            blocking(move || Ok(bcrypt::verify(password.expose(), hash.expose()).unwrap_or(false) && exists))
                .await?;
        if right {
            self.remember(mark);
        }
        Ok(right)
    }

    fn mark(&self, user: &str, password: &Secret<String>) -> [u8; digest::SHA256_OUTPUT_LEN] {
        let mut context = hmac::Context::with_key(&self.seen_key);
        // The length keeps `a` with `bc` apart from `ab` with `c`.
        context.update(&(user.len() as u64).to_le_bytes());
        context.update(user.as_bytes());
        context.update(password.expose().as_bytes());
        let mut mark = [0; digest::SHA256_OUTPUT_LEN];
        mark.copy_from_slice(context.sign().as_ref());
        mark
    }

    fn remembers(&self, mark: &[u8; digest::SHA256_OUTPUT_LEN]) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(mark).is_some_and(|at| at.elapsed() < REMEMBER)
    }

    fn remember(&self, mark: [u8; digest::SHA256_OUTPUT_LEN]) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, at| at.elapsed() < REMEMBER);
        if seen.len() < REMEMBERED {
            seen.insert(mark, Instant::now());
        }
    }
}

/// `$2y$COST$` and 53 characters of bcrypt's base64.
fn is_bcrypt(hash: &str) -> bool {
    let mut parts = hash.split('$');
    let (Some(""), Some(version), Some(cost), Some(rest), None) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next(),
    ) else {
        return false;
    };
    matches!(version, "2a" | "2b" | "2y")
        && cost.len() == 2
        && cost.parse().is_ok_and(|cost| COSTS.contains(&cost))
        && rest.len() == 53
        && rest
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Users, ServerError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("htpasswd");
        std::fs::write(&path, text).unwrap();
        Users::load(&path)
    }

    /// Made by Apache's `htpasswd -nbBC 4 sam secret`-alike: version 2y, cost 4.
    fn hash(password: &str) -> String {
        bcrypt::hash_with_result(password, 4)
            .unwrap()
            .format_for_version(bcrypt::Version::TwoY)
    }

    #[tokio::test]
    async fn knows_its_users() {
        let users = load(&format!(
            "# staff\n\nsam:{}\nliu:{}\n",
            hash("secret"),
            hash("other")
        ))
        .unwrap();
        for (user, password, right) in [
            ("sam", "secret", true),
            ("sam", "secret", true),
            ("sam", "other", false),
            ("liu", "other", true),
            ("sam", "", false),
            ("nobody", "secret", false),
            ("", "", false),
        ] {
            let verdict = users
                .verify(user, Secret::new(password.to_owned()))
                .await
                .unwrap();
            assert_eq!(verdict, right, "{user} {password}");
        }
    }

    #[test]
    fn refuses_other_hashes_without_showing_them() {
        let apache_md5 = "sam:$apr1$abc$def";
        for bad in [
            "sam",
            "sam:secret",
            ":x",
            "sam:{SHA}x",
            apache_md5,
            "sam:$2y$31$aaaa",
        ] {
            let error = load(bad).err().unwrap();
            assert!(matches!(error, ServerError::Htpasswd { line: 1, .. }), "{bad}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
        assert!(matches!(
            load("# none\n").err().unwrap(),
            ServerError::HtpasswdEmpty { .. }
        ));
        let twice = format!("sam:{0}\nsam:{0}\n", hash("x"));
        assert!(matches!(
            load(&twice).err().unwrap(),
            ServerError::HtpasswdTwice { line: 2, .. }
        ));
    }
}
