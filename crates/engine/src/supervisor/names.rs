//! Names for containers that were given none: a quality and a person who worked on computers or the sea.

const QUALITIES: [&str; 64] = [
    "able", "airy", "amber", "apt", "balmy", "blithe", "bold", "brave", "bright", "brisk", "calm", "candid",
    "cheery", "civil", "clear", "clever", "cosy", "crisp", "curious", "daring", "deft", "eager", "earnest",
    "fair", "fleet", "fond", "frank", "gentle", "glad", "golden", "handy", "hardy", "honest", "jolly",
    "keen", "kind", "lively", "loyal", "lucid", "merry", "mild", "modest", "neat", "nimble", "noble",
    "patient", "placid", "plucky", "polite", "proud", "quick", "quiet", "ready", "serene", "shrewd",
    "silver", "spry", "steady", "sunny", "swift", "tidy", "trusty", "upbeat", "witty",
];

const PEOPLE: [&str; 64] = [
    "abbate",
    "allen",
    "backus",
    "bartik",
    "bechtolsheim",
    "berezin",
    "borg",
    "cerf",
    "church",
    "clarke",
    "codd",
    "cook",
    "dahl",
    "dampier",
    "diffie",
    "dijkstra",
    "drake",
    "engelbart",
    "estrin",
    "feinler",
    "floyd",
    "goldberg",
    "granville",
    "hamming",
    "heafield",
    "hoare",
    "holberton",
    "hopper",
    "iverson",
    "jennings",
    "joy",
    "kahn",
    "kernighan",
    "kilburn",
    "knuth",
    "lamarr",
    "lamport",
    "liskov",
    "lovelace",
    "magellan",
    "mccarthy",
    "milner",
    "minsky",
    "naur",
    "newell",
    "nygaard",
    "perlis",
    "perlman",
    "ritchie",
    "sammet",
    "shannon",
    "shirley",
    "simon",
    "slocum",
    "stallman",
    "sutherland",
    "tasman",
    "thompson",
    "turing",
    "wilkes",
    "wing",
    "wirth",
    "zheng",
    "zuse",
];

/// A name that follows from random bytes: `quality_person`, with a digit behind it from the second attempt on.
pub(crate) fn generate(random: [u8; 3], attempt: u8) -> String {
    let quality = QUALITIES[usize::from(random[0]) % QUALITIES.len()];
    let person = PEOPLE[usize::from(random[1]) % PEOPLE.len()];
    match attempt {
        0 => format!("{quality}_{person}"),
        _ => format!("{quality}_{person}{}", random[2] % 10),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sampan_types::ContainerName;

    use super::*;

    #[test]
    fn every_generated_name_is_one() {
        let mut seen = BTreeSet::new();
        for quality in 0..64 {
            for person in 0..64 {
                let name = generate([quality, person, 7], 0);
                assert!(name.parse::<ContainerName>().is_ok(), "{name}");
                seen.insert(name);
            }
        }
        assert_eq!(seen.len(), 64 * 64);
        assert!(generate([0, 0, 7], 1).ends_with('7'));
    }
}
