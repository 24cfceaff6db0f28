//! Any bytes as a body or a path of the Docker Engine API are read or refused; what was read is written and read
//! again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sampan_api::container::{Config, CreateRequest, HostConfig, UpdateRequest};
use sampan_api::exec::{ExecCreateRequest, ExecStartRequest};
use sampan_api::routes::{ApiVersion, Method, find, split_version};
use sampan_api::{network, registry, volume};

macro_rules! same_again {
    ($body:expr, $($kind:ty),+ $(,)?) => {
        $(if let Ok(read) = serde_json::from_slice::<$kind>($body) {
            let written = serde_json::to_vec(&read).expect("what was read can be written");
            assert!(serde_json::from_slice::<$kind>(&written).expect("what was written can be read") == read);
        })+
    };
}

fuzz_target!(|bytes: &[u8]| {
    same_again!(
        bytes,
        Config,
        HostConfig,
        UpdateRequest,
        ExecCreateRequest,
        ExecStartRequest,
        network::CreateRequest,
        network::ConnectRequest,
        volume::CreateRequest,
        registry::AuthConfig,
        sampan_api::Time,
        sampan_api::Port,
    );
    if let Ok(read) = CreateRequest::from_json(bytes) {
        let written = serde_json::to_vec(&read).expect("what was read can be written");
        assert!(CreateRequest::from_json(&written).expect("what was written can be read") == read);
    }
    if let Ok(path) = std::str::from_utf8(bytes) {
        let (version, path) = split_version(path);
        let _ = version.map(ApiVersion::lenient);
        for method in [
            Method::Get,
            Method::Head,
            Method::Post,
            Method::Put,
            Method::Delete,
        ] {
            if let Some((_, name)) = find(method, path) {
                assert!(path.contains(name));
            }
        }
    }
});
