//! The child's side: gives up all it can, compiles, and ends.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;

use rustix::process::{Signal, set_parent_process_death_signal};
use sampan_types::ByteCount;
use sampan_wasm_host::{Compiler, HostError, InProcessCompiler, Reported};

use super::descriptors;
use super::wire::{Order, REPORTED, code_max};
use crate::confine;

/// Runs a compiler process to its end. `order` is the one argument that the parent gave; standard input is the
/// module, standard output takes the machine code, standard error the report. Gives the exit code.
pub fn run(order: &str) -> u8 {
    match compile(order) {
        Ok(()) => 0,
        Err(reported) => {
            // There is nobody else to tell: the parent takes an end without a report for a fall.
            drop(serde_json::to_writer(std::io::stderr(), &reported));
            REPORTED as u8
        }
    }
}

/// What keeps the child from compiling, besides the module.
#[derive(Debug, thiserror::Error)]
enum ChildError {
    #[error("the order for the compiler cannot be read")]
    Order(#[source] serde_json::Error),
    #[error("the compiler cannot be confined")]
    Confine(#[source] confine::ConfineError),
    #[error("the compiler cannot {0}")]
    Stream(&'static str, #[source] std::io::Error),
}

impl sampan_types::Classified for ChildError {
    fn class(&self) -> sampan_types::ErrorClass {
        sampan_types::ErrorClass::Internal
    }
}

fn compile(order: &str) -> Result<(), Reported> {
    let report = |error: ChildError| Reported::of(&error);
    let order: Order = serde_json::from_str(order).map_err(|e| report(ChildError::Order(e)))?;
    // A child without a parent has nobody to compile for.
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|e| report(ChildError::Stream("outlive nobody", e.into())))?;
    // Whoever started `sampan` may have left descriptors open to all that it starts.
    descriptors::close_others().map_err(|e| report(ChildError::Stream("close what it was not given", e)))?;
    let (mut input, mut output) = streams().map_err(|e| report(ChildError::Stream("open its streams", e)))?;
    let size = input.metadata().map_or(0, |m| m.len());
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let cpu_seconds = order
        .limits
        .compile_time
        .as_secs()
        .saturating_add(1)
        .saturating_mul(threads);
    let output_max = ByteCount::new(code_max(size));
    confine::limit_resources(order.limits.compile_memory, cpu_seconds, output_max)
        .and_then(|()| confine::give_up_files().map(drop))
        .and_then(|()| confine::give_up_system_calls())
        .map_err(|e| report(ChildError::Confine(e)))?;
    let mut wasm = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    input
        .read_to_end(&mut wasm)
        .map_err(|e| report(ChildError::Stream("read the module", e)))?;
    let code = InProcessCompiler
        .compile(&wasm, &order.config, &order.limits)
        .map_err(|error: HostError| Reported::of(&error))?;
    output
        .write_all(&code)
        .map_err(|e| report(ChildError::Stream("write the machine code", e)))
}

fn streams() -> std::io::Result<(File, File)> {
    let own = |fd: &dyn AsFd| fd.as_fd().try_clone_to_owned().map(File::from);
    Ok((own(&std::io::stdin())?, own(&std::io::stdout())?))
}
