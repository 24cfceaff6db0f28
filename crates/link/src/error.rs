//! Why components cannot be linked.

use sampan_types::foreign::first_few;
use sampan_types::near::nearest;
use sampan_types::{Classified, ErrorClass};

use crate::difference::Difference;
use crate::name::Name;
use crate::published::{Fault, Way};
use crate::show;

/// How many names are listed.
const LISTED: usize = 8;

/// A link that cannot be made. Nothing was.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// A part is something else.
    #[error("`{part}` is {what}, and only components are linked")]
    NotComponent {
        /// Which.
        part: String,
        /// What it is.
        what: &'static str,
    },
    /// A part is not what the specification says.
    #[error("`{part}` is not a valid component: {why}")]
    Invalid {
        /// Which.
        part: String,
        /// The validator's words.
        why: String,
    },
    /// A part has types that wac has no words for.
    #[error("the types of `{part}` are too odd to be linked")]
    Odd {
        /// Which.
        part: String,
    },
    /// Components within components, without end.
    #[error("`{part}` nests components more than {limit} deep")]
    Nesting {
        /// Which.
        part: String,
        /// How deep is looked.
        limit: usize,
    },
    /// All parts together are too much.
    #[error("the parts of a link have more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most.
        limit: u64,
    },
    /// A name that no part imports.
    #[error("nothing imports `{name}`")]
    NothingImports {
        /// As it was written.
        name: String,
        /// What is imported.
        imports: Vec<String>,
    },
    /// A provider that nobody has a use for.
    #[error("nothing imports what `{provider}` exports")]
    Idle {
        /// Which.
        provider: String,
        /// What it exports.
        exports: Vec<String>,
        /// What is imported, without WASI.
        imports: Vec<String>,
    },
    /// A provider has nothing for the import that it was named for.
    #[error("`{provider}` does not export `{import}`")]
    NoExport {
        /// Which.
        provider: String,
        /// What it was named for.
        import: String,
        /// What it exports.
        exports: Vec<String>,
    },
    /// The interface is there in a version that does not serve.
    #[error("`{part}` imports `{import}`, and `{provider}` exports `{export}`, {}", if *.earlier { "which is earlier" } else { "which promises nothing for it" })]
    Version {
        /// Who imports.
        part: String,
        /// What.
        import: String,
        /// Who exports.
        provider: String,
        /// What.
        export: String,
        /// Whether it is of the same track.
        earlier: bool,
    },
    /// The interface is there with other types.
    #[error("`{part}` imports `{import}`, and `{provider}` exports it otherwise{}", listed(.differences))]
    Differs {
        /// Who imports.
        part: String,
        /// What.
        import: String,
        /// Who exports.
        provider: String,
        /// The first of them.
        differences: Vec<Difference>,
    },
    /// Several could serve one import.
    #[error("several serve `{import}` of `{part}`: `{}`", .providers.join("`, `"))]
    Ambiguous {
        /// Who imports.
        part: String,
        /// What.
        import: String,
        /// Who could.
        providers: Vec<String>,
    },
    /// Parts that import each other.
    #[error("the parts import each other: `{}`", .way.join("` from `"))]
    Circle {
        /// The way round, its first part again at the end.
        way: Vec<String>,
    },
    /// An import of two parts that cannot be one import.
    #[error("`{first}` and `{second}` import `{import}` with types that cannot be joined: {why}")]
    Conflict {
        /// What.
        import: String,
        /// Who.
        first: String,
        /// And who.
        second: String,
        /// The first difference.
        why: String,
    },
    /// The whole is not a valid component.
    #[error("the parts do not fit together: {why}")]
    DoNotFit {
        /// The validator's words.
        why: String,
    },
    /// wac cannot compose them.
    #[error("the parts cannot be composed: {why}")]
    Compose {
        /// Its words.
        why: String,
    },
    /// What should be a package of WIT is something else.
    #[error("`{part}` is no package of WIT")]
    NotPackage {
        /// Which.
        part: String,
    },
    /// A package has nothing that a component could import or export.
    #[error("the package `{part}` has no interfaces")]
    NoInterfaces {
        /// Which.
        part: String,
    },
    /// An interface is not as it was published.
    #[error("`{part}` {way} `{name}`, and `{package}` {fault}")]
    Published {
        /// The component.
        part: String,
        /// What it does with the interface.
        way: Way,
        /// The interface.
        name: String,
        /// Where it was published.
        package: String,
        /// Why.
        fault: Fault,
    },
    /// What was linked cannot be put into words.
    #[error("the record of the link cannot be written")]
    Record(#[source] serde_json::Error),
}

pub(crate) fn listed(differences: &[Difference]) -> String {
    differences
        .iter()
        .map(|difference| format!("\n{difference}"))
        .collect()
}

