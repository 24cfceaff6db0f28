//! The functions that a program exports, and the names by which they are found.

use sampan_types::near::nearest;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, ResourceType, Type};
use wasmtime::{ExternType, Module, ValType};

use super::error::CallError;
use super::shape::shape;
use crate::program::{Code, Inner};
use crate::text;

/// Most characters of a name that is shown.
const NAME: usize = 120;

/// A function that can be called.
#[derive(Clone, Debug)]
pub(super) struct Function {
    /// The interface that it stands in, as the binary names it: `ns:pkg/iface@0.1.0`.
    pub(super) interface: Option<String>,
    /// As the binary names it: `[method]counter.add`.
    name: String,
    pub(super) params: Vec<(String, Type)>,
    /// None or one of a component, any number of a core module.
    pub(super) results: Vec<Type>,
    pub(super) at: At,
}

/// Where it is found in an instance.
#[derive(Clone, Debug)]
pub(super) enum At {
    Component(ComponentExportIndex),
    Core(String),
}

impl Function {
    /// Its name as people write it: a constructor is called by its resource's, a method is `RESOURCE.METHOD`.
    pub(super) fn plain(&self) -> &str {
        match self.name.split_once(']') {
            Some((_, plain)) if self.name.starts_with('[') && !plain.is_empty() => plain,
            _ => &self.name,
        }
    }

    /// What it is to a resource, if anything.
    pub(super) fn kind(&self) -> &'static str {
        let kind = self.name.strip_prefix('[').and_then(|name| name.split_once(']'));
        match kind.map(|(kind, _)| kind.trim_start_matches("async ")) {
            Some("constructor") => "constructor",
            Some("method") => "method",
            Some("static") => "static",
            _ => "function",
        }
    }

    /// Its name with its interface.
    pub(super) fn full(&self) -> String {
        match &self.interface {
            Some(interface) => text::clean(format_args!("{interface}.{}", self.plain()), NAME),
            None => text::clean(self.plain(), NAME),
        }
    }

    /// Its whole name and type.
    pub(super) fn signature(&self) -> String {
        let params: Vec<String> = self
            .params
            .iter()
            .map(|(name, ty)| format!("{name}: {}", shape(ty)))
            .collect();
        let results = match self.results.as_slice() {
            [] => String::new(),
            [one] => format!(" -> {}", shape(one)),
            many => {
                let many: Vec<String> = many.iter().map(|ty| shape(ty).to_string()).collect();
                format!(" -> tuple<{}>", many.join(", "))
            }
        };
        text::clean(
            format_args!("{}({}){results}", self.full(), params.join(", ")),
            NAME * 4,
        )
    }

    /// Whether it is called by a name: its own, or that with its interface in any of the ways to write it.
    fn answers_to(&self, word: &str) -> bool {
        let Some(interface) = &self.interface else {
            return word == self.plain() || word == self.name;
        };
        if word == self.plain() {
            return true;
        }
        if let Some((before, name)) = word.split_once('#') {
            return before == interface && (name == self.name || name == self.plain());
        }
        let Some(before) = word
            .strip_suffix(self.plain())
            .and_then(|rest| rest.strip_suffix('.'))
        else {
            return false;
        };
        let versionless = interface
            .split_once('@')
            .map_or(interface.as_str(), |(name, _)| name);
        let short = versionless.rsplit_once('/').map_or(versionless, |(_, name)| name);
        before == interface || before == versionless || before == short
    }
}

/// The functions of one program.
pub(crate) struct Functions {
    program: String,
    all: Vec<Function>,
    /// Resources with their names.
    resources: Vec<(ResourceType, String)>,
}

