//! Compiled code: verified on every use, made once, kept to a budget.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::fmt::Error as Never;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use common::{Fixture, files};
use proptest::prelude::*;
use sampan_store::{CachedCode, CodeCache, CodeCacheError, CodeKey, GcPolicy, Outcome};
use sampan_types::ByteCount;

fn key(n: u8) -> CodeKey {
    CodeKey::new(&format!("{n:02x}").repeat(32)).unwrap()
}
fn get(cache: &CodeCache, n: u8, code: &[u8]) -> (Vec<u8>, Outcome) {
    let cached = cache
        .get_or_create(&key(n), &mut || Ok::<_, Never>(code.to_vec()))
        .unwrap();
    content(cached)
}
fn content(mut cached: CachedCode) -> (Vec<u8>, Outcome) {
    let mut bytes = Vec::new();
    cached.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, cached.size);
    (bytes, cached.outcome)
}
/// The file of the only entry.
fn object(f: &Fixture) -> PathBuf {
    let code = f.root().join("v1/code");
    let names = files(&code);
    let name = names.iter().find(|n| n.contains('.')).unwrap();
    code.join(name)
}

#[test]
fn code_is_made_once_and_comes_back_as_it_was() {
    let f = Fixture::new();
    let cache = f.store.code_cache();
    assert!(cache.get(&key(1)).unwrap().is_none());
    for code in [vec![], vec![7; 1], vec![9; 1_000_001]] {
        let n = u8::try_from(code.len() % 251).unwrap();
        assert_eq!(get(&cache, n, &code), (code.clone(), Outcome::Created));
        assert_eq!(get(&cache, n, b"not this"), (code.clone(), Outcome::Hit));
        // Another process has the same key.
        let other = sampan_store::Store::open(&f.root()).unwrap().code_cache();
        assert_eq!(
            content(other.get(&key(n)).unwrap().unwrap()),
            (code, Outcome::Hit)
        );
    }
    let names = files(&f.root().join("v1/code"));
    assert_eq!(names.len(), 7, "three links, three files, the key: {names:?}");
    assert!(cache.remove(&key(1)).unwrap() && !cache.remove(&key(1)).unwrap());
    let error = cache.get_or_create(&key(1), &mut || Err(Never)).unwrap_err();
    assert!(matches!(error, CodeCacheError::Create(Never)));
    for bad in ["", "abc", "../../../../../etc", &"A".repeat(64), &"a".repeat(129)] {
        assert!(CodeKey::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_handed_out_file_cannot_be_written_and_the_key_is_secret() {
    use std::io::Write;
    use std::os::unix::fs::MetadataExt;
    let f = Fixture::new();
    get(&f.store.code_cache(), 1, b"code");
    let mut cached = f.store.code_cache().get(&key(1)).unwrap().unwrap();
    assert!(cached.file.write_all(b"x").is_err());
    let meta = f.root().join("v1/code/key").metadata().unwrap();
    assert_eq!((meta.len(), meta.mode() & 0o777), (32, 0o600));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn a_flipped_bit_is_never_handed_out(at in any::<prop::sample::Index>(), bit in 0u8..8, length in 1usize..40_000) {
        let f = Fixture::new();
        let cache = f.store.code_cache();
        let code: Vec<u8> = (0..length).map(|i| (i * 31 % 251) as u8).collect();
        get(&cache, 1, &code);
        let path = object(&f);
        let mut damaged = code.clone();
        damaged[at.index(length)] ^= 1 << bit;
        std::fs::write(&path, &damaged).unwrap();
        let made = AtomicUsize::new(0);
        let cached = cache.get_or_create(&key(1), &mut || {
            made.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Never>(code.clone())
        }).unwrap();
        prop_assert_eq!(made.load(Ordering::Relaxed), 1);
        prop_assert_eq!(content(cached), (code.clone(), Outcome::Repaired));
        prop_assert_eq!(get(&cache, 1, b""), (code, Outcome::Hit));
    }
}

#[test]
fn every_other_damage_is_noticed() {
    let f = Fixture::new();
    let cache = f.store.code_cache();
    let code = f.root().join("v1/code");
    let link = code.join(key(1).as_str());
    let damages: [(&str, &dyn Fn()); 7] = [
        ("cut off", &|| {
            std::fs::File::options()
                .write(true)
                .open(object(&f))
                .unwrap()
                .set_len(3)
                .unwrap()
        }),
        ("longer", &|| {
            std::fs::write(object(&f), b"code and more").unwrap()
        }),
        ("the file is gone", &|| std::fs::remove_file(object(&f)).unwrap()),
        ("the link points elsewhere", &|| {
            std::fs::remove_file(&link).unwrap();
            std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
        }),
        ("the link is a file", &|| {
            std::fs::remove_file(&link).unwrap();
            std::fs::write(&link, "x").unwrap();
        }),
        ("another entry's code under this name", &|| {
            get(&cache, 2, b"evil");
            let evil = std::fs::read_link(code.join(key(2).as_str())).unwrap();
            let name = evil.to_str().unwrap().replace(key(2).as_str(), key(1).as_str());
            std::fs::copy(code.join(&evil), code.join(&name)).unwrap();
            std::fs::remove_file(&link).unwrap();
            std::os::unix::fs::symlink(&name, &link).unwrap();
        }),
        ("the key is another one", &|| {
            std::fs::write(code.join("key"), [1; 32]).unwrap()
        }),
    ];
    for (what, damage) in damages {
        get(&cache, 1, b"code");
        damage();
        let fresh = sampan_store::Store::open(&f.root()).unwrap().code_cache();
        assert!(fresh.get(&key(1)).unwrap().is_none(), "{what}");
        let (bytes, outcome) = get(&fresh, 1, b"code");
        assert_eq!(bytes, b"code", "{what}");
        assert_ne!(outcome, Outcome::Hit, "{what}");
        fresh.remove(&key(1)).unwrap();
        fresh.remove(&key(2)).unwrap();
        f.store.gc(&GcPolicy::now()).unwrap();
    }
    // A key of the wrong length is made anew.
    std::fs::write(code.join("key"), "short").unwrap();
    let fresh = sampan_store::Store::open(&f.root()).unwrap().code_cache();
    assert_eq!(get(&fresh, 1, b"code").1, Outcome::Created);
    assert_eq!(code.join("key").metadata().unwrap().len(), 32);
}

#[test]
fn many_threads_make_it_once() {
    let f = Fixture::new();
    let made = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let cache = sampan_store::Store::open(&f.root()).unwrap().code_cache();
            let made = &made;
            scope.spawn(move || {
                let cached = cache.get_or_create(&key(1), &mut || {
                    made.fetch_add(1, Ordering::Relaxed);
                    Ok::<_, Never>(vec![1; 100_000])
                });
                assert_eq!(cached.unwrap().size, 100_000);
            });
        }
    });
    assert_eq!(made.into_inner(), 1);
}

