//! HTTP between containers.

use sampan_testkit::guest;
use serde_json::json;

use crate::talk::{host, made, network, pack, published, request};

#[test]
fn a_component_that_serves_is_reached_by_name_and_by_port() {
    let host = host();
    pack(&host, "server", &guest::http_server("hello"));
    pack(&host, "client80", &guest::http_client("web"));
    pack(&host, "client8080", &guest::http_client("api:8080"));
    network(&host, "one", &json!({}));
    made("server", &[], "one").runs(&host, "web");
    made("server", &[], "one")
        .published("8080/tcp")
        .runs(&host, "api");
    for client in ["client80", "client8080"] {
        let (code, said) = made(client, &[], "one").says(&host);
        assert_eq!(code, 0, "{client}: {said}");
        let (code, said) = made(client, &[], "default").says(&host);
        assert_ne!(code, 0, "{client}: {said}");
    }
    let answer = request(published(&host, "api", "8080/tcp")).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
