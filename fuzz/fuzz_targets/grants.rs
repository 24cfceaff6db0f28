//! Every grant's text is refused, or what it is shown as parses back to the same grant, also through JSON.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use sampan_types::Grants;
use sampan_types::grants::{HttpRule, ListenRule, Mount, NetRule, Tmpfs};

fuzz_target!(|text: &str| {
    let mut grants = Grants::default();
    grants.mounts.extend(same::<Mount>(text));
    grants.tmpfs.extend(same::<Tmpfs>(text));
    grants.net.extend(same::<NetRule>(text));
    grants.http.extend(same::<HttpRule>(text));
    grants.listen.extend(same::<ListenRule>(text));
    let file = serde_json::to_string(&grants).expect("grants are plain values");
    let back: Grants = serde_json::from_str(&file).unwrap_or_else(|e| panic!("`{text}` became {file}: {e}"));
    assert_eq!(back, grants);
    // A file of grants that a stranger wrote.
    let _ = serde_json::from_str::<Grants>(text);
});

fn same<T: FromStr + Display + Debug + PartialEq>(text: &str) -> Option<T> {
    let grant: T = text.parse().ok()?;
    let shown = grant.to_string();
    let Ok(back) = shown.parse::<T>() else {
        panic!("`{text}` is shown as `{shown}`, which is refused")
    };
    assert_eq!(back, grant, "`{text}` is shown as `{shown}`");
    Some(grant)
}
