//! The data part of the conformance suite: its kinds of content, each through a whole round.

use serde_json::{Map, Value, json};

use crate::round::{Data, EMPTY, EXAMPLE_1, EXAMPLE_2};
use crate::support::{CONFIG, INDEX, LAYER, MANIFEST, digest};

fn conformance_annotations() -> Value {
    json!({"org.opencontainers.conformance": "hello conformance test"})
}

#[tokio::test]
async fn image() {
    let mut data = Data::new(1);
    let image = data.image(json!({}));
    data.tag("image", &image);
    data.run().await;
}

#[tokio::test]
async fn large_manifest() {
    let mut data = Data::new(2);
    let annotations: Map<String, Value> = (0..390)
        .map(|i| (format!("large-annotation-{i}"), json!("A".repeat(10_000))))
        .collect();
    let image = data.image(json!({"annotations": annotations}));
    data.tag("large-manifest", &image);
    data.run().await;
}

#[tokio::test]
async fn index_and_index_of_indexes() {
    let mut data = Data::new(3);
    let (first, second) = (data.index(json!({})), data.index(json!({})));
    data.tag("index", &first);
    let nested = data.document(INDEX, json!({"manifests": [first, second]}));
    data.tag("index-of-index", &nested);
    data.run().await;
}

#[tokio::test]
async fn empty_index() {
    let mut data = Data::new(4);
    let index = data.document(INDEX, json!({"manifests": []}));
    data.tag("index", &index);
    data.run().await;
}

#[tokio::test]
async fn artifact() {
    let mut data = Data::new(5);
    let artifact = data.artifact(EXAMPLE_1, json!({}));
    data.tag("artifact", &artifact);
    data.run().await;
}

#[tokio::test]
async fn artifact_index() {
    let mut data = Data::new(6);
    let index = data.index(json!({"artifactType": EXAMPLE_1}));
    data.tag("artifact-index", &index);
    data.run().await;
}

#[tokio::test]
async fn artifact_without_layers() {
    let mut data = Data::new(7);
    let empty = data.blob(EMPTY, b"{}".to_vec());
    let document = json!({"artifactType": EXAMPLE_1, "config": empty, "layers": [empty]});
    let artifact = data.document(MANIFEST, document);
    data.tag("artifact-without-layers", &artifact);
    data.run().await;
}

#[tokio::test]
async fn artifacts_with_subject() {
    let mut data = Data::new(8);
    let subject = data.image(json!({}));
    data.tag("image", &subject);
    data.image(json!({"subject": subject}));
    for (kind, tag) in [(EXAMPLE_1, "tagged-artifact1"), (EXAMPLE_2, "tagged-artifact2")] {
        let more = json!({"subject": subject, "annotations": conformance_annotations()});
        let artifact = data.artifact(kind, more);
        data.tag(tag, &artifact);
    }
    data.run().await;
}

#[tokio::test]
async fn index_with_subject() {
    let mut data = Data::new(9);
    let subject = data.index(json!({}));
    data.tag("index", &subject);
    let more =
        json!({"artifactType": EXAMPLE_1, "subject": subject, "annotations": conformance_annotations()});
    let index = data.index(more);
    data.tag("tagged-artifact", &index);
    // Without an artifact type there is none in the list.
    data.index(json!({"subject": subject}));
    data.run().await;
}

#[tokio::test]
async fn missing_subject() {
    let mut data = Data::new(10);
    let subject = json!({"mediaType": MANIFEST, "size": 123, "digest": digest("sha256", b"missing content")});
    let artifact = data.artifact(EXAMPLE_1, json!({"subject": subject}));
    data.tag("tagged-artifact", &artifact);
    data.run().await;
}

#[tokio::test]
async fn data_field() {
    let mut data = Data::new(11);
    let mut config = data.fresh(CONFIG);
    config["data"] = json!("aGVsbG8=");
    let layer = data.fresh(LAYER);
    let image = data.document(MANIFEST, json!({"config": config, "layers": [layer]}));
    data.tag("data-field", &image);
    data.run().await;
}

#[tokio::test]
async fn non_distributable_layers() {
    let mut data = Data::new(12);
    let foreign = |kind: &str, seed: &[u8]| {
        let sum = digest("sha256", seed);
        json!({"mediaType": kind, "digest": sum, "size": 123_456, "urls": ["https://store.example.com/x"]})
    };
    let layers = json!([
        foreign(
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            b"a"
        ),
        foreign("application/vnd.oci.image.layer.nondistributable.v1.tar", b"b"),
        data.fresh(LAYER),
    ]);
    let config = data.fresh(CONFIG);
    let image = data.document(MANIFEST, json!({"config": config, "layers": layers}));
    data.tag("non-distributable-image", &image);
    data.run().await;
}

#[tokio::test]
async fn custom_fields() {
    let mut data = Data::new(13);
    data.extra
        .insert("org.example.unknown".to_owned(), json!({"deep": ["x", 1, null]}));
    let index = data.index(json!({}));
    data.tag("custom-fields", &index);
    data.run().await;
}

#[tokio::test]
async fn no_layers() {
    let mut data = Data::new(14);
    let config = data.fresh(CONFIG);
    let image = data.document(MANIFEST, json!({"config": config, "layers": []}));
    data.tag("no-layers", &image);
    data.run().await;
}

#[tokio::test]
async fn sha512() {
    let mut data = Data::new(15);
    data.algorithm = "sha512";
    data.index(json!({}));
    data.run().await;
}

#[tokio::test]
async fn tag_parameters() {
    for (seed, algorithm) in [(16, "sha256"), (17, "sha512")] {
        let mut data = Data::new(seed);
        data.algorithm = algorithm;
        data.tag_parameters = true;
        let index = data.index(json!({}));
        for n in 0..12 {
            data.tag(&format!("tag-param-{n}"), &index);
        }
        data.run().await;
    }
}
