//! Builds asked for by a plain request, outputs that are no images, and contexts with names.

use std::collections::HashMap;
use std::sync::Arc;

use prost::Message as _;
use tokio::sync::mpsc;

use super::builds::direct;
use super::client::{Client, Folder, Looker, OWNER, asking, file};
use crate::kit::BuildKit;
use crate::proto::moby::buildkit::v1 as control;
use crate::request::{BuildRequest, Traced};

const DOCKERFILE: &str = "FROM scratch\nCOPY a /\nRUN said\n";

fn image() -> Option<(String, std::collections::BTreeMap<String, String>)> {
    Some(("moby".to_owned(), [("name".to_owned(), "shop".to_owned())].into()))
}

/// What a request is told, as vertexes and the image's id.
async fn told(kit: &BuildKit, looker: &Looker, asked: BuildRequest) -> (Result<(), String>, Vec<String>) {
    let (tell, mut from) = mpsc::channel(4);
    let listening = async {
        let mut all = Vec::new();
        while let Some(one) = from.recv().await {
            match one {
                Traced::Image(id) => all.push(id),
                Traced::Status(bytes) => {
                    let status = control::StatusResponse::decode(bytes.as_slice()).unwrap();
                    let ended = status.vertexes.into_iter().filter(|one| one.completed.is_some());
                    all.extend(ended.map(|vertex| vertex.name));
                }
            }
        }
        all
    };
    tokio::join!(kit.build(asked, looker, OWNER, tell), listening)
}

#[tokio::test]
async fn a_request_is_answered_with_the_progress_and_the_image() {
    let kit = BuildKit::default();
    let _session = Client::with(DOCKERFILE, vec![file("a", "a")]).open(&kit, "s1");
    let looker = Looker::default();
    let asked = BuildRequest {
        session: "s1".to_owned(),
        output: image(),
        ..BuildRequest::default()
    };
    let (ended, told) = told(&kit, &looker, asked).await;
    ended.unwrap();
    assert!(told.contains(&"[2/2] RUN said".to_owned()), "{told:?}");
    assert_eq!(told.last().unwrap(), "sha256:image");
    let seen = looker.seen.lock().unwrap();
    let order = seen.order.as_ref().unwrap();
    assert_eq!(order.tags[0].to_string(), "docker.io/library/shop:latest");
    assert_eq!(seen.files["a"], b"a");
}

#[tokio::test]
async fn a_request_may_bring_its_files_itself() {
    let kit = BuildKit::default();
    let looker = Looker::default();
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(3);
    archive.append_data(&mut header, "own", &b"own"[..]).unwrap();
    let bytes = archive.into_inner().unwrap();
    let (upload, context) = kit.archive();
    let asked = BuildRequest {
        output: image(),
        context: Some(context),
        ..BuildRequest::default()
    };
    let sending = async {
        assert!(upload.send(bytes.into()).await);
        upload.finish().await;
    };
    let ((ended, told), ()) = tokio::join!(told(&kit, &looker, asked), sending);
    ended.unwrap();
    // The Dockerfile is in the archive, so the steps are told by whoever builds.
    assert!(told.contains(&"[2/3] step".to_owned()), "{told:?}");
    assert_eq!(looker.seen.lock().unwrap().files["own"], b"own");
}

#[tokio::test]
async fn a_request_that_fails_says_why_and_has_no_image() {
    let kit = BuildKit::default();
    let _session = Client::with(DOCKERFILE, vec![file("a", "a")]).open(&kit, "s1");
    let looker = Looker {
        fails: Some("it broke"),
        ..Looker::default()
    };
    let asked = BuildRequest {
        session: "s1".to_owned(),
        output: image(),
        ..BuildRequest::default()
    };
    let (ended, told) = told(&kit, &looker, asked).await;
    assert_eq!(ended.unwrap_err(), "it broke");
    assert!(!told.contains(&"sha256:image".to_owned()), "{told:?}");
    let refused = BuildRequest {
        session: "s1".to_owned(),
        output: Some(("oci".to_owned(), [].into())),
        ..BuildRequest::default()
    };
    let (ended, _) = self::told(&kit, &looker, refused).await;
    assert!(ended.unwrap_err().contains("docker save"));
}

#[tokio::test]
async fn files_go_to_the_client_as_an_archive() {
    let kit = BuildKit::default();
    let client = Client::with(DOCKERFILE, vec![file("a", "a")]);
    let given = Arc::clone(&client.given);
    let _session = client.open(&kit, "s1");
    let bytes: Vec<u8> = (0..2_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let looker = Arc::new(Looker {
        gives: Some(bytes.clone()),
        ..Looker::default()
    });
    let mut asking = asking(&kit, looker.clone()).await;
    let mut request = direct("b1", "s1");
    request.exporters = vec![control::Exporter {
        r#type: "tar".to_owned(),
        ..control::Exporter::default()
    }];
    let answer = asking.control.solve(request).await.unwrap().into_inner();
    assert!(answer.exporter_response.is_empty(), "there is no image");
    assert!(*given.lock().unwrap() == bytes, "each byte came");
    let seen = looker.seen.lock().unwrap();
    let order = seen.order.as_ref().unwrap();
    assert!(order.files && order.cache_only);
}

#[tokio::test]
async fn contexts_have_folders_of_their_own_in_the_archive() {
    let kit = BuildKit::default();
    let mut client = Client::with(DOCKERFILE, vec![file("a", "a")]);
    let mut twin = super::client::stat("twin", 0o644, 0);
    twin.linkname = "more".to_owned();
    let other = vec![file("more", "more"), (twin, Vec::new())];
    client.folders.insert("other".to_owned(), Folder::Files(other));
    let _session = client.open(&kit, "s1");
    let looker = Arc::new(Looker::default());
    let mut asking = asking(&kit, looker.clone()).await;
    let mut request = direct("b1", "s1");
    let options = [
        ("context:src", "local:other"),
        ("context:base", "docker-image://other:1"),
        ("no-cache", "one,two"),
        ("platform", "linux/amd64,wasi/wasm"),
    ];
    request.frontend_attrs = HashMap::from(options.map(|(key, value)| (key.to_owned(), value.to_owned())));
    asking.control.solve(request).await.unwrap();
    {
        let seen = looker.seen.lock().unwrap();
        let order = seen.order.as_ref().unwrap();
        assert_eq!(order.contexts, ["src"]);
        assert_eq!(order.images["base"], "other:1");
        assert!(!order.no_cache);
        assert_eq!(order.no_cache_stages, ["one", "two"]);
        assert_eq!(order.platforms.len(), 2);
        assert_eq!(seen.files["context/a"], b"a");
        assert_eq!(seen.files["0/more"], b"more");
        assert_eq!(seen.files["0/twin"], b"-> 0/more");
    }

    let mut request = direct("b2", "s1");
    let linked = ("context:base".to_owned(), "input:base".to_owned());
    request.frontend_attrs = HashMap::from([linked]);
    let refused = asking.control.solve(request).await.unwrap_err();
    assert!(refused.message().contains("another target"), "{refused}");
}
