//! One round of the conformance suite over some content: push, list, HEAD, pull, referrers, delete.

use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use crate::support::{
    CONFIG, INDEX, LAYER, MANIFEST, Registry, content, digest, header, json as body_of, start,
};

pub(crate) const REPO: &str = "conformance/repo1";
pub(crate) const EMPTY: &str = "application/vnd.oci.empty.v1+json";
pub(crate) const EXAMPLE_1: &str = "application/vnd.example.oci.conformance.v1";
pub(crate) const EXAMPLE_2: &str = "application/vnd.example.oci.conformance.v2";

/// Content of one test, in the order in which it is pushed.
pub(crate) struct Data {
    pub(crate) algorithm: &'static str,
    seed: u64,
    blobs: Vec<(String, Vec<u8>)>,
    manifests: Vec<(String, &'static str, Vec<u8>)>,
    tags: Vec<(String, String)>,
    /// Subject, and the descriptor that its list must have.
    referrers: Vec<(String, Value)>,
    pub(crate) extra: Map<String, Value>,
    pub(crate) tag_parameters: bool,
}

impl Data {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            algorithm: "sha256",
            seed: seed * 1000,
            blobs: Vec::new(),
            manifests: Vec::new(),
            tags: Vec::new(),
            referrers: Vec::new(),
            extra: Map::new(),
            tag_parameters: false,
        }
    }

    pub(crate) fn blob(&mut self, kind: &str, bytes: Vec<u8>) -> Value {
        let sum = digest(self.algorithm, &bytes);
        let descriptor = json!({"mediaType": kind, "digest": sum, "size": bytes.len()});
        self.blobs.push((sum, bytes));
        descriptor
    }

    pub(crate) fn fresh(&mut self, kind: &str) -> Value {
        self.seed += 1;
        let bytes = content(self.seed, 300);
        self.blob(kind, bytes)
    }

    pub(crate) fn document(&mut self, kind: &'static str, mut document: Value) -> Value {
        let map = document.as_object_mut().unwrap();
        map.insert("schemaVersion".to_owned(), json!(2));
        map.insert("mediaType".to_owned(), json!(kind));
        map.extend(self.extra.clone());
        let bytes = serde_json::to_vec(&document).unwrap();
        let sum = digest(self.algorithm, &bytes);
        let descriptor = json!({"mediaType": kind, "digest": sum, "size": bytes.len()});
        if let Some(subject) = document["subject"]["digest"].as_str() {
            let mut listed = descriptor.clone();
            let kind = document["artifactType"]
                .as_str()
                .or(document["config"]["mediaType"].as_str());
            if let Some(kind) = kind {
                listed["artifactType"] = json!(kind);
            }
            if let Some(annotations) = document.get("annotations") {
                listed["annotations"] = annotations.clone();
            }
            self.referrers.push((subject.to_owned(), listed));
        }
        self.manifests.push((sum, kind, bytes));
        descriptor
    }

    pub(crate) fn image(&mut self, more: Value) -> Value {
        let config = self.fresh(CONFIG);
        let layers = vec![self.fresh(LAYER), self.fresh(LAYER)];
        let mut document = json!({"config": config, "layers": layers});
        merge(&mut document, more);
        self.document(MANIFEST, document)
    }

    pub(crate) fn artifact(&mut self, kind: &str, more: Value) -> Value {
        let config = self.blob(EMPTY, b"{}".to_vec());
        let layer = self.fresh(kind);
        let mut document = json!({"artifactType": kind, "config": config, "layers": [layer]});
        merge(&mut document, more);
        self.document(MANIFEST, document)
    }

    pub(crate) fn index(&mut self, more: Value) -> Value {
        let mut children = Vec::new();
        for architecture in ["amd64", "arm64"] {
            let mut child = self.image(json!({}));
            child["platform"] = json!({"os": "linux", "architecture": architecture});
            children.push(child);
        }
        let mut document = json!({"manifests": children});
        merge(&mut document, more);
        self.document(INDEX, document)
    }

    pub(crate) fn tag(&mut self, tag: &str, descriptor: &Value) {
        let sum = descriptor["digest"].as_str().unwrap().to_owned();
        self.tags.push((tag.to_owned(), sum));
    }

    /// The whole round.
    pub(crate) async fn run(mut self) {
        let registry = start().await;
        self.blobs.sort();
        self.blobs.dedup();
        self.push(&registry).await;
        self.list(&registry).await;
        self.pull(&registry).await;
        self.refer(&registry).await;
        self.delete(&registry).await;
    }

    async fn push(&self, registry: &Registry) {
        for (sum, bytes) in &self.blobs {
            registry.push_blob(REPO, sum, bytes).await;
        }
        for (sum, kind, bytes) in &self.manifests {
            self.push_one(registry, sum, sum, kind, bytes).await;
        }
        if !self.tag_parameters {
            for (tag, sum) in &self.tags {
                let (_, kind, bytes) = self.manifests.iter().find(|(s, ..)| s == sum).unwrap();
                self.push_one(registry, tag, sum, kind, bytes).await;
            }
        }
    }

    async fn push_one(&self, registry: &Registry, selector: &str, sum: &str, kind: &str, bytes: &[u8]) {
        let tags: Vec<&str> = self
            .tags
            .iter()
            .filter(|(_, s)| s == sum)
            .map(|(t, _)| t.as_str())
            .collect();
        let selector = if self.tag_parameters {
            format!(
                "{selector}?{}",
                tags.iter()
                    .map(|t| format!("tag={t}"))
                    .collect::<Vec<_>>()
                    .join("&")
            )
        } else {
            selector.to_owned()
        };
        let response = registry.push_manifest(REPO, &selector, kind, bytes).await;
        assert_eq!(response.status(), StatusCode::CREATED, "{selector}");
        assert_eq!(header(&response, "docker-content-digest"), sum);
        if self.tag_parameters {
            let set: Vec<&str> = response
                .headers()
                .get_all("oci-tag")
                .iter()
                .map(|value| value.to_str().unwrap())
                .collect();
            assert_eq!(set, tags);
        }
        let document: Value = serde_json::from_slice(bytes).unwrap();
        match document["subject"]["digest"].as_str() {
            Some(subject) => assert_eq!(header(&response, "oci-subject"), subject),
            None => assert!(!response.headers().contains_key("oci-subject")),
        }
        let pulled = registry.send("GET", &header(&response, "location")).await;
        assert_eq!(pulled.status(), StatusCode::OK);
        assert_eq!(header(&pulled, "content-type"), kind);
        assert_eq!(pulled.bytes().await.unwrap(), bytes);
    }

    async fn list(&self, registry: &Registry) {
        if self.manifests.is_empty() {
            return;
        }
        let response = registry.send("GET", &format!("/v2/{REPO}/tags/list")).await;
        assert_eq!(response.status(), StatusCode::OK);
        let found = body_of(response).await;
        let mut tags: Vec<&str> = self.tags.iter().map(|(tag, _)| tag.as_str()).collect();
        tags.sort_unstable();
        assert_eq!(found, json!({"name": REPO, "tags": tags}));
    }

    async fn pull(&self, registry: &Registry) {
        let by_tag = self.tags.iter().map(|(tag, sum)| (tag.as_str(), sum.as_str()));
        let by_digest = self
            .manifests
            .iter()
            .map(|(sum, ..)| (sum.as_str(), sum.as_str()));
        for (selector, sum) in by_tag.chain(by_digest) {
            let (_, kind, bytes) = self.manifests.iter().find(|(s, ..)| s == sum).unwrap();
            for method in ["HEAD", "GET"] {
                let response = registry
                    .request(method, &format!("/v2/{REPO}/manifests/{selector}"))
                    .header("accept", INDEX)
                    .header("accept", MANIFEST)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(response.status(), StatusCode::OK);
                assert_eq!(header(&response, "content-type"), *kind);
                assert_eq!(header(&response, "content-length"), bytes.len().to_string());
                assert_eq!(header(&response, "docker-content-digest"), sum);
                let body = response.bytes().await.unwrap();
                assert_eq!(body, if method == "GET" { bytes.as_slice() } else { b"" });
            }
        }
        for (sum, bytes) in &self.blobs {
            let response = registry.send("GET", &format!("/v2/{REPO}/blobs/{sum}")).await;
            assert_eq!(response.bytes().await.unwrap(), bytes.as_slice());
        }
    }

    async fn refer(&self, registry: &Registry) {
        let mut subjects: Vec<&String> = self.referrers.iter().map(|(subject, _)| subject).collect();
        subjects.dedup();
        for subject in subjects {
            let path = format!("/v2/{REPO}/referrers/{subject}");
            let goal = |kind: Option<&str>| {
                let mut all: Vec<&Value> = self
                    .referrers
                    .iter()
                    .filter(|(s, d)| s == subject && (kind.is_none() || d["artifactType"].as_str() == kind))
                    .map(|(_, descriptor)| descriptor)
                    .collect();
                all.sort_by_key(|descriptor| descriptor["digest"].to_string());
                json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": all})
            };
            let response = registry.send("GET", &path).await;
            assert_eq!(header(&response, "content-type"), INDEX);
            assert!(!response.headers().contains_key("oci-filters-applied"));
            assert_eq!(body_of(response).await, goal(None));
            for kind in [EXAMPLE_1, EXAMPLE_2, CONFIG] {
                // With `+` as it is: some clients do not encode it.
                let response = registry.send("GET", &format!("{path}?artifactType={kind}")).await;
                assert_eq!(header(&response, "oci-filters-applied"), "artifactType");
                assert_eq!(body_of(response).await, goal(Some(kind)));
            }
        }
    }

    async fn delete(&self, registry: &Registry) {
        let tags = self.tags.iter().map(|(tag, _)| format!("manifests/{tag}"));
        let manifests = self
            .manifests
            .iter()
            .rev()
            .map(|(sum, ..)| format!("manifests/{sum}"));
        let blobs = self.blobs.iter().map(|(sum, _)| format!("blobs/{sum}"));
        for path in tags.chain(manifests).chain(blobs) {
            let path = format!("/v2/{REPO}/{path}");
            assert_eq!(
                registry.send("DELETE", &path).await.status(),
                StatusCode::ACCEPTED,
                "{path}"
            );
            assert_eq!(
                registry.send("HEAD", &path).await.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        for (subject, _) in &self.referrers {
            let response = registry
                .send("GET", &format!("/v2/{REPO}/referrers/{subject}"))
                .await;
            assert_eq!(body_of(response).await["manifests"], json!([]));
        }
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}
