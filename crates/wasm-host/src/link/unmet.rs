//! Words for imports that are not met.

use crate::HostError;

fn error(import: String, why: &'static str, hint: Option<&str>) -> HostError {
    HostError::Import {
        import,
        why,
        hint: hint.map(str::to_owned),
    }
}

const MISSING: &str = "is not provided";

/// For an import of a core module.
pub(crate) fn of_module(module: &str, name: &str) -> HostError {
    let import = format!("{module}.{name}");
    let (why, hint) = match (module, name) {
        ("wasi_snapshot_preview1" | "wasi_unstable", _) => ("is no function of this version of WASI", None),
        ("wasix_32v1" | "wasix_64v1", _) => (
            "belongs to WASIX, which is not provided",
            Some("build it for WASI preview 1, such as `wasm32-wasip1`"),
        ),
        ("wasi", "thread-spawn") | ("env", "memory") => (
            "belongs to wasi-threads, which is not provided",
            Some("build it without threads, such as for `wasm32-wasip1`"),
        ),
        ("env", "abort" | "seed" | "trace") => (
            "is what AssemblyScript expects of its own host",
            Some("build it with `@assemblyscript/wasi-shim`"),
        ),
        ("env", _) => (
            "is not part of WASI",
            Some("if it was built by Emscripten, build it with `-sSTANDALONE_WASM` or by wasi-sdk"),
        ),
        ("go" | "gojs", _) => (
            "is what Go's programs for browsers expect",
            Some("build it with `GOOS=wasip1 GOARCH=wasm`"),
        ),
        ("wbg" | "__wbindgen_placeholder__" | "__wbindgen_externref_xform__", _) => (
            "is what wasm-bindgen's programs for browsers expect",
            Some("build it for `wasm32-wasip1` or `wasm32-wasip2`"),
        ),
        (other, _) if other.starts_with("wasi_ephemeral") || other.starts_with("wasmedge") => {
            ("belongs to a proposal that is not provided", None)
        }
        _ => (MISSING, None),
    };
    error(import, why, hint)
}

/// For an import of a component.
pub(crate) fn of_component(name: &str) -> HostError {
    let draft = name.starts_with("wasi:") && name.split('@').nth(1).is_some_and(|v| v.contains('-'));
    let (why, hint) = if draft {
        (
            "is a draft of WASI that is not provided",
            Some("build it against WASI 0.2 or 0.3.0"),
        )
    } else if name.starts_with("wasi:") {
        ("is an interface of WASI that is not provided", None)
    } else {
        (
            MISSING,
            Some("compose it with a component that exports this, such as by `wac plug`"),
        )
    };
    error(name.to_owned(), why, hint)
}
