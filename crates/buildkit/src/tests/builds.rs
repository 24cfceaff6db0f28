//! Builds of an honest client, in both ways in which they are asked for.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tonic::Request;

use super::client::{Asking, Client, Folder, Looker, asking, file, folder, stat};
use crate::kit::BuildKit;
use crate::proto::moby::buildkit::v1 as control;
use crate::proto::moby::buildkit::v1::frontend as gateway;

const DOCKERFILE: &str = "FROM scratch\nCOPY a /\nRUN said\n";

pub(super) fn image(name: &str) -> control::Exporter {
    control::Exporter {
        r#type: "moby".to_owned(),
        attrs: HashMap::from([("name".to_owned(), name.to_owned())]),
    }
}

pub(super) fn direct(reference: &str, session: &str) -> control::SolveRequest {
    control::SolveRequest {
        r#ref: reference.to_owned(),
        session: session.to_owned(),
        frontend: "dockerfile.v0".to_owned(),
        exporters: vec![image("shop,shop:two")],
        ..control::SolveRequest::default()
    }
}

fn of_build<T>(reference: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let id = reference.parse().unwrap();
    request.metadata_mut().insert("buildkit-controlapi-buildid", id);
    request
}

#[tokio::test]
async fn a_build_gets_its_files_and_tells_of_its_image() {
    let kit = BuildKit::default();
    let large: Vec<u8> = (0..3_000_000_u32)
        .map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1])
        .collect();
    let long = format!("sub/{}", "n".repeat(180));
    let mut linked = stat("z-link", super::client::LINK | 0o777, 0);
    linked.linkname = "../outside".to_owned();
    let mut hard = stat("z-twin", 0o644, 1);
    hard.linkname = "a".to_owned();
    let mut context = vec![
        file("a", "a"),
        file("empty", ""),
        file("large", large.clone()),
        folder("sub"),
    ];
    context.push(file(&long, "deep"));
    context.extend((0..300).map(|number| file(&format!("t{number:03}"), format!("file {number}"))));
    context.push((linked, Vec::new()));
    context.push((hard, Vec::new()));
    let _session = Client::with(DOCKERFILE, context).open(&kit, "s1");
    let looker = Arc::new(Looker::default());
    let mut asking = asking(&kit, looker.clone()).await;
    let mut request = direct("b1", "s1");
    request.frontend_attrs = HashMap::from(
        [
            ("build-arg:A", "1"),
            ("label:who", "me"),
            ("target", "last"),
            ("no-cache", ""),
            ("add-hosts", "db=10.0.0.1,web=10.0.0.2"),
            ("ulimit", "nofile=10:20"),
            ("platform", "wasi/wasm"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned())),
    );
    let answer = asking
        .control
        .solve(request)
        .await
        .unwrap()
        .into_inner()
        .exporter_response;
    assert_eq!(answer["containerimage.digest"], "sha256:image");
    assert!(!answer.contains_key("containerimage.config.digest"));
    assert_eq!(
        answer["image.name"],
        "docker.io/library/shop:latest,docker.io/library/shop:two"
    );
    let seen = looker.seen.lock().unwrap();
    let order = seen.order.as_ref().unwrap();
    assert_eq!(order.dockerfile.as_deref(), Some(DOCKERFILE));
    assert_eq!(order.arguments["A"], "1");
    assert_eq!(order.labels["who"], "me");
    assert_eq!(order.hosts, ["db:10.0.0.1", "web:10.0.0.2"]);
    assert_eq!((order.ulimits[0].soft, order.ulimits[0].hard), (10, 20));
    assert!(order.no_cache && !order.cache_only && order.target == "last");
    assert_eq!(seen.files["large"], large);
    assert_eq!(seen.files[long.as_str()], b"deep");
    assert_eq!(seen.files["t299"], b"file 299");
    assert_eq!(seen.files["z-link"], b"-> ../outside");
    assert_eq!(seen.files["z-twin"], b"-> a");
    assert_eq!(seen.files.len(), 308);
}

/// buildx first says that there will be a build, and then leads it.
#[tokio::test]
async fn a_client_leads_a_build_itself_and_sees_its_steps() {
    let kit = BuildKit::default();
    let _session = Client::with(DOCKERFILE, vec![file("a", "a")]).open(&kit, "s1");
    let Asking { control, gateway } = asking(&kit, Arc::new(Looker::default())).await;
    let mut request = direct("b1", "s1");
    request.frontend.clear();
    let solving = tokio::spawn({
        let mut control = control.clone();
        async move { control.solve(request).await }
    });
    let (mut leading, mut following) = (gateway.clone(), control.clone());
    let pong = leading
        .ping(of_build("b1", gateway::PingRequest {}))
        .await
        .unwrap()
        .into_inner();
    assert!(
        pong.frontend_api_caps
            .iter()
            .any(|cap| cap.id == "return" && cap.enabled)
    );
    let asked = gateway::SolveRequest {
        frontend: "dockerfile.v0".to_owned(),
        ..gateway::SolveRequest::default()
    };
    let solved = leading.solve(of_build("b1", asked)).await.unwrap().into_inner();
    let Some(gateway::result::Result::Ref(found)) = solved.result.unwrap().result else {
        panic!("a build has one result");
    };
    assert_eq!(found.id, "sha256:image");
    leading
        .r#return(of_build("b1", gateway::ReturnRequest::default()))
        .await
        .unwrap();
    let answer = solving.await.unwrap().unwrap().into_inner().exporter_response;
    assert_eq!(answer["containerimage.digest"], "sha256:image");

    // It is over, and who comes late is told all of it.
    let asked = control::StatusRequest {
        r#ref: "b1".to_owned(),
    };
    let mut told = following.status(asked).await.unwrap().into_inner();
    let (mut last, mut logs) = (HashMap::new(), String::new());
    while let Some(said) = told.message().await.unwrap() {
        for vertex in said.vertexes {
            last.insert(vertex.name.clone(), vertex);
        }
        for log in said.logs {
            logs.push_str(&String::from_utf8_lossy(&log.msg));
        }
    }
    assert_eq!(logs, "said\n");
    let cached = |name: &str| last[name].cached;
    assert!(cached("[1/2] COPY a /") && !cached("[2/2] RUN said"));
    assert!(last.contains_key("[internal] load build context"));
    assert!(
        last.values()
            .all(|vertex| vertex.completed.is_some() && vertex.error.is_empty())
    );
}

