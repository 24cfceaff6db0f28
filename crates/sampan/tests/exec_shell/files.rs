//! Files of the caller's that the daemon runs.

use std::fs;

use sampan_testkit::guest;

use crate::host::Host;

#[test]
fn a_file_is_run_by_the_daemon_under_the_digest_of_its_content() {
    let host = Host::new();
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("app.wat"), folder.path().join("same.wat"));
    for copy in [&first, &second] {
        fs::copy(guest::wat("stays"), copy).unwrap();
    }
    let other = folder.path().join("other.wat");
    fs::copy(guest::evil("sleep_forever"), &other).unwrap();
    let images: Vec<String> = [&first, &second, &other]
        .iter()
        .map(|file| {
            let c = host.run(file.to_str().unwrap(), &[]);
            let format = "{{.Config.Image}} {{.State.Running}}";
            let shown = host.sampan(&["inspect", "--format", format, &c]);
            let (image, running) = shown.out.trim().split_once(' ').unwrap();
            assert_eq!(running, "true", "{shown:?}");
            image.to_owned()
        })
        .collect();
    let tag = images[0].strip_prefix("localhost/file:").unwrap();
    assert!(
        tag.len() == 32 && tag.bytes().all(|b| b.is_ascii_hexdigit()),
        "{tag}"
    );
    assert_eq!(images[0], images[1]);
    assert_ne!(images[0], images[2]);
    // Whoever sends it keeps nothing of it.
    let own = folder.path().join("own");
    let mut sender = host.command(&["run", "-d", first.to_str().unwrap()]);
    let sent = sender.env("SAMPAN_ROOT", &own).output().unwrap();
    assert!(sent.status.success(), "{sent:?}");
    let mut kept = host.command(&["image", "ls", "--json"]);
    let kept = kept.env_remove("SAMPAN_HOST").env("SAMPAN_ROOT", &own);
    let kept = kept.output().unwrap();
    assert!(kept.status.success() && kept.stdout.is_empty(), "{kept:?}");
    let missing = host.sampan(&["run", "-d", "./nothing.wasm"]);
    assert!(
        missing.code != Some(0) && missing.err.contains("nothing.wasm"),
        "{missing:?}"
    );
}
