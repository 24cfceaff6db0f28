//! A reference is refused, or its full form and its short form both parse back to itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sampan_types::Reference;

fuzz_target!(|text: &str| {
    let Ok(reference) = text.parse::<Reference>() else {
        return;
    };
    for form in [reference.to_string(), reference.familiar()] {
        let back: Reference = form
            .parse()
            .unwrap_or_else(|e| panic!("`{text}` became `{form}`: {e}"));
        assert_eq!(back, reference, "`{text}` became `{form}`");
    }
    assert!(
        !reference.repository().contains(".."),
        "a repository becomes part of paths"
    );
    assert!(!reference.repository().starts_with('/'));
});
