//! From the contract's words to the host's.

use sampan_runtime::{ContainerSpec, Inspection, Met, Need, RuntimeError, Stream, Streams};
use sampan_wasm_host::inspect::{self, Layer, ProgramInfo};
use sampan_wasm_host::net::{Mode, Surroundings};
use sampan_wasm_host::serve::Front;
use sampan_wasm_host::{Diagnostics, GuestSpec, Input, Output, RootDir, Stdio, TmpfsDir};

/// What the host is told about a container with streams of its caller's.
pub(crate) fn guest_spec(spec: ContainerSpec, beside: Option<Front>) -> Result<GuestSpec, RuntimeError> {
    let Streams::Own(stdio) = spec.streams else {
        return Err(RuntimeError::Unsupported(
            "keeping streams in the caller's process",
        ));
    };
    Ok(GuestSpec {
        args: spec.args,
        env: spec.env,
        cwd: spec.cwd,
        stdio: Stdio {
            stdin: match stdio.stdin {
                Stream::Null => Input::Null,
                Stream::Fd(fd) => Input::Fd(fd),
            },
            stdout: output(stdio.stdout),
            stderr: output(stdio.stderr),
            terminals: [stdio.terminal; 3],
        },
        root: spec.root.map(|root| RootDir {
            path: root.path,
            access: root.access,
        }),
        grants: spec.grants,
        tmpfs_dirs: spec
            .tmpfs_dirs
            .into_iter()
            .map(|path| TmpfsDir { path })
            .collect(),
        limits: spec.limits,
        entry: spec.entry,
        calls: spec.calls,
        listeners: spec.listeners,
        serving: spec.serving,
        beside,
        access_log: spec.access_log.map(|file| Output::Fd(file.into())),
        diagnostics: Diagnostics {
            coredump: spec.diagnostics.coredump,
            profile: spec.diagnostics.profile,
            debug: spec.diagnostics.debug,
        },
        mode: if spec.learn { Mode::Learn } else { Mode::Enforce },
        surroundings: Surroundings::default(),
        ledger: None,
        processes: None,
        within: None,
    })
}

fn output(stream: Stream) -> Output {
    match stream {
        Stream::Null => Output::Null,
        Stream::Fd(fd) => Output::Fd(fd),
    }
}

/// What the host tells of a program.
pub(crate) fn inspection(info: ProgramInfo) -> Inspection {
    Inspection {
        form: match info.layer {
            Layer::Module => "core module",
            Layer::Component => "component",
        }
        .to_owned(),
        world: info.world.to_string(),
        needs: info.needs().into_iter().map(need).collect(),
        interface: info.wit.clone(),
        not_in_interface: info.not_in_wit.clone(),
        linked: info.linked.clone(),
        details: serde_json::to_value(&info).unwrap_or_default(),
    }
}

fn need(need: inspect::Need) -> Need {
    Need {
        what: need.what.to_owned(),
        met: match need.how {
            inspect::Met::Always => Met::Always,
            inspect::Met::By { flag } => Met::By {
                flag: flag.to_owned(),
            },
            inspect::Met::Never { hint } => Met::Never { hint },
        },
        imports: need.imports,
    }
}