impl LinkError {
    pub(crate) fn invalid(part: &str, error: &wasmparser::BinaryReaderError) -> Self {
        Self::Invalid {
            part: part.to_owned(),
            why: show::short(format!("at byte {}, {}", error.offset(), error.message().trim())),
        }
    }

    pub(crate) fn compose(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Compose {
            why: show::chain(std::iter::successors(Some(error), |error| error.source())),
        }
    }
}

impl Classified for LinkError {
    fn class(&self) -> ErrorClass {
        match self {
            Self::NotComponent { .. }
            | Self::NotPackage { .. }
            | Self::NoInterfaces { .. }
            | Self::Invalid { .. }
            | Self::Odd { .. }
            | Self::Nesting { .. } => ErrorClass::CannotInvoke,
            Self::TooMany { .. } => ErrorClass::Exhausted,
            Self::NothingImports { .. } | Self::Idle { .. } | Self::NoExport { .. } => {
                ErrorClass::InvalidInput
            }
            Self::Version { .. }
            | Self::Differs { .. }
            | Self::Ambiguous { .. }
            | Self::Circle { .. }
            | Self::Conflict { .. }
            | Self::Published { .. }
            | Self::DoNotFit { .. }
            | Self::Compose { .. } => ErrorClass::Conflict,
            Self::Record(_) => ErrorClass::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NothingImports { name, imports } => {
                let short = imports.iter().flat_map(|import| {
                    let without = Name::of(import).without_version();
                    [import.as_str(), without, without.rsplit('/').next().unwrap_or(without)]
                });
                Some(match nearest(name, short) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if imports.is_empty() => "the parts import nothing".to_owned(),
                    None => format!("imported are {}", first_few(imports, LISTED)),
                })
            }
            Self::Idle { exports, imports, .. } => Some(format!(
                "it exports {}; imported, WASI apart, {}",
                some(exports),
                match imports.as_slice() {
                    [] => "is nothing".to_owned(),
                    _ => format!("are {}", first_few(imports, LISTED)),
                }
            )),
            Self::NoExport { exports, .. } => Some(format!("it exports {}", some(exports))),
            Self::Version { earlier: true, .. } => {
                Some("a later version of an interface serves an earlier one, not the other way round".to_owned())
            }
            Self::Version { import, export, .. } => Some(promises(import, export).to_owned()),
            Self::NotPackage { .. } => Some(
                "packages are made of WIT by `wkg wit build` and `wasm-tools component wit --wasm`".to_owned(),
            ),
            Self::Published { name, fault: Fault::Version { published }, .. } => {
                Some(promises(name, published).to_owned())
            }
            Self::Published { .. } | Self::Differs { .. } => Some("see `sampan inspect --wit` of both".to_owned()),
            Self::Ambiguous { import, .. } => Some(format!(
                "say which with `--with {}=…`; of those that wrap others, write the outermost first",
                Name::of(import).without_version()
            )),
            Self::Circle { .. } => Some("one of them must do without the others".to_owned()),
            Self::DoNotFit { why } if why.contains("not valid to be used as export") => Some(
                "an export of the first part has types of an interface that is served: what it exports must not".to_owned(),
            ),
            Self::DoNotFit { why } if why.contains("conflicts with previous") => Some(
                "the parts import names that are the same to the component model".to_owned(),
            ),
            Self::DoNotFit { .. } => Some(
                "interfaces that pass one resource must come from one part, or all from outside: link them together"
                    .to_owned(),
            ),
            Self::NotComponent { .. } => {
                Some("tool chains make components for the target wasm32-wasip2, or with `wasm-tools component new`".to_owned())
            }
            Self::Invalid { .. }
            | Self::Odd { .. }
            | Self::Nesting { .. }
            | Self::TooMany { .. }
            | Self::Conflict { .. }
            | Self::Compose { .. }
            | Self::NoInterfaces { .. }
            | Self::Record(_) => None,
        }
    }
}

/// What versions promise each other, as far as it concerns these two.
fn promises(import: &str, export: &str) -> &'static str {
    let (import, export) = (Name::of(import), Name::of(export));
    let (Some(wanted), Some(has)) = (import.version(), export.version()) else {
        return "a name without a version serves itself alone";
    };
    if !wanted.pre.is_empty() || !has.pre.is_empty() {
        "a pre-release serves itself alone"
    } else if (wanted.major, wanted.minor) == (0, 0) && (has.major, has.minor) == (0, 0) {
        "versions before 0.1.0 serve themselves alone"
    } else {
        "below 1.0.0 later versions of one minor number serve earlier ones, from 1.0.0 on those of one major number"
    }
}

fn some(names: &[String]) -> String {
    match names {
        [] => "no interface and no function".to_owned(),
        _ => first_few(names, LISTED),
    }
}