impl Functions {
    pub(crate) fn of(program: &Inner) -> Self {
        let (all, resources) = match &program.code {
            Code::Core(pre) => (of_module(pre.module()), Vec::new()),
            Code::Component { pre, .. } => (of_component(pre.component()), resources(pre.component())),
        };
        Self {
            program: program.name.clone(),
            all,
            resources,
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Function> {
        self.all.iter()
    }

    pub(super) fn resources(&self) -> &[(ResourceType, String)] {
        &self.resources
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The function that a name means. One at the top comes before those in interfaces.
    pub(super) fn find(&self, word: &str) -> Result<&Function, CallError> {
        let found: Vec<&Function> = self.all.iter().filter(|f| f.answers_to(word)).collect();
        let top: Vec<&Function> = found.iter().copied().filter(|f| f.interface.is_none()).collect();
        match (top.as_slice(), found.as_slice()) {
            ([one], _) | ([], [one]) => Ok(one),
            (_, []) => Err(self.unknown(word)),
            _ => Err(CallError::Ambiguous {
                wanted: word.to_owned(),
                functions: found.iter().map(|f| format!("`{}`", f.full())).collect(),
            }),
        }
    }

    /// The method of a resource by its own name.
    pub(super) fn method(
        &self,
        receiver: &str,
        ty: Option<&Type>,
        method: &str,
    ) -> Result<&Function, CallError> {
        let Some(Type::Own(resource)) = ty else {
            return Err(CallError::NoMethod {
                receiver: receiver.to_owned(),
                method: method.to_owned(),
                methods: Vec::new(),
            });
        };
        let own = |f: &&Function| {
            f.kind() == "method" && matches!(f.params.first(), Some((_, Type::Borrow(of))) if of == resource)
        };
        let short = |f: &Function| {
            let plain = f.plain();
            plain.rsplit_once('.').map_or(plain, |(_, name)| name).to_owned()
        };
        let mut methods = self.all.iter().filter(own);
        methods
            .find(|f| short(f) == method)
            .ok_or_else(|| CallError::NoMethod {
                receiver: receiver.to_owned(),
                method: method.to_owned(),
                methods: self.all.iter().filter(own).map(short).collect(),
            })
    }

    fn unknown(&self, word: &str) -> CallError {
        let full: Vec<String> = self.all.iter().map(Function::full).collect();
        let names = self.all.iter().map(Function::plain);
        CallError::Unknown {
            name: text::clean(&self.program, NAME),
            wanted: text::clean(word, NAME),
            meant: nearest(word, names.chain(full.iter().map(String::as_str))).map(|n| text::clean(n, NAME)),
            functions: self.all.iter().map(|f| format!("`{}`", f.signature())).collect(),
        }
    }
}

fn of_component(component: &Component) -> Vec<Function> {
    let engine = component.engine();
    let ty = component.component_type();
    let mut all = Vec::new();
    for (name, item) in ty.exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(func) => {
                if let Some((_, index)) = component.get_export(None, name) {
                    all.push(function(None, name, &func, index));
                }
            }
            ComponentItem::ComponentInstance(instance) => {
                let Some((_, parent)) = component.get_export(None, name) else {
                    continue;
                };
                for (inner, item) in instance.exports(engine) {
                    if let ComponentItem::ComponentFunc(func) = item.ty
                        && let Some((_, index)) = component.get_export(Some(&parent), inner)
                    {
                        all.push(function(Some(name), inner, &func, index));
                    }
                }
            }
            _ => {}
        }
    }
    all
}

/// The resources that a component exports, at its top and in its interfaces.
fn resources(component: &Component) -> Vec<(ResourceType, String)> {
    let engine = component.engine();
    let mut all = Vec::new();
    for (name, item) in component.component_type().exports(engine) {
        match item.ty {
            ComponentItem::Resource(ty) => all.push((ty, name.to_owned())),
            ComponentItem::ComponentInstance(instance) => {
                all.extend(instance.exports(engine).filter_map(|(name, item)| match item.ty {
                    ComponentItem::Resource(ty) => Some((ty, name.to_owned())),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    all
}

fn function(interface: Option<&str>, name: &str, ty: &ComponentFunc, at: ComponentExportIndex) -> Function {
    Function {
        interface: interface.map(str::to_owned),
        name: name.to_owned(),
        params: ty.params().map(|(name, ty)| (name.to_owned(), ty)).collect(),
        results: ty.results().collect(),
        at: At::Component(at),
    }
}

/// Those of numbers: references and vectors cannot be said.
fn of_module(module: &Module) -> Vec<Function> {
    let number = |ty: ValType| match ty {
        ValType::I32 => Some(Type::S32),
        ValType::I64 => Some(Type::S64),
        ValType::F32 => Some(Type::Float32),
        ValType::F64 => Some(Type::Float64),
        ValType::V128 | ValType::Ref(_) => None,
    };
    let functions = module.exports().filter_map(|export| {
        let ExternType::Func(ty) = export.ty() else {
            return None;
        };
        let params: Option<Vec<Type>> = ty.params().map(number).collect();
        let results: Option<Vec<Type>> = ty.results().map(number).collect();
        let params = params?.into_iter().enumerate();
        Some(Function {
            interface: None,
            name: export.name().to_owned(),
            params: params.map(|(i, ty)| (format!("p{}", i + 1), ty)).collect(),
            results: results?,
            at: At::Core(export.name().to_owned()),
        })
    });
    functions.collect()
}