#[tokio::test]
async fn what_is_to_be_left_out_is_dropped_where_a_client_sends_it() {
    let kit = BuildKit::default();
    let context = vec![
        file(".dockerignore", "# none of these\nsecret\nlogs/*\n!logs/kept\n"),
        file("a", "a"),
        folder("logs"),
        file("logs/gone", "x"),
        file("logs/kept", "y"),
        file("secret", "s"),
    ];
    let _session = Client::with(DOCKERFILE, context).open(&kit, "s1");
    let looker = Arc::new(Looker::default());
    let mut asking = asking(&kit, looker.clone()).await;
    asking.control.solve(direct("b1", "s1")).await.unwrap();
    let seen = looker.seen.lock().unwrap();
    let names: Vec<_> = seen.files.keys().map(|name| name.trim_end_matches('/')).collect();
    assert_eq!(names, [".", ".dockerignore", "a", "logs", "logs/kept"]);
}

#[tokio::test]
async fn a_failure_names_the_line_of_the_dockerfile() {
    let kit = BuildKit::default();
    let _session = Client::with(DOCKERFILE, vec![file("a", "a")]).open(&kit, "s1");
    let looker = Looker {
        fails: Some("process \"said\" did not complete successfully: exit code: 3"),
        ..Looker::default()
    };
    let mut asking = asking(&kit, Arc::new(looker)).await;
    let status = asking.control.solve(direct("b1", "s1")).await.unwrap_err();
    assert_eq!(
        status.message(),
        "process \"said\" did not complete successfully: exit code: 3"
    );
    let details: crate::proto::google::rpc::Status = prost::Message::decode(status.details()).unwrap();
    let source: serde_json::Value = serde_json::from_slice(&details.details[0].value).unwrap();
    assert_eq!(source["ranges"][0]["start"]["line"], 3);
    assert_eq!(source["info"]["filename"], "Dockerfile");
}

#[tokio::test]
async fn what_is_not_supported_is_refused_before_a_file_is_asked_for() {
    let kit = BuildKit::default();
    let mut asking = asking(&kit, Arc::new(Looker::default())).await;
    for (number, (key, value, word)) in [
        ("context", "https://example.org/x.git", "the context"),
        (
            "context:base",
            "https://example.org/x.git",
            "the context \"base\"",
        ),
        ("context:base", "oci-layout://x@sha256:0", "the context \"base\""),
        ("platform", "linux/amd64,nonsense", "failed to parse platform"),
        ("attest:provenance", "", "attestation"),
        ("requestid", "frontend.lint", "request"),
        ("force-network-mode", "odd", "network mode"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut request = direct(&format!("b{number}"), "nobody");
        request.frontend_attrs.insert(key.to_owned(), value.to_owned());
        let status = asking.control.solve(request).await.unwrap_err();
        assert!(status.message().contains(word), "{key}: {status}");
    }
    let mut request = direct("c", "nobody");
    request.exporters[0].r#type = "oci".to_owned();
    let status = asking.control.solve(request).await.unwrap_err();
    assert!(status.message().contains("the output \"oci\""), "{status}");
}

/// Whoever leaves takes the build along.
#[tokio::test]
async fn a_build_ends_with_its_client() {
    let kit = BuildKit::default();
    let _session = Client::with(DOCKERFILE, vec![file("a", "a")]).open(&kit, "s1");
    let looker = Arc::new(Looker {
        hangs: true,
        ..Looker::default()
    });
    let asking = asking(&kit, looker.clone()).await;
    let solving = tokio::spawn({
        let mut control = asking.control.clone();
        async move { control.solve(direct("b1", "s1")).await }
    });
    until(|| looker.began.load(Ordering::SeqCst)).await;
    assert!(!looker.dropped.load(Ordering::SeqCst));
    solving.abort();
    until(|| looker.dropped.load(Ordering::SeqCst)).await;
}

/// A client that falls silent before its files are here can leave, too.
#[tokio::test]
async fn a_client_that_sends_nothing_can_leave() {
    let kit = BuildKit::default();
    let mut client = Client::with(DOCKERFILE, Vec::new());
    client.folders.insert("context".to_owned(), Folder::Silent);
    let session = client.open(&kit, "s1");
    let looker = Arc::new(Looker::default());
    let asking = asking(&kit, looker.clone()).await;
    let solving = tokio::spawn({
        let mut control = asking.control.clone();
        async move { control.solve(direct("b1", "s1")).await }
    });
    until(|| kit.builds.is_there("b1")).await;
    // Its files' connection breaks off, and so does the build.
    session.abort();
    let status = solving.await.unwrap().unwrap_err();
    assert!(!status.message().is_empty());
}

pub(super) async fn until(done: impl Fn() -> bool) {
    let looking = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), looking)
        .await
        .expect("it comes in time");
}
