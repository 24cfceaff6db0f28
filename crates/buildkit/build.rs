//! Makes Rust of the messages and services in `proto/`, without `protoc`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = protox::compile(
        [
            "control.proto",
            "gateway.proto",
            "session.proto",
            "upload.proto",
            "health.proto",
            "secrets.proto",
            "status.proto",
        ],
        ["proto"],
    )?;
    tonic_prost_build::configure()
        .build_transport(false)
        .compile_fds(files)?;
    Ok(())
}
