//! Which names a client may send, and in which order.

/// Whether a path is one beneath the folder, without a step up or a second way to write it.
pub(super) fn check(path: &str) -> Result<(), String> {
    let bad = |why: &str| Err(format!("the client sent the path {path:?}, {why}"));
    if path.is_empty() || path.starts_with('/') {
        return bad("which is not beneath the folder");
    }
    if path.len() > 4096 {
        return Err("the client sent a path of more than 4096 bytes".to_owned());
    }
    if path.contains('\0') {
        return bad("which has a zero byte");
    }
    match path.split('/').find(|part| matches!(*part, "" | "." | "..")) {
        Some(_) => bad("which is not a clean one"),
        None => Ok(()),
    }
}

/// The order of names: clients walk their folders, so that a folder comes before what is in it.
#[derive(Debug, Default)]
pub(super) struct Walk {
    last: String,
}

impl Walk {
    /// Whether this path may follow the one before.
    pub(super) fn next(&mut self, path: &str) -> Result<(), String> {
        check(path)?;
        if !self.last.is_empty() && !self.last.split('/').lt(path.split('/')) {
            return Err(format!(
                "the client sent the path {path:?} behind {:?}, which is out of order",
                self.last
            ));
        }
        path.clone_into(&mut self.last);
        Ok(())
    }
}
