//! Any bytes as Docker's `config.json` give a credential, none, or an error; storing one keeps it readable.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use sampan_distribution::client::Credential;
use sampan_distribution::client::docker_config::{DockerConfig, Kept};
use sampan_types::Secret;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = PathBuf::from("/dev/shm");
    let base = if shared.is_dir() {
        shared
    } else {
        std::env::temp_dir()
    };
    let base = base.join(format!("sampan-fuzz-config-{}", std::process::id()));
    std::fs::create_dir_all(&base).expect("a folder can be made");
    base.join("config.json")
});

fuzz_target!(|text: &[u8]| {
    std::fs::write(&*FILE, text).expect("a file can be written");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    // No helper can be found, so nothing of the input is ever started.
    let config = DockerConfig::new(&*FILE, Vec::new());
    let limit = Duration::from_secs(1);
    runtime.block_on(async {
        for registry in ["docker.io", "registry.example:5000", "localhost"] {
            let _ = config.find(registry, limit).await;
        }
        let credential = Credential::Basic {
            username: "sam".to_owned(),
            password: Secret::new("pan".to_owned()),
        };
        if let Ok(Kept::File(_)) = config.store("registry.example:5000", &credential, limit).await {
            let found = config
                .find("registry.example:5000", limit)
                .await
                .expect("it was just stored");
            let Some(Credential::Basic { username, .. }) = found else {
                panic!("what was stored is not found")
            };
            assert_eq!(username, "sam");
            let _ = config.logout("registry.example:5000", limit).await;
        }
    });
});
