//! Sums memories and tables over all instances of a guest, and says no past its limits. The memories of a server's
//! requests count together.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use sampan_types::LimitName;
use wasmtime::ResourceLimiter;

use crate::control::Control;

/// The error with which a guest fails to start that needs more than a limit from its first moment.
#[derive(Debug, thiserror::Error)]
#[error("needs more than its {0} limit")]
pub(crate) struct TooMuch(pub(crate) LimitName);

pub(crate) struct Limiter {
    control: Arc<Control>,
    memory: usize,
    tables: usize,
    /// While instances are made, a memory or table that does not fit is an error; later it is the guest's to
    /// deal with.
    pub(crate) starting: bool,
    /// The last growth was refused for this reason.
    pub(crate) refused: Option<LimitName>,
}

impl Limiter {
    pub(crate) fn new(control: Arc<Control>) -> Self {
        Self {
            control,
            memory: 0,
            tables: 0,
            starting: true,
            refused: None,
        }
    }

    pub(crate) fn control(&self) -> &Control {
        &self.control
    }

    pub(crate) fn shared_control(&self) -> Arc<Control> {
        self.control.clone()
    }

    fn refuse(&mut self, limit: LimitName, creating: bool) -> wasmtime::Result<bool> {
        if creating && self.starting {
            return Err(TooMuch(limit).into());
        }
        self.refused = Some(limit);
        Ok(false)
    }
}

impl Drop for Limiter {
    fn drop(&mut self) {
        self.control.give_memory(self.memory);
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|most| desired > most) {
            return Ok(false);
        }
        let more = desired.saturating_sub(current);
        if !self.control.take_memory(more) {
            return self.refuse(LimitName::Memory, current == 0);
        }
        self.memory = self.memory.saturating_add(more);
        self.refused = None;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        // The machine or the pool's slot gave no more: the same to the guest as its limit.
        self.refused = Some(LimitName::Memory);
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|most| desired > most) {
            return Ok(false);
        }
        let sum = self.tables.saturating_sub(current).saturating_add(desired);
        if sum as u64 > self.control.limits.table_elements {
            return self.refuse(LimitName::TableElements, current == 0);
        }
        self.tables = sum;
        self.control
            .counters
            .table_elements
            .fetch_max(sum as u64, Relaxed);
        Ok(true)
    }

    fn instances(&self) -> usize {
        usize::try_from(self.control.limits.instances).unwrap_or(usize::MAX)
    }

    fn tables(&self) -> usize {
        self.instances().saturating_mul(16)
    }

    fn memories(&self) -> usize {
        self.instances().saturating_mul(16)
    }
}
