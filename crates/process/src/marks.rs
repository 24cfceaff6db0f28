//! By which overlayfs marks what hides something beneath it: the kernel lets none but the machine's root set its usual marks.

use crate::users;

/// Of a folder that hides what is beneath it.
pub fn opaque() -> &'static str {
    match users::is_root() {
        true => "trusted.overlay.opaque",
        false => "user.overlay.opaque",
    }
}

/// Whether a name is one of overlayfs's own, whoever may set it.
pub fn is_one(attribute: &[u8]) -> bool {
    attribute.starts_with(b"trusted.overlay.") || attribute.starts_with(b"user.overlay.")
}
