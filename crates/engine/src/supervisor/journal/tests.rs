use std::collections::BTreeMap;

use super::*;

fn contents(folder: &Path) -> BTreeMap<String, String> {
    let (_journal, contents) = Journal::open(folder).unwrap();
    contents
        .iter()
        .map(|(key, json)| (key.to_owned(), String::from_utf8(json.to_vec()).unwrap()))
        .collect()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn what_was_put_is_there_again_and_what_was_dropped_is_not() {
    let dir = tempfile::tempdir().unwrap();
    {
        let (journal, _) = Journal::open(dir.path()).unwrap();
        journal.put("a", &1).unwrap();
        journal.put("b", &2).unwrap();
        journal.put("a", &3).unwrap();
        journal.put("c", &4).unwrap();
        journal.drop_keys(&["b", "c", "never"]).unwrap();
    }
    assert_eq!(contents(dir.path()), map(&[("a", "3")]));
}

#[test]
fn only_one_daemon_owns_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_held, _) = Journal::open(dir.path()).unwrap();
    assert!(matches!(Journal::open(dir.path()), Err(JournalError::Owned(_))));
}

#[test]
fn every_prefix_gives_what_was_whole_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut states = vec![(0, BTreeMap::new())];
    {
        let (journal, _) = Journal::open(dir.path()).unwrap();
        let mut now = BTreeMap::new();
        for i in 0..12 {
            let key = format!("k{}", i % 5);
            if i % 4 == 3 {
                journal.drop_keys(&[&key]).unwrap();
                now.remove(&key);
            } else {
                journal.put(&key, &i).unwrap();
                now.insert(key, i.to_string());
            }
            let length = fs::metadata(dir.path().join(FILE)).unwrap().len();
            states.push((length, now.clone()));
        }
    }
    let whole = fs::read(dir.path().join(FILE)).unwrap();
    for cut in 0..=whole.len() {
        fs::write(dir.path().join(FILE), &whole[..cut]).unwrap();
        let (_, expected) = states.iter().rfind(|(length, _)| *length <= cut as u64).unwrap();
        assert_eq!(contents(dir.path()), *expected, "cut at {cut}");
        // The torn line is gone for good, so the next one does not join it.
        let left = fs::metadata(dir.path().join(FILE)).unwrap().len();
        assert!(states.iter().any(|(length, _)| *length == left), "{left}");
    }
}

#[test]
fn damage_in_the_middle_costs_its_line_alone() {
    let dir = tempfile::tempdir().unwrap();
    {
        let (journal, _) = Journal::open(dir.path()).unwrap();
        for key in ["a", "b", "c"] {
            journal.put(key, &key).unwrap();
        }
    }
    let path = dir.path().join(FILE);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    {
        let (_journal, contents) = Journal::open(dir.path()).unwrap();
        assert_eq!(contents.damaged, 1);
    }
    // It was written anew, so it is told of once.
    let (_journal, contents) = Journal::open(dir.path()).unwrap();
    assert_eq!(contents.damaged, 0);
    assert_eq!(contents.iter().count(), 2);
}

#[test]
fn it_is_written_anew_under_writers_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    {
        let (journal, _) = Journal::open(dir.path()).unwrap();
        let value = "x".repeat(500);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let (journal, value) = (&journal, &value);
                scope.spawn(move || {
                    for i in 0..2_000 {
                        let key = format!("{writer}/{}", i % 50);
                        journal.put(&key, &(i, value)).unwrap();
                        if i % 100 == 0 && journal.has_grown() {
                            journal.compact().unwrap();
                        }
                    }
                });
            }
        });
        journal.compact().unwrap();
        assert!(!journal.has_grown());
        journal.sync().unwrap();
    }
    assert!(fs::metadata(dir.path().join(FILE)).unwrap().len() < 200_000);
    let all = contents(dir.path());
    assert_eq!(all.len(), 200);
    assert!(all["3/49"].starts_with("[1999,"));
}

#[test]
fn a_rewrite_that_fails_leaves_the_old_journal() {
    let _scenario = fail::FailScenario::setup();
    for point in [
        "journal::compact::create",
        "journal::compact::sync",
        "journal::compact::rename",
        "journal::compact::sync-folder",
    ] {
        let dir = tempfile::tempdir().unwrap();
        {
            let (journal, _) = Journal::open(dir.path()).unwrap();
            journal.put("a", &1).unwrap();
            fail::cfg(point, "return").unwrap();
            assert!(
                matches!(journal.compact(), Err(JournalError::Injected(_))),
                "{point}"
            );
            fail::remove(point);
            journal.put("b", &2).unwrap();
            assert!(!dir.path().join(compact::FRESH).exists());
        }
        assert_eq!(contents(dir.path()), map(&[("a", "1"), ("b", "2")]), "{point}");
    }
}
