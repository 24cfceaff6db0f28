//! Variables of a container, each at most once: a later one of a name takes the place of an earlier one.

use std::collections::HashMap;

/// Adds pairs.
pub(crate) fn add(env: &mut Vec<(String, String)>, pairs: impl IntoIterator<Item = (String, String)>) {
    let mut places: HashMap<String, usize> = env
        .iter()
        .enumerate()
        .map(|(at, (name, _))| (name.clone(), at))
        .collect();
    for (name, value) in pairs {
        match places.get(&name) {
            Some(at) => env[*at].1 = value,
            None => {
                places.insert(name.clone(), env.len());
                env.push((name, value));
            }
        }
    }
}

/// Pairs of which some may have the same name.
pub(crate) fn merged(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut env = Vec::with_capacity(pairs.len());
    add(&mut env, pairs);
    env
}

/// Adds `NAME=VALUE` pairs; a bare name takes the variable away.
pub(crate) fn extend<'p>(env: &mut Vec<(String, String)>, pairs: impl Iterator<Item = &'p String>) {
    let mut gone = Vec::new();
    let split = pairs.filter_map(|pair| match pair.split_once('=') {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None => {
            gone.push(pair.clone());
            None
        }
    });
    add(env, split);
    env.retain(|(name, _)| !gone.contains(name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_name_wins_in_the_place_of_the_first() {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let env = merged([("a", "1"), ("b", "2"), ("a", "3")].map(pair).into());
        assert_eq!(env, [("a", "3"), ("b", "2")].map(pair));
        let mut env = env;
        let more = ["b=x=y", "c=", "a"].map(str::to_owned);
        extend(&mut env, more.iter());
        assert_eq!(env, [("b", "x=y"), ("c", "")].map(pair));
    }
}
