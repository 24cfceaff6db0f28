//! Which proposals beyond WebAssembly 1.0 a program uses.

use wasmparser::{
    CanonicalFunction, CanonicalOption, CompositeInnerType, FunctionBody, MemoryType, Operator, RecGroup,
    TableType, TypeRef,
};

/// How many bytes of function bodies are looked through. More than any program that is known has; it bounds
/// the time that a hostile one can take.
const LOOKED_THROUGH: usize = 256 << 20;

macro_rules! features {
    ($($proposal:ident $name:literal,)*) => {
        /// The proposals, as wasmparser names them in its table of instructions.
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy)]
        enum Proposal { $($proposal,)* }
        const NAMES: &[&str] = &[$($name,)*];
    };
}

features! {
    mvp "",
    sign_extension "sign extension",
    saturating_float_to_int "saturating float to int",
    bulk_memory "bulk memory",
    reference_types "reference types",
    multi_value "multi-value",
    simd "SIMD",
    relaxed_simd "relaxed SIMD",
    tail_call "tail calls",
    threads "threads",
    shared_everything_threads "shared-everything threads",
    exceptions "exceptions",
    legacy_exceptions "legacy exceptions",
    function_references "function references",
    gc "GC",
    memory64 "memory64",
    multi_memory "multi-memory",
    custom_page_sizes "custom page sizes",
    memory_control "memory control",
    wide_arithmetic "wide arithmetic",
    stack_switching "stack switching",
    custom_descriptors "custom descriptors",
    component_model "component model",
    component_async "component model async",
}

/// The set that was met so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Features {
    met: u32,
    looked: usize,
}

macro_rules! proposal_of {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*) )*) => {
        fn proposal_of(operator: &Operator<'_>) -> Proposal {
            match operator {
                $( Operator::$op { .. } => Proposal::$proposal, )*
                // The list is of all operators of this version; the enum is open for later ones.
                _ => Proposal::mvp,
            }
        }
    };
}
wasmparser::for_each_operator!(proposal_of);

impl Features {
    fn add(&mut self, proposal: Proposal) {
        self.met |= 1 << proposal as u32;
    }

    pub(super) fn component(&mut self) {
        self.add(Proposal::component_model);
    }

    pub(super) fn canonical(&mut self, function: &CanonicalFunction) {
        let is_async = match function {
            CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. } => {
                options.contains(&CanonicalOption::Async)
            }
            CanonicalFunction::ResourceNew { .. }
            | CanonicalFunction::ResourceDrop { .. }
            | CanonicalFunction::ResourceRep { .. } => false,
            // Streams, futures, tasks, threads.
            _ => true,
        };
        if is_async {
            self.add(Proposal::component_async);
        }
    }

    pub(super) fn tags(&mut self) {
        self.add(Proposal::exceptions);
    }

    pub(super) fn body(&mut self, body: &FunctionBody<'_>) -> wasmparser::Result<()> {
        let size = body.range().len();
        if self.looked.saturating_add(size) > LOOKED_THROUGH {
            return Ok(());
        }
        self.looked += size;
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let operator = operators.read()?;
            self.add(proposal_of(&operator));
        }
        Ok(())
    }

    pub(super) fn memory(&mut self, memory: MemoryType) {
        for (is, proposal) in [
            (memory.memory64, Proposal::memory64),
            (memory.shared, Proposal::threads),
            (memory.page_size_log2.is_some(), Proposal::custom_page_sizes),
        ] {
            if is {
                self.add(proposal);
            }
        }
    }

    pub(super) fn memories(&mut self, count: u32) {
        if count > 1 {
            self.add(Proposal::multi_memory);
        }
    }

    pub(super) fn table(&mut self, table: &TableType) {
        if table.table64 {
            self.add(Proposal::memory64);
        }
    }

    pub(super) fn import(&mut self, ty: &TypeRef) {
        match ty {
            TypeRef::Memory(memory) => self.memory(*memory),
            TypeRef::Table(table) => self.table(table),
            TypeRef::Tag(_) => self.tags(),
            TypeRef::Func(_) | TypeRef::FuncExact(_) | TypeRef::Global(_) => {}
        }
    }

    pub(super) fn types(&mut self, group: &RecGroup) {
        if group.is_explicit_rec_group() {
            self.add(Proposal::gc);
        }
        for ty in group.types() {
            match &ty.composite_type.inner {
                CompositeInnerType::Func(func) if func.results().len() > 1 => self.add(Proposal::multi_value),
                CompositeInnerType::Func(_) => {}
                CompositeInnerType::Array(_) | CompositeInnerType::Struct(_) => self.add(Proposal::gc),
                CompositeInnerType::Cont(_) => self.add(Proposal::stack_switching),
            }
        }
    }

    pub(super) fn names(self) -> Vec<&'static str> {
        NAMES
            .iter()
            .enumerate()
            .filter(|(i, name)| !name.is_empty() && self.met & (1 << i) != 0)
            .map(|(_, name)| *name)
            .collect()
    }
}
