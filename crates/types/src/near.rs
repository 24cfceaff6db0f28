//! What somebody may have meant, for errors that name what is there.

/// The nearest of some names, where one is near enough to be meant.
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = (word.chars().count() / 3).clamp(1, 3);
    names
        .map(|name| (distance(word, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

/// How many letters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_meant() {
        assert_eq!(distance("kitten", "sitting"), 3);
        let names = ["ports", "profiles", "image"];
        assert_eq!(nearest("port", names.into_iter()), Some("ports"));
        assert_eq!(nearest("imgae", names.into_iter()), None);
        assert_eq!(nearest("immage", names.into_iter()), Some("image"));
        assert_eq!(nearest("volumes", names.into_iter()), None);
    }
}
