//! Wasmtime's engine, with every setting in one place.

use sampan_types::{ByteCount, Effort};
use wasmtime::{Config, Enabled, Engine, PoolingAllocationConfig, Strategy};

use crate::HostError;
use crate::config::{Allocation, HostConfig, Interruption, Profiling};
use crate::diagnostics;

/// Room on a guest's stack for the host's own functions beneath a call.
const HOST_STACK: usize = 1 << 20;
/// The smallest pool that is worth having.
const LEAST_POOL: u32 = 4;
/// Elements of a table in a pool; a program with a larger table needs a host that allocates on demand.
const POOLED_TABLE: usize = 100_000;

/// Settings that decide what the machine code looks like. They are the same for every allocation and stack,
/// so that all engines share one cache.
fn code_settings(config: &HostConfig) -> Config {
    let mut c = Config::new();
    diagnostics::configure(&mut c, &diagnostics::Diagnostics::default());
    c.epoch_interruption(config.interruption == Interruption::Checked)
        .memory_init_cow(true)
        // For the system's own unwinder, which has nothing to do in guests: it makes each start longer.
        .native_unwind_info(false)
        .wasm_simd(true)
        .wasm_multi_memory(true)
        .wasm_memory64(true)
        .wasm_extended_const(true)
        .wasm_reference_types(true)
        .wasm_threads(true)
        .shared_memory(true)
        .wasm_component_model(true)
        .wasm_component_model_async(true)
        .guest_debug(config.guest_debug);
    match config.effort {
        Effort::Full => c
            .wasm_relaxed_simd(true)
            .wasm_tail_call(true)
            .wasm_function_references(true)
            .wasm_gc(true)
            .wasm_exceptions(true),
        // It knows none of these. Who needs them is compiled with full effort.
        Effort::Quick => c.strategy(Strategy::Winch),
    };
    c
}

/// The engine that compiles for hosts of this configuration.
pub(crate) fn for_compiling(config: &HostConfig) -> Result<Engine, HostError> {
    Engine::new(&code_settings(config)).map_err(HostError::Engine)
}

/// An engine that runs guests, and why its pool is smaller than was asked for.
pub(crate) fn for_running(
    config: &HostConfig,
    stack: ByteCount,
    allocation: Allocation,
) -> Result<(Engine, Option<String>), HostError> {
    let mut c = code_settings(config);
    c.max_wasm_stack(stack.as_usize())
        .async_stack_size(stack.as_usize().saturating_add(HOST_STACK))
        .coredump_on_trap(config.coredump)
        .profiler(match config.profiling {
            Profiling::None => wasmtime::ProfilingStrategy::None,
            Profiling::PerfMap => wasmtime::ProfilingStrategy::PerfMap,
            Profiling::JitDump => wasmtime::ProfilingStrategy::JitDump,
        });
    let Allocation::Pooled { instances: wanted } = allocation else {
        return Engine::new(&c)
            .map(|engine| (engine, None))
            .map_err(HostError::Engine);
    };
    // Whether the address space holds the pool shows only when it is reserved.
    let mut instances = wanted.max(1);
    loop {
        c.allocation_strategy(pool(instances));
        match Engine::new(&c) {
            Ok(engine) => {
                let why = (instances < wanted).then(|| {
                    format!("the address space holds a pool of {instances} instances, not of {wanted}")
                });
                return Ok((engine, why));
            }
            Err(error) if instances <= LEAST_POOL => return Err(HostError::Engine(error)),
            Err(_) => instances = (instances / 4 * 3).max(LEAST_POOL),
        }
    }
}

fn pool(instances: u32) -> PoolingAllocationConfig {
    let mut p = PoolingAllocationConfig::new();
    p.total_core_instances(instances)
        .total_component_instances(instances)
        .total_memories(instances)
        .total_tables(instances)
        .total_stacks(instances)
        .total_gc_heaps(instances)
        .max_unused_warm_slots(instances.min(64))
        .table_elements(POOLED_TABLE)
        .max_tables_per_module(16)
        .max_memories_per_module(16)
        .linear_memory_keep_resident(128 << 10)
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    p
}
