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
const THREADS: (&str, Option<&str>) = (
    "belongs to wasi-threads, which is not provided",
    Some("build it without threads, such as for `wasm32-wasip1`"),
);
const ASSEMBLYSCRIPT: (&str, Option<&str>) = (
    "is what AssemblyScript expects of its own host",
    Some("build it with `@assemblyscript/wasi-shim`"),
);

/// For an import of a core module. `shared` is for a memory that several threads may have.
pub(crate) fn of_module(module: &str, name: &str, shared: bool) -> HostError {
    let import = format!("{module}.{name}");
    let (why, hint) = match (module, name) {
        ("wasi_snapshot_preview1" | "wasi_unstable", _) => ("is no function of this version of WASI", None),
        ("wasix_32v1" | "wasix_64v1", _) => (
            "belongs to WASIX, which is not provided",
            Some("build it for WASI preview 1, such as `wasm32-wasip1`"),
        ),
        ("wasi", "thread-spawn") => THREADS,
        ("env", "memory") if shared => THREADS,
        ("env", "memory") => (
            "is a memory that the host would have to make",
            Some("build it to bring its own, as for `wasm32-wasip1`"),
        ),
        ("env", "abort" | "seed" | "trace") => ASSEMBLYSCRIPT,
        ("env", name) if name.starts_with("console.") => ASSEMBLYSCRIPT,
        ("a", name) if name.len() <= 3 => (
            "is a name that Emscripten made short",
            Some("short names such as `a.b` are Emscripten's; build it with `-sSTANDALONE_WASM`"),
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
        (other, _) if other.contains(':') => (
            "is an interface of components, and this is a core module still to be made one",
            Some("make it a component: `wasm-tools component new FILE -o COMPONENT`"),
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

#[cfg(test)]
mod tests {
    use sampan_types::Classified;

    use super::*;

    #[test]
    fn each_stranger_gets_its_own_hint() {
        for (module, name, shared, part) in [
            ("env", "memory", true, "without threads"),
            ("env", "memory", false, "bring its own"),
            ("env", "console.log", false, "wasi-shim"),
            ("env", "abort", false, "wasi-shim"),
            ("env", "emscripten_resize_heap", false, "-sSTANDALONE_WASM"),
            ("a", "b", false, "-sSTANDALONE_WASM"),
            ("wasi:io/poll@0.2.0", "poll", false, "wasm-tools component new"),
        ] {
            let error = of_module(module, name, shared);
            assert!(
                error.hint().unwrap_or_default().contains(part),
                "{module}.{name}: {error}"
            );
            assert_eq!(error.to_string().contains("threads"), shared, "{error}");
        }
    }
}
