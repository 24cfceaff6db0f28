//! Wasmtime's engine, with every setting in one place.

use wasmtime::{Config, Engine, WasmBacktraceDetails};

use crate::HostError;
use crate::config::{HostConfig, Profiling};

/// Settings that decide what the machine code looks like. They are the same for every allocation and stack,
/// so that all engines share one cache.
fn code_settings(config: &HostConfig) -> Config {
    let mut c = Config::new();
    c.epoch_interruption(true)
        .memory_init_cow(true)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        .wasm_simd(true)
        .wasm_relaxed_simd(true)
        .wasm_tail_call(true)
        .wasm_multi_memory(true)
        .wasm_memory64(true)
        .wasm_extended_const(true)
        .wasm_reference_types(true)
        .wasm_function_references(true)
        .wasm_gc(true)
        .wasm_exceptions(true)
        .wasm_threads(true)
        .shared_memory(true)
        .wasm_component_model(true)
        .wasm_component_model_async(true)
        .guest_debug(config.guest_debug)
        .coredump_on_trap(config.coredump);
    c
}

/// The engine that compiles for hosts of this configuration.
pub(crate) fn for_compiling(config: &HostConfig) -> Result<Engine, HostError> {
    Engine::new(&code_settings(config)).map_err(HostError::Engine)
}

/// An engine that runs guests.
pub(crate) fn for_running(config: &HostConfig) -> Result<Engine, HostError> {
    let mut c = code_settings(config);
    c.max_wasm_stack(config.stack.as_usize())
        .async_stack_size(config.stack.as_usize() + HOST_STACK)
        .profiler(match config.profiling {
            Profiling::None => wasmtime::ProfilingStrategy::None,
            Profiling::PerfMap => wasmtime::ProfilingStrategy::PerfMap,
            Profiling::JitDump => wasmtime::ProfilingStrategy::JitDump,
        });
    Engine::new(&c).map_err(HostError::Engine)
}

/// Room on a guest's stack for the host's own functions beneath a call.
const HOST_STACK: usize = 1 << 20;
