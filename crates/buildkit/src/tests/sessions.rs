//! Whose sessions and builds are whose, and many of them.

use std::sync::Arc;

use futures::FutureExt as _;

use super::builds::{direct, until};
use super::client::{Client, Looker, OWNER, asking, asking_as, file, headers};
use crate::builder::Builder;
use crate::kit::BuildKit;
use crate::secrets::Secrets as _;

#[tokio::test]
async fn a_session_is_its_owners_and_ends_with_its_connection() {
    let kit = BuildKit::default();
    let session = Client::default().open(&kit, "s1");
    kit.sessions.find("s1", OWNER).await.unwrap();
    assert!(kit.sessions.find("s1", "uid:7").now_or_never().is_none());
    let taken = kit.admit(&headers("s1"), OWNER).unwrap_err();
    assert_eq!(taken.to_string(), "session `s1` already exists");
    let nobody = kit.admit(&http::HeaderMap::new(), OWNER).unwrap_err();
    assert!(nobody.to_string().contains("X-Docker-Expose-Session-Uuid"));
    session.abort();
    until(|| kit.admit(&headers("s1"), OWNER).is_ok()).await;
}

#[tokio::test]
async fn a_build_is_its_owners() {
    let kit = BuildKit::default();
    let _session = Client::with("FROM scratch\nCOPY a /\n", vec![file("a", "a")]).open(&kit, "s1");
    let builder: Arc<dyn Builder> = Arc::new(Looker::default());
    let mut own = asking(&kit, Arc::clone(&builder)).await;
    own.control.solve(direct("b1", "s1")).await.unwrap();
    assert!(kit.builds.find("b1", OWNER).now_or_never().is_some());
    assert!(kit.builds.find("b1", "uid:7").now_or_never().is_none());
    let mut other = asking_as(&kit, builder, "uid:7").await;
    let status = other.control.solve(direct("b1", "s1")).await.unwrap_err();
    assert_eq!(status.message(), "job `b1` already exists");
}

#[tokio::test]
async fn a_secret_comes_from_the_client_alone_and_is_bounded() {
    let kit = BuildKit::default();
    let mut client = Client::default();
    client.secrets.insert("token".to_owned(), b"t0ken".to_vec());
    client.secrets.insert("big".to_owned(), vec![0; 600 << 10]);
    let _session = client.open(&kit, "s1");
    let session = kit.sessions.find("s1", OWNER).await.unwrap();
    let token = session.secret("token").await.unwrap().unwrap();
    assert_eq!(token.expose(), b"t0ken");
    assert!(session.secret("none").await.unwrap().is_none());
    let error = session.secret("big").await.unwrap_err();
    assert_eq!(error.to_string(), "secret `big` is larger than 500 KiB");
}

/// Each with its own files, all at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_clients_build_at_once() {
    let kit = BuildKit::default();
    let building = (0..100).map(|number| {
        let kit = kit.clone();
        async move {
            let name = format!("s{number}");
            let context = vec![file("a", name.clone())];
            let session = Client::with("FROM scratch\nCOPY a /\n", context).open(&kit, &name);
            let looker = Arc::new(Looker::default());
            let mut asking = asking(&kit, looker.clone()).await;
            asking
                .control
                .solve(direct(&format!("b{number}"), &name))
                .await
                .unwrap();
            assert_eq!(looker.seen.lock().unwrap().files["a"], name.as_bytes());
            session.abort();
        }
    });
    futures::future::join_all(building).await;
    until(|| kit.admit(&headers("s0"), OWNER).is_ok() && kit.admit(&headers("s99"), OWNER).is_ok()).await;
}
