//! Walks the server's own route table: each route is driven once with its method and path, and answers with
//! what the spec's table of endpoints gives for success. A route without a case here fails.

use sampan_distribution::server::{AuthConfig, AuthScheme, ROUTES};

use crate::auth::htpasswd;
use crate::support::{INDEX, OCTETS, Registry, sha256, start, start_in};

/// Where a case stands before its request.
enum Before {
    Nothing,
    Session,
    Other,
}

struct Case {
    id: &'static str,
    before: Before,
    body: &'static [u8],
    status: u16,
}

const EMPTY_INDEX: &[u8] = br#"{"schemaVersion":2,"manifests":[]}"#;

const fn case(id: &'static str, before: Before, body: &'static [u8], status: u16) -> Case {
    Case {
        id,
        before,
        body,
        status,
    }
}

const CASES: &[Case] = &[
    case("end-1", Before::Nothing, b"", 200),
    case("end-1-head", Before::Nothing, b"", 200),
    case("end-2", Before::Nothing, b"", 200),
    case("end-2-head", Before::Nothing, b"", 200),
    case("end-3", Before::Nothing, b"", 200),
    case("end-3-head", Before::Nothing, b"", 200),
    case("end-4a", Before::Nothing, b"", 202),
    case("end-4b", Before::Nothing, b"blob", 201),
    case("end-4c", Before::Nothing, b"", 202),
    case("end-5", Before::Session, b"blob", 202),
    case("end-6", Before::Session, b"blob", 201),
    case("end-7a", Before::Nothing, EMPTY_INDEX, 201),
    case("end-7b", Before::Nothing, EMPTY_INDEX, 201),
    case("end-8a", Before::Nothing, b"", 200),
    case("end-8b", Before::Nothing, b"", 200),
    case("end-9", Before::Nothing, b"", 202),
    case("end-10", Before::Nothing, b"", 202),
    case("end-11", Before::Other, b"", 201),
    case("end-12a", Before::Nothing, b"", 200),
    case("end-12b", Before::Nothing, b"", 200),
    case("end-13", Before::Session, b"", 204),
    case("end-14", Before::Session, b"", 204),
    case("catalog", Before::Nothing, b"", 200),
    case("token", Before::Nothing, b"", 200),
    case(
        "token-post",
        Before::Nothing,
        b"grant_type=password&username=sam&password=secret&scope=repository:a:pull",
        200,
    ),
];

#[test]
fn every_route_has_a_case_and_every_case_a_route() {
    let routes: Vec<&str> = ROUTES.iter().map(|route| route.id).collect();
    let cases: Vec<&str> = CASES.iter().map(|case| case.id).collect();
    assert_eq!(routes, cases);
}

#[tokio::test]
async fn every_route_answers_as_the_table_says() {
    for (route, case) in ROUTES.iter().zip(CASES) {
        let registry = if route.path == "/token" {
            let dir = tempfile::tempdir().unwrap();
            let htpasswd = htpasswd(dir.path());
            start_in(dir, |config| {
                config.auth = Some(AuthConfig {
                    htpasswd,
                    scheme: AuthScheme::Token,
                    anonymous_pull: true,
                });
            })
            .await
        } else {
            let registry = start().await;
            prepare(&registry).await;
            registry
        };
        let path = fill(&registry, route.path, case).await;
        let mut request = registry.request(route.method, &path);
        if !case.body.is_empty() {
            let kind = if route.path.contains("manifests") {
                INDEX
            } else {
                OCTETS
            };
            request = request.header("content-type", kind).body(case.body);
        }
        let response = request.send().await.unwrap();
        assert_eq!(
            response.status().as_u16(),
            case.status,
            "{route:?} {}",
            response.text().await.unwrap()
        );
    }
}

#[tokio::test]
async fn every_other_method_is_405_and_names_the_right_ones() {
    let registry = start().await;
    prepare(&registry).await;
    for route in ROUTES {
        let path = fill(&registry, route.path, &CASES[0]).await;
        let base = path.split('?').next().unwrap_or(&path);
        let allowed: Vec<&str> = ROUTES
            .iter()
            .filter(|other| endpoint(other.path) == endpoint(route.path))
            .map(|other| other.method)
            .collect();
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            let known = allowed.contains(&method);
            if known {
                continue;
            }
            let response = registry.send(method, base).await;
            assert_eq!(response.status(), 405, "{method} {base}");
            let named: Vec<String> = response.headers()["allow"]
                .to_str()
                .unwrap()
                .split(", ")
                .map(str::to_owned)
                .collect();
            for method in &allowed {
                assert!(
                    named.iter().any(|name| name == method),
                    "{base}: {named:?} lacks {method}"
                );
            }
            assert!(!named.iter().any(|name| name == method));
        }
    }
}

/// A route's path without what only varies within one endpoint.
fn endpoint(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    path.replace("manifests/<digest>", "manifests/<reference>")
}

/// A repository with a blob and a tagged manifest.
async fn prepare(registry: &Registry) {
    registry.push_blob("a", &sha256(b"held"), b"held").await;
    registry.push_manifest("a", "tag", INDEX, EMPTY_INDEX).await;
}

async fn fill(registry: &Registry, path: &str, case: &Case) -> String {
    let blob = match case.id {
        "end-4b" | "end-6" => sha256(b"blob"),
        "end-7b" => sha256(EMPTY_INDEX),
        "end-11" => sha256(b"elsewhere"),
        _ => sha256(b"held"),
    };
    let mut upload = "01234567-89ab-cdef-0123-456789abcdef".to_owned();
    match case.before {
        Before::Nothing => {}
        Before::Session => upload = registry.session("a").await.rsplit('/').next().unwrap().to_owned(),
        Before::Other => registry.push_blob("b", &sha256(b"elsewhere"), b"elsewhere").await,
    }
    path.replacen("from=<name>", "from=b", 1)
        .replace("<name>", "a")
        .replace("<digest>", &blob)
        .replace("<reference>", "tag")
        .replace("<upload>", &upload)
        .replace("<algorithm>", "sha512")
        .replace("<integer>", "5")
        .replace("<tag>", "other")
        .replace("<type>", "application/x")
}
