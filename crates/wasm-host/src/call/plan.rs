//! From the text of a call to what is to be done: functions are found and values are read before anything of the
//! guest runs, so that a slip of the pen costs nothing.

use std::collections::HashMap;

use wasmtime::component::{ResourceAny, Type, Val};

use super::error::CallError;
use super::expression::{self, Words};
use super::functions::{Function, Functions};
use super::shape;
use super::wave::{self, Reader};
use crate::program::Inner;

/// Calls, one after the other.
#[derive(Debug)]
pub(crate) struct Plan {
    /// For errors that show what was written.
    pub(super) text: String,
    pub(super) steps: Vec<Step>,
}

/// One call.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) function: Function,
    /// On whose result a method is called.
    pub(super) receiver: Option<Receiver>,
    pub(super) arguments: Arguments,
    /// The name that what it gives is bound to.
    pub(super) bind: Option<String>,
}

#[derive(Debug)]
pub(super) enum Receiver {
    /// What a name stands for.
    Bound(String),
    /// What the call before gave.
    Before,
}

/// The values, without a receiver.
#[derive(Debug)]
pub(super) enum Arguments {
    Ready(Vec<Val>),
    /// They hold what an earlier call gives.
    Later(Words),
}

/// Whether an entry is a call and not the name of an export.
pub(crate) fn is_call(entry: &str) -> bool {
    entry.contains('(')
}

impl Plan {
    pub(crate) fn new(program: &Inner, text: &str) -> Result<Self, CallError> {
        let functions = Functions::of(program);
        let mut names: HashMap<String, Option<Type>> = HashMap::new();
        let mut steps = Vec::new();
        for statement in expression::statements(text)? {
            let mut before: Option<(String, Option<Type>)> = None;
            let last = statement.calls.len() - 1;
            for (i, words) in statement.calls.into_iter().enumerate() {
                let (function, receiver) = match before.take() {
                    Some((call, ty)) => {
                        let found = functions.method(&call, ty.as_ref(), &words.function)?;
                        (found, Some(Receiver::Before))
                    }
                    None => match words.function.split_once('.') {
                        Some((name, method)) if names.contains_key(name) => {
                            let ty = names.get(name).and_then(Option::as_ref);
                            let found = functions.method(name, ty, method)?;
                            (found, Some(Receiver::Bound(name.to_owned())))
                        }
                        _ => (functions.find(&words.function)?, None),
                    },
                };
                let step = step(text, function.clone(), receiver, words, &names)?;
                let given = given(&step.function);
                before = Some((format!("{}(…)", step.function.full()), given.clone()));
                steps.push(step);
                if let (Some(name), true) = (&statement.bind, i == last) {
                    names.insert(name.clone(), given);
                    if let Some(step) = steps.last_mut() {
                        step.bind = Some(name.clone());
                    }
                }
            }
        }
        Ok(Self {
            text: text.to_owned(),
            steps,
        })
    }
}

/// What a call gives to the next one: of a `result`, what it holds when all went well.
fn given(function: &Function) -> Option<Type> {
    match function.results.as_slice() {
        [Type::Result(result)] => result.ok(),
        [one] => Some(one.clone()),
        _ => None,
    }
}

fn step(
    text: &str,
    function: Function,
    receiver: Option<Receiver>,
    words: Words,
    names: &HashMap<String, Option<Type>>,
) -> Result<Step, CallError> {
    let types = function.params.iter().map(|(_, ty)| ty).chain(&function.results);
    if let Some(what) = types.into_iter().find_map(shape::unspeakable) {
        return Err(CallError::Unspeakable {
            function: function.full(),
            what,
        });
    }
    let names: Vec<&str> = names.keys().map(String::as_str).collect();
    let later = words.values.iter().any(|node| wave::mentions(node, &names));
    let skipped = usize::from(receiver.is_some());
    let arguments = if later {
        Arguments::Later(words)
    } else {
        let read = read(text, &function, skipped, &words, &HashMap::new(), &mut Vec::new())?;
        Arguments::Ready(read)
    };
    Ok(Step {
        function,
        receiver,
        arguments,
        bind: None,
    })
}

/// Reads the values of a call by the types of its parameters, of which the first `skipped` are known otherwise.
/// Options at the end may be left out.
pub(super) fn read(
    text: &str,
    function: &Function,
    skipped: usize,
    words: &Words,
    bound: &HashMap<String, Val>,
    moved: &mut Vec<ResourceAny>,
) -> Result<Vec<Val>, CallError> {
    let params = function.params.get(skipped..).unwrap_or_default();
    let nodes = &words.values;
    let left_out = params.get(nodes.len()..);
    let optional = |(_, ty): &(String, Type)| matches!(ty, Type::Option(_));
    if !left_out.is_some_and(|rest| rest.iter().all(optional)) {
        return Err(CallError::Count {
            function: function.full(),
            takes: match params {
                [] => "nothing".to_owned(),
                some => {
                    let some = some
                        .iter()
                        .map(|(name, ty)| format!("{name}: {}", shape::shape(ty)));
                    crate::text::clean(format_args!("({})", some.collect::<Vec<_>>().join(", ")), 200)
                }
            },
            given: nodes.len(),
        });
    }
    let mut reader = Reader { text, bound, moved };
    let mut values = Vec::with_capacity(params.len());
    for (i, (name, ty)) in params.iter().enumerate() {
        values.push(match nodes.get(i) {
            Some(node) => {
                let read = reader.read(node, ty);
                read.map_err(|bad| CallError::argument(&function.full(), bad.within(name)))?
            }
            None => Val::Option(None),
        });
    }
    Ok(values)
}
