//! How many core instances a program is made of, read from its section headers.

use wasmparser::{Chunk, Instance, Parser, Payload};

/// Instances of a core module: one. Of a component: what its sections say, nested components counted once.
pub(crate) fn count(wasm: &[u8], component: bool) -> u64 {
    if !component {
        return 1;
    }
    let mut stack = Vec::new();
    let mut parser = Parser::new(0);
    let mut rest = wasm;
    let mut sum = 0;
    loop {
        let Ok(Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) else {
            return sum;
        };
        let Some(after) = rest.get(consumed..) else {
            return sum;
        };
        rest = after;
        match payload {
            Payload::InstanceSection(instances) => {
                sum += instances
                    .into_iter()
                    .filter(|i| matches!(i, Ok(Instance::Instantiate { .. })))
                    .count() as u64;
            }
            // A module has no instances inside: it is stepped over whole.
            Payload::ModuleSection { unchecked_range, .. } => {
                match rest.get(unchecked_range.end - unchecked_range.start..) {
                    Some(after) => rest = after,
                    None => return sum,
                }
            }
            Payload::ComponentSection { parser: inner, .. } => {
                stack.push(std::mem::replace(&mut parser, inner));
            }
            Payload::End(_) => match stack.pop() {
                Some(outer) => parser = outer,
                None => return sum,
            },
            _ => {}
        }
    }
}
