//! Imports that nothing here meets: where they come from and what to do.

/// What to do about an import that is not met: the host it was made for, or how to build for WASI. `module`
/// is a core module's module name or a component's import; `name` is empty for the latter. `None` where
/// nothing is known about it.
pub fn unmet(module: &str, name: &str) -> Option<String> {
    if let Some(hint) = of_wasi(module, name) {
        return Some(hint.to_owned());
    }
    let hint = match module {
        "wbg" | "__wbindgen_placeholder__" | "__wbindgen_externref_xform__" => WASM_BINDGEN,
        _ if module.ends_with("_bg.js") => WASM_BINDGEN,
        "go" | "gojs" => "it was built by Go for a browser; build it with GOOS=wasip1 GOARCH=wasm",
        "a" if name.len() <= 3 => {
            "short names such as `a.b` are Emscripten's; build it with -sSTANDALONE_WASM or by wasi-sdk"
        }
        "env" | "a" => return of_env(name).map(str::to_owned),
        "wasi" if name == "thread-spawn" => {
            "it was built for wasi-threads, which is not offered; build it without threads"
        }
        "wasix_32v1" | "wasix_64v1" => {
            "it was built for WASIX, which only Wasmer has; build it for wasm32-wasip1"
        }
        "asyncify" | "spectest" => "it is made to be driven by a test; it is not a program",
        _ if module.starts_with("wasmedge") || module.starts_with("wasi_ephemeral_nn") => {
            "it was built for WasmEdge's own interfaces; build it for wasm32-wasip1 without them"
        }
        _ if module.starts_with("wasi_ephemeral") => "it uses a draft of WASI; build it for wasm32-wasip1",
        _ if module.starts_with("fermyon:") || module.starts_with("spin") => {
            "it was built for Spin; its interfaces are not offered"
        }
        _ if module.starts_with("wasmcloud:") => "it was built for wasmCloud; its interfaces are not offered",
        _ if module.starts_with("fastly") => {
            "it was built for Fastly Compute; its interfaces are not offered"
        }
        _ if module.contains(':') => {
            "another component must offer it; link the two into one with `wac plug` or `wasm-tools compose`"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

const WASM_BINDGEN: &str =
    "it was built by wasm-bindgen for a browser; build it with `cargo build --target wasm32-wasip1`";

fn of_wasi(module: &str, name: &str) -> Option<&'static str> {
    match module {
        "wasi_snapshot_preview1" | "wasi_unstable" => {
            return Some(if name.starts_with("sock_") {
                "preview 1 has no sockets of its own; build it for wasm32-wasip2 to use the network"
            } else {
                "WASI preview 1 has no function of this name and type; build it with a current tool chain"
            });
        }
        _ => {}
    }
    let rest = module.strip_prefix("wasi:")?;
    if module.contains("-rc-") || module.contains("@0.1") {
        return Some("it uses a draft of this version of WASI; build it with a current tool chain");
    }
    let package = rest.split(['/', '@']).next().unwrap_or(rest);
    Some(match package {
        "cli" | "clocks" | "filesystem" | "http" | "io" | "random" | "sockets" => {
            "this version of the interface is not offered; WASI 0.2.0 to 0.2.12 and 0.3.0 are"
        }
        "keyvalue" | "config" | "nn" | "tls" | "logging" | "messaging" | "blobstore" | "sql" => {
            "this proposal of WASI is not offered; link in a component that offers it with `wac plug`"
        }
        _ => "this interface of WASI is not offered",
    })
}

fn of_env(name: &str) -> Option<&'static str> {
    Some(match name {
        name if matches!(name, "abort" | "seed" | "trace") || name.starts_with("console.") => {
            "it was built by AssemblyScript for a browser; build it with --config ./node_modules/@assemblyscript/wasi-shim/asconfig.json"
        }
        "memory" => {
            "its memory is made by the host, as threads in a browser need it; build it for wasm32-wasip1"
        }
        "__linear_memory"
        | "__indirect_function_table"
        | "__stack_pointer"
        | "__memory_base"
        | "__table_base" => "it is an object file or a shared library; link it into a program first",
        _ if name.starts_with("emscripten_")
            || name.starts_with("_emscripten")
            || name.starts_with("__syscall")
            || name.starts_with("invoke_")
            || name == "__cxa_throw" =>
        {
            "it was built by Emscripten for a browser; build it with -sSTANDALONE_WASM or by wasi-sdk"
        }
        _ => "a function of its source was declared and not linked in, or its host is a program of its own",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_strangers_are_named() {
        for (module, name, part) in [
            ("wbg", "__wbg_log_1", "wasm-bindgen"),
            ("./app_bg.js", "x", "wasm-bindgen"),
            ("gojs", "runtime.wasmExit", "GOOS=wasip1"),
            ("env", "abort", "AssemblyScript"),
            ("env", "console.log", "AssemblyScript"),
            ("a", "b", "-sSTANDALONE_WASM"),
            ("env", "emscripten_resize_heap", "Emscripten"),
            ("wasi_snapshot_preview1", "sock_open", "wasm32-wasip2"),
            ("wasi:keyvalue/store@0.2.0-draft", "", "wac plug"),
            ("wasi:cli/run@0.2.0-rc-2023-11-10", "", "draft"),
            ("wasi:sockets/tcp@0.9.0", "", "0.2.0 to 0.2.12"),
            ("fermyon:spin/llm@2.0.0", "", "Spin"),
            ("my:own/thing", "", "wac plug"),
        ] {
            let hint = unmet(module, name).unwrap_or_default();
            assert!(hint.contains(part), "{module} {name}: {hint}");
        }
        assert_eq!(unmet("nobody", "knows"), None);
    }
}
