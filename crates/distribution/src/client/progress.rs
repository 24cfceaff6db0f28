//! What the client tells about its work while it goes on.

use std::time::Duration;

use sampan_types::Digest;

/// Follows transfers; shown by whoever has a screen. Calls come from several tasks at once and must not
/// block.
pub trait Progress: Send + Sync {
    /// A transfer begins; `total` is its size in bytes where that is known.
    fn start(&self, item: &Digest, what: &str, total: Option<u64>);
    /// The transfer now stands at this byte. It may go back when a transfer has to begin again.
    fn advance(&self, item: &Digest, position: u64);
    /// The transfer is complete and checked.
    fn done(&self, item: &Digest);
    /// Nothing had to be transferred: the other side has it already.
    fn already(&self, item: &Digest, what: &str);
    /// An attempt failed for this `cause`; the next one, number `attempt`, begins after `wait`. Without an
    /// item it is a request that moves no blob.
    fn retry(&self, item: Option<&Digest>, cause: &str, attempt: u32, wait: Duration);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _item: &Digest, _what: &str, _total: Option<u64>) {}
    fn advance(&self, _item: &Digest, _position: u64) {}
    fn done(&self, _item: &Digest) {}
    fn already(&self, _item: &Digest, _what: &str) {}
    fn retry(&self, _item: Option<&Digest>, _cause: &str, _attempt: u32, _wait: Duration) {}
}
