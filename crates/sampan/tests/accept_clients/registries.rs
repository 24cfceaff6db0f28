//! Images between the docker command line, the daemon and `sampan registry`, with and without users.

use crate::host::Host;
use crate::registry::Registry;

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn images_travel_to_a_registry_and_back() {
    let (registry, host) = (Registry::new(), Host::new());
    let there = format!("{}/team/hello:1", registry.address());
    let pushed = host.ok(&format!("docker tag hello {there} && docker push {there}"));
    assert!(pushed.contains("1: digest: sha256:"), "{pushed}");
    let manifest = host.ok(&format!("docker manifest inspect --insecure {there}"));
    assert!(manifest.contains("schemaVersion"), "{manifest}");
    host.ok(&format!("docker rmi {there} hello"));
    assert!(
        host.ok(&format!("docker pull {there}"))
            .contains("Downloaded newer image")
    );
    assert!(
        host.ok(&format!("docker pull {there}"))
            .contains("Image is up to date")
    );
    assert_eq!(
        host.ok(&format!("docker run --rm {there}")),
        "Hello from a module\n"
    );
    // What is not here is brought by `run` itself.
    host.ok(&format!("docker rmi {there}"));
    let (code, said) = host.code(&format!("docker run --rm {there}"));
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("Unable to find image") && said.ends_with("Hello from a module\n"),
        "{said}"
    );
    let absent = format!("{}/team/nothing:1", registry.address());
    let (code, said) = host.code(&format!("docker pull {absent}"));
    assert_eq!(code, Some(1), "{said}");
    let (code, said) = host.code(&format!("docker push {absent}"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("does not exist"), "{said}");
}

#[test]
#[ignore = "accept: needs the docker command line, which is no part of the tree"]
fn a_registry_with_users_is_for_those_who_log_in() {
    let (registry, host) = (Registry::for_user("someone", "secret word"), Host::new());
    let address = registry.address();
    let there = format!("{address}/team/hello:1");
    host.ok(&format!("docker tag hello {there}"));
    let refused = |line: &str| {
        let (code, said) = host.code(line);
        assert_eq!(code, Some(1), "`{line}`: {said}");
        let words = ["unauthorized", "refused access", "authentication", "denied"];
        assert!(words.iter().any(|word| said.contains(word)), "`{line}`: {said}");
    };
    refused(&format!("docker push {there}"));
    refused(&format!("docker login -u someone -p wrong {address}"));
    refused(&format!("docker login -u nobody -p 'secret word' {address}"));
    let said = host.ok(&format!(
        "echo -n 'secret word' | docker login -u someone --password-stdin {address} 2>&1"
    ));
    assert!(said.contains("Login Succeeded"), "{said}");
    host.ok(&format!("docker push {there}"));
    let manifest = host.ok(&format!("docker manifest inspect --insecure {there}"));
    assert!(manifest.contains("schemaVersion"), "{manifest}");
    host.ok(&format!("docker rmi {there} hello && docker pull {there}"));
    assert_eq!(
        host.ok(&format!("docker run --rm {there}")),
        "Hello from a module\n"
    );
    host.ok(&format!("docker rmi {there} && docker logout {address}"));
    refused(&format!("docker pull {there}"));
    // The daemon kept nothing of what its client knew.
    let (found, _) = host.code("grep -ra 'secret word' root run log");
    assert_eq!(found, Some(1));
}