#[test]
fn the_least_recently_used_code_goes_past_the_budget() {
    let f = Fixture::new();
    let cache = f.store.code_cache();
    for n in 1..=4 {
        let cached = cache
            .get_or_create(&key(n), &mut || Ok::<_, Never>(vec![n; 64 << 10]))
            .unwrap();
        let old = SystemTime::now() - Duration::from_secs(7200 * u64::from(n));
        cached.file.set_modified(old).unwrap();
    }
    // A use makes the oldest the youngest.
    assert!(cache.get(&key(4)).unwrap().is_some());
    let mut policy = GcPolicy::default();
    policy.budget = Some(ByteCount::kib(140));
    let report = f.store.gc(&policy).unwrap();
    assert_eq!((report.code, report.freed), (2, ByteCount::kib(128)));
    let there: Vec<u8> = (1..=4)
        .filter(|n| cache.get(&key(*n)).unwrap().is_some())
        .collect();
    assert_eq!(there, [1, 4]);
}

#[test]
fn a_warm_lookup_writes_nothing() {
    let f = Fixture::new();
    get(&f.store.code_cache(), 1, b"code");
    let times = || {
        use std::os::unix::fs::MetadataExt;
        let meta = object(&f).metadata().unwrap();
        let folder = f.root().join("v1/code").metadata().unwrap();
        (
            meta.ctime(),
            meta.ctime_nsec(),
            folder.ctime(),
            folder.ctime_nsec(),
        )
    };
    let before = times();
    get(&f.store.code_cache(), 1, b"code");
    assert_eq!(times(), before);
}

#[test]
fn a_files_digest_is_remembered_and_forgotten_when_it_changes() {
    let f = Fixture::new();
    let path = f.folder.path().join("app.wasm");
    std::fs::write(&path, "one").unwrap();
    let look = || f.store.file_digest(&path).unwrap();
    let first = look();
    assert!(!first.known && first.size == 3);
    assert!(
        !look().known,
        "a file that was just written may change without a trace"
    );
    let known = |digest: &sampan_types::Digest| {
        let limit = Instant::now() + Duration::from_secs(30);
        loop {
            let mut found = look();
            assert_eq!(&found.digest, digest);
            let mut text = String::new();
            found.file.read_to_string(&mut text).unwrap();
            assert_eq!(text.len(), 3);
            if found.known {
                return;
            }
            assert!(Instant::now() < limit, "it is never remembered");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    known(&first.digest);
    // The same length, and the old time put back: only the change time tells.
    let time = path.metadata().unwrap().modified().unwrap();
    std::fs::write(&path, "two").unwrap();
    std::fs::File::open(&path).unwrap().set_modified(time).unwrap();
    let second = look();
    assert!(!second.known);
    assert_ne!(second.digest, first.digest);
    known(&second.digest);
    // An entry that nobody with the key wrote is not believed.
    let folder = f.root().join("v1/code/files");
    for name in files(&folder) {
        let text = std::fs::read_link(folder.join(&name)).unwrap();
        let forged = text
            .to_str()
            .unwrap()
            .replacen(second.digest.hex(), first.digest.hex(), 1);
        std::fs::remove_file(folder.join(&name)).unwrap();
        std::os::unix::fs::symlink(forged, folder.join(&name)).unwrap();
    }
    let third = look();
    assert!(!third.known && third.digest == second.digest);
    assert!(f.store.file_digest(&f.folder.path().join("none")).is_err());
}
