//! Linux containers of an ordinary user.

use serde_json::json;

use crate::host::Host;

#[test]
fn a_linux_image_is_refused_with_what_is_missing_where_users_have_no_namespaces() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let mut host = Host::new();
    host.as_a_user_without_namespaces();
    host.start();
    let path = "/images/create?fromSrc=-&repo=box&platform=linux%2Famd64";
    let files = crate::machine::box_archive();
    let loaded = host
        .client()
        .request("POST", path, "application/x-tar", &files)
        .unwrap();
    assert_eq!(loaded.status, 200, "{}", loaded.text());
    let body = json!({ "Image": "box", "Cmd": ["sh"] }).to_string();
    let refused = host.ask("POST", "/containers/create", &body);
    let why = refused.json()["message"].as_str().unwrap().to_owned();
    assert_eq!(refused.status, 400, "{why}");
    assert!(
        why.starts_with(
            "`linux` containers cannot be run here: the kernel lets this user have no namespace of users"
        ),
        "{why}"
    );
    assert!(why.contains("sysctl user.max_user_namespaces"), "{why}");
    assert!(why.contains("start the daemon as root"), "{why}");
    // The same where people look for it, once and before they try.
    let warnings = host.done("GET", "/info", "").json()["Warnings"].to_string();
    assert!(warnings.contains("No Linux containers: "), "{warnings}");
    let log = host.log();
    assert!(log.contains("no Linux containers: "), "{log}");
    let told = host.sampan(&["run", "box", "sh"]);
    assert_eq!(told.status.code(), Some(126), "{told:?}");
}
