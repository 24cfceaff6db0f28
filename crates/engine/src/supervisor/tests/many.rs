use std::time::Instant;

use super::*;
use crate::supervisor::{ListQuery, RemoveOptions};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_at_once_are_created_started_awaited_and_removed() {
    let house = House::new();
    let s = house.open().await;
    let tasks: Vec<_> = (0..1000)
        .map(|number: u32| {
            let s = s.clone();
            tokio::spawn(async move {
                let name = format!("c{number}");
                let id = create(&s, &name, &["exit", &(number % 100).to_string()]).await;
                let next = s.wait(&id, WaitCondition::NextExit).unwrap();
                s.start(&id).await.unwrap();
                assert_eq!(next.done().await.status_code, i64::from(number % 100));
                s.remove(&id, RemoveOptions::default()).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let all = ListQuery {
        all: true,
        ..ListQuery::default()
    };
    assert!(s.list(&all).await.unwrap().is_empty());
    let s = house.reopen(s).await;
    assert!(s.list(&all).await.unwrap().is_empty());
    assert_eq!(
        std::fs::read_dir(house.root().join("daemon/v1/logs"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_one_name_one_gets_it() {
    let house = House::new();
    let s = house.open().await;
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let s = s.clone();
            tokio::spawn(async move {
                s.create(&me(), Some("one"), None, request(&["wait"], |_, _| {}))
                    .await
                    .is_ok()
            })
        })
        .collect();
    let mut got = 0;
    for task in tasks {
        got += usize::from(task.await.unwrap());
    }
    assert_eq!(got, 1);
    let unnamed: Vec<_> = (0..64)
        .map(|_| {
            let s = s.clone();
            tokio::spawn(async move {
                s.create(&me(), None, None, request(&["wait"], |_, _| {}))
                    .await
                    .unwrap()
                    .id
            })
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for task in unnamed {
        ids.insert(task.await.unwrap());
    }
    assert_eq!(ids.len(), 64);
}

/// Not a promise, but its figure: `cargo test --release -- --ignored --nocapture how_long`.
#[tokio::test]
#[ignore = "a measurement"]
async fn how_long_create_and_start_take() {
    let house = House::new();
    let s = house.open().await;
    const N: u32 = 5_000;
    let mut spent = [Duration::ZERO; 4];
    for number in 0..N {
        let at = Instant::now();
        let id = create(&s, &format!("n{number}"), &["exit", "0"]).await;
        spent[0] += at.elapsed();
        let next = s.wait(&id, WaitCondition::NextExit).unwrap();
        let at = Instant::now();
        s.start(&id).await.unwrap();
        spent[1] += at.elapsed();
        let at = Instant::now();
        next.done().await;
        spent[2] += at.elapsed();
        let at = Instant::now();
        if number % 2 == 0 {
            s.remove(&id, RemoveOptions::default()).await.unwrap();
            spent[3] += at.elapsed() * 2;
        }
    }
    let each = spent.map(|span| span / N);
    println!(
        "create {:?}, start {:?}, wait {:?}, remove {:?}",
        each[0], each[1], each[2], each[3]
    );
    let at = Instant::now();
    let all = ListQuery {
        all: true,
        ..ListQuery::default()
    };
    let count = s.list(&all).await.unwrap().len();
    println!("list of {count}: {:?}", at.elapsed());
    let at = Instant::now();
    let s = house.reopen(s).await;
    println!("open with {count}: {:?}", at.elapsed());
    drop(s);
}
