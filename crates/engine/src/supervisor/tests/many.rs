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
