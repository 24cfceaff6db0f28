//! Makes `src/generated/` of `proto/`: `cargo run --manifest-path crates/buildkit/generate/Cargo.toml`.

use std::path::Path;

const FILES: [&str; 7] = [
    "control.proto",
    "gateway.proto",
    "health.proto",
    "secrets.proto",
    "session.proto",
    "status.proto",
    "upload.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = protox::compile(FILES, [here.join("proto")])?;
    tonic_prost_build::configure()
        .build_transport(false)
        .out_dir(here.join("src/generated"))
        .compile_fds(files)?;
    Ok(())
}
