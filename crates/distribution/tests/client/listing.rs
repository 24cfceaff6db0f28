//! Small questions: names, tags, repositories, deletion.

use sampan_distribution::client::ClientError;

use crate::fake::{Fake, Reply};
use crate::fixture::client;

#[tokio::test]
async fn a_name_is_resolved_with_one_request() {
    let fake = Fake::start();
    let image = fake.add_image("app", "1", 1);
    let found = client().resolve(&fake.reference("app:1")).await.unwrap();
    assert_eq!(found.digest, image.digest);
    assert_eq!((fake.count(|r| r.method == "HEAD"), fake.count(|_| true)), (1, 1));
    // Where HEAD does not tell the digest, the manifest itself does.
    fake.hook(|r, _| (r.method == "HEAD").then(|| Reply::new(200)));
    let found = client().resolve(&fake.reference("app:1")).await.unwrap();
    assert_eq!(found.digest, image.digest);
    // Nor where HEAD is not known at all.
    fake.hook(|r, _| (r.method == "HEAD").then(|| Reply::new(405)));
    let found = client().resolve(&fake.reference("app:1")).await.unwrap();
    assert_eq!(found.digest, image.digest);
}

#[tokio::test]
async fn tags_come_page_by_page() {
    let fake = Fake::start();
    fake.hook(|r, _| {
        let page = |tags: &str| Reply::new(200).body(format!(r#"{{"name":"app","tags":{tags}}}"#));
        match (r.path.as_str(), r.param("last").as_deref()) {
            ("/v2/app/tags/list", None) => {
                Some(page(r#"["a","b"]"#).header("link", "</v2/app/tags/list?n=2&last=b>; rel=\"next\""))
            }
            ("/v2/app/tags/list", Some("b")) => Some(page(r#"["c"]"#)),
            ("/v2/empty/tags/list", _) => Some(page("null")),
            ("/v2/_catalog", _) => Some(Reply::new(200).body(r#"{"repositories":["app","x/y"]}"#)),
            _ => None,
        }
    });
    let tags = client().tags(&fake.reference("app")).await.unwrap();
    assert_eq!(tags, ["a", "b", "c"]);
    assert!(client().tags(&fake.reference("empty")).await.unwrap().is_empty());
    assert_eq!(client().catalog(&fake.name()).await.unwrap(), ["app", "x/y"]);
    let error = client().tags(&fake.reference("none")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("registry {} has no repository \"none\"", fake.name())
    );
}

#[tokio::test]
async fn pages_without_end_do_end_and_do_not_lead_elsewhere() {
    let fake = Fake::start();
    fake.hook(|r, _| {
        let next = "</v2/app/tags/list?again>; rel=next";
        r.path
            .ends_with("/tags/list")
            .then(|| Reply::new(200).header("link", next).body(r#"{"tags":["x"]}"#))
    });
    assert_eq!(client().tags(&fake.reference("app")).await.unwrap().len(), 1000);
    fake.hook(|r, _| {
        let next = "<http://192.0.2.1/v2/>; rel=next";
        r.path
            .ends_with("/tags/list")
            .then(|| Reply::new(200).header("link", next).body(r#"{"tags":["x"]}"#))
    });
    let error = client().tags(&fake.reference("app")).await.unwrap_err();
    assert!(matches!(error, ClientError::Pointer { .. }), "{error:?}");
}

#[tokio::test]
async fn a_deleted_image_is_gone() {
    let fake = Fake::start();
    fake.add_image("app", "1", 1);
    let reference = fake.reference("app:1");
    client().delete(&reference).await.unwrap();
    let error = client().delete(&reference).await.unwrap_err();
    assert!(matches!(error, ClientError::NoImage { .. }), "{error:?}");
    // A registry that does not allow it says so.
    fake.add_image("app", "2", 1);
    fake.hook(|r, _| (r.method == "DELETE").then(|| Reply::new(405)));
    let error = client().delete(&fake.reference("app:2")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "registry {} refused to delete a manifest: status 405",
            fake.name()
        )
    );
}
