//! What a component says that it was linked from. Hearsay like its producers: what does not parse is passed over.

use sampan_types::links::Linked;

use super::item::clean;

/// The longest record that is read; more parts than are linked would not fill it.
const LONGEST: usize = 1 << 20;
/// How many parts are listed, and how much of each.
const MOST: usize = 64;

pub(super) fn read(section: &[u8]) -> Option<Linked> {
    if section.len() > LONGEST {
        return None;
    }
    let mut linked: Linked = serde_json::from_slice(section).ok()?;
    linked.parts.truncate(MOST);
    for part in &mut linked.parts {
        part.name = clean(&part.name);
        part.serves.truncate(MOST);
        for name in &mut part.serves {
            *name = clean(name);
        }
    }
    Some(linked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_record_is_passed_over() {
        assert_eq!(read(b""), None);
        assert_eq!(
            read(br#"{"parts":[{"name":"x","digest":"sha256:1","size":1}]}"#),
            None
        );
        let digest = format!("sha256:{}", "0".repeat(64));
        let one = format!(r#"{{"name":"a\u001b[2J","digest":"{digest}","size":1,"serves":["b"]}}"#);
        let many = format!(r#"{{"parts":[{}]}}"#, vec![one.as_str(); 100].join(","));
        let linked = read(many.as_bytes()).unwrap();
        assert_eq!(linked.parts.len(), MOST);
        assert!(
            !linked.parts[0].name.contains('\u{1b}'),
            "{:?}",
            linked.parts[0].name
        );
    }
}
