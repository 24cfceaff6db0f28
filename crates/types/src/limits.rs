//! Every limit of a Wasm container, in one place.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bytes::{ByteCount, ByteCountError};
use crate::duration::{self, DurationError};
use crate::named::named;

/// What a container may use at the most. Each field is enforced by the runtime, shown by `inspect` with its
/// use beside it ([`Usage`]), and has a program in `guests/evil/` that runs into it.
///
/// `None` in a field of time means without end. That is the default of `wall_time` and `cpu_time` alone: a
/// server that stopped after an hour would surprise more than it protects; everything that could take the
/// machine from others is bounded from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Linear memory, summed over all memories of all instances. Growing past it fails in the guest as
    /// WebAssembly has it (`memory.grow` gives -1); starting past it is an error.
    pub memory: ByteCount,
    /// Memory that the host holds for the guest: handles, buffers, queued bodies, copies of strings.
    pub host_memory: ByteCount,
    /// Elements, summed over all tables of all instances.
    pub table_elements: u64,
    /// Core instances (a component is made of several).
    pub instances: u64,
    /// Stack of the guest.
    pub stack: ByteCount,
    /// Time from start to end, sleeping included.
    pub wall_time: Option<Duration>,
    /// Time on a processor.
    pub cpu_time: Option<Duration>,
    /// Share of processors, in thousandths of one: 500 is half of one; `None` is what the machine gives.
    pub cpu_millis: Option<u64>,
    /// Time to compile the module.
    pub compile_time: Duration,
    /// Memory of the process that compiles the module.
    pub compile_memory: ByteCount,
    /// Size of the module file.
    pub module_size: ByteCount,
    /// Files and folders open at a time.
    pub open_files: u64,
    /// Sockets open at a time.
    pub sockets: u64,
    /// Bytes written to the container's own layer and to tmpfs mounts without a size of their own.
    pub disk: ByteCount,
    /// Bytes a second on standard output and standard error together, averaged over a second.
    pub output_rate: ByteCount,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: ByteCount::gib(1),
            host_memory: ByteCount::mib(128),
            table_elements: 1_000_000,
            instances: 1_000,
            stack: ByteCount::mib(1),
            wall_time: None,
            cpu_time: None,
            cpu_millis: None,
            compile_time: Duration::from_secs(300),
            compile_memory: ByteCount::gib(4),
            module_size: ByteCount::mib(256),
            open_files: 1_024,
            sockets: 256,
            disk: ByteCount::gib(1),
            output_rate: ByteCount::gib(8),
        }
    }
}

/// What a container has used, for each of its [`Limits`]: the most at any time, or the sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Most linear memory.
    pub memory: ByteCount,
    /// Most memory of the host.
    pub host_memory: ByteCount,
    /// Most table elements.
    pub table_elements: u64,
    /// Most core instances.
    pub instances: u64,
    /// Time from start until now or the end.
    pub wall_time: Duration,
    /// Time on a processor.
    pub cpu_time: Duration,
    /// Time to compile; zero when it came from the cache.
    pub compile_time: Duration,
    /// Most files open.
    pub open_files: u64,
    /// Most sockets open.
    pub sockets: u64,
    /// Bytes on its own layer and tmpfs mounts.
    pub disk: ByteCount,
    /// Bytes read from standard input.
    pub input: ByteCount,
    /// Bytes written to standard output and error.
    pub output: ByteCount,
}

macro_rules! limit_names {
    ($($variant:ident $name:literal $about:literal,)*) => {
        named! {
            /// The name of a limit, as `--limit NAME=VALUE`, error messages and `inspect` write it.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
            #[serde(rename_all = "kebab-case")]
            LimitName or LimitError { $($variant $name $about,)* }
        }
        impl LimitName {
            /// What it bounds, in a few words.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)* }
            }
        }
    };
}

limit_names! {
    Memory "memory" "linear memory, all memories together",
    HostMemory "host-memory" "memory that the host holds for the guest",
    TableElements "table-elements" "elements of all tables",
    Instances "instances" "core instances",
    Stack "stack" "stack of the guest",
    WallTime "wall-time" "time from start to end",
    CpuTime "cpu-time" "time on a processor",
    Cpus "cpus" "share of processors",
    CompileTime "compile-time" "time to compile the module",
    CompileMemory "compile-memory" "memory to compile the module",
    ModuleSize "module-size" "size of the module file",
    OpenFiles "open-files" "files and folders open at a time",
    Sockets "sockets" "sockets open at a time",
    Disk "disk" "bytes written to the container's own layer",
    OutputRate "output-rate" "bytes a second on standard output and error",
}

impl LimitName {
    /// What a person does who needs more, in the words of a hint.
    pub fn how_to_raise(self) -> String {
        let flag = match self {
            Self::Memory => "`--memory`, or ",
            Self::WallTime => "`--timeout`, or ",
            Self::Cpus => "`--cpus`, or ",
            Self::Instances => "`--pids-limit`, or ",
            _ => "",
        };
        format!("raise it with {flag}`--limit {self}=VALUE`")
    }
}

/// A `--limit` that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LimitError {
    /// There is no such limit.
    #[error("there is no limit `{0}`: the limits are {names}", names = LimitName::listed())]
    Name(String),
    /// There is no `=`.
    #[error("`{0}` is not a limit: write NAME=VALUE, such as memory=64m")]
    Form(String),
    /// The value is not a whole number.
    #[error("`{0}` is not a whole number")]
    Number(String),
    /// The value is not a size.
    #[error(transparent)]
    Size(#[from] ByteCountError),
    /// The value is not a span of time.
    #[error(transparent)]
    Time(#[from] DurationError),
    /// The value is not a number of processors.
    #[error("`{0}` is not a number of processors: write a number such as 1.5, at least 0.01")]
    Cpus(String),
    /// The value is out of what can be enforced.
    #[error("limit `{0}` cannot be {1}: {2}")]
    Range(LimitName, String, &'static str),
}

impl Limits {
    /// The smallest stack on which WASI's own start-up code runs.
    pub const LEAST_STACK: ByteCount = ByteCount::kib(64);
    /// The largest stack: more would come near the size at which hosts refuse to map one.
    pub const MOST_STACK: ByteCount = ByteCount::mib(256);

    /// Sets one limit from `NAME=VALUE`. `none` lifts a limit of time and the share of processors.
    pub fn set(&mut self, text: &str) -> Result<(), LimitError> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| LimitError::Form(text.to_owned()))?;
        self.set_named(name.trim().parse()?, value.trim())
    }

    /// Sets one limit from the text of its value.
    pub fn set_named(&mut self, name: LimitName, value: &str) -> Result<(), LimitError> {
        let number = || {
            value
                .parse::<u64>()
                .map_err(|_| LimitError::Number(value.to_owned()))
        };
        let span = || match value {
            "none" => Ok(None),
            _ => duration::parse(value).map(Some),
        };
        let range = |why| LimitError::Range(name, value.to_owned(), why);
        match name {
            LimitName::Memory => self.memory = value.parse()?,
            LimitName::HostMemory => self.host_memory = value.parse()?,
            LimitName::TableElements => self.table_elements = number()?,
            LimitName::Instances => {
                self.instances = number()?;
                if self.instances == 0 {
                    return Err(range("a container needs one instance"));
                }
            }
            LimitName::Stack => {
                let stack: ByteCount = value.parse()?;
                if stack < Self::LEAST_STACK || stack > Self::MOST_STACK {
                    return Err(range("it must lie between 64k and 256m"));
                }
                self.stack = stack;
            }
            LimitName::WallTime => self.wall_time = span()?,
            LimitName::CpuTime => self.cpu_time = span()?,
            LimitName::Cpus => self.cpu_millis = parse_cpus(value)?,
            LimitName::CompileTime => self.compile_time = duration::parse(value)?,
            LimitName::CompileMemory => self.compile_memory = value.parse()?,
            LimitName::ModuleSize => self.module_size = value.parse()?,
            LimitName::OpenFiles => self.open_files = number()?,
            LimitName::Sockets => self.sockets = number()?,
            LimitName::Disk => self.disk = value.parse()?,
            LimitName::OutputRate => self.output_rate = value.parse()?,
        }
        Ok(())
    }

    /// The value of one limit, for people.
    pub fn show(&self, name: LimitName) -> String {
        let time = |d: Option<Duration>| d.map_or_else(|| "none".to_owned(), |d| format!("{d:?}"));
        match name {
            LimitName::Memory => self.memory.to_string(),
            LimitName::HostMemory => self.host_memory.to_string(),
            LimitName::TableElements => self.table_elements.to_string(),
            LimitName::Instances => self.instances.to_string(),
            LimitName::Stack => self.stack.to_string(),
            LimitName::WallTime => time(self.wall_time),
            LimitName::CpuTime => time(self.cpu_time),
            LimitName::Cpus => self
                .cpu_millis
                .map_or_else(|| "none".to_owned(), |m| format!("{}", m as f64 / 1000.0)),
            LimitName::CompileTime => time(Some(self.compile_time)),
            LimitName::CompileMemory => self.compile_memory.to_string(),
            LimitName::ModuleSize => self.module_size.to_string(),
            LimitName::OpenFiles => self.open_files.to_string(),
            LimitName::Sockets => self.sockets.to_string(),
            LimitName::Disk => self.disk.to_string(),
            LimitName::OutputRate => format!("{}/s", self.output_rate),
        }
    }
}

impl Usage {
    /// What was used of one limit, for people; `None` where nothing is counted (the share of processors,
    /// the stack, and what only the compiler meets).
    pub fn show(&self, name: LimitName) -> Option<String> {
        Some(match name {
            LimitName::Memory => self.memory.to_string(),
            LimitName::HostMemory => self.host_memory.to_string(),
            LimitName::TableElements => self.table_elements.to_string(),
            LimitName::Instances => self.instances.to_string(),
            LimitName::WallTime => format!("{:.1?}", self.wall_time),
            LimitName::CpuTime => format!("{:.1?}", self.cpu_time),
            LimitName::CompileTime => format!("{:.1?}", self.compile_time),
            LimitName::OpenFiles => self.open_files.to_string(),
            LimitName::Sockets => self.sockets.to_string(),
            LimitName::Disk => self.disk.to_string(),
            LimitName::OutputRate => self.output.to_string(),
            LimitName::Stack | LimitName::Cpus | LimitName::CompileMemory | LimitName::ModuleSize => {
                return None;
            }
        })
    }
}

fn parse_cpus(text: &str) -> Result<Option<u64>, LimitError> {
    if text == "none" {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(cpus) if (0.01..=1e6).contains(&cpus) => Ok(Some((cpus * 1000.0).round() as u64)),
        _ => Err(LimitError::Cpus(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_set_and_shown_by_name() {
        let mut limits = Limits::default();
        for name in LimitName::ALL {
            let before = limits.show(*name);
            assert!(!before.is_empty());
            let value = match name {
                LimitName::WallTime | LimitName::CpuTime | LimitName::CompileTime => "7s",
                LimitName::Cpus => "1.5",
                LimitName::Stack => "2m",
                _ => "77",
            };
            limits.set(&format!("{name}={value}")).unwrap();
            assert_ne!(limits.show(*name), before, "{name} kept its value");
        }
    }

    #[test]
    fn refuses_what_cannot_be_enforced() {
        let mut limits = Limits::default();
        for bad in [
            "memory",
            "memory=",
            "mem=1m",
            "instances=0",
            "stack=1k",
            "stack=1t",
            "cpus=0",
            "cpus=x",
            "wall-time=1y",
        ] {
            assert!(limits.set(bad).is_err(), "{bad}");
        }
    }
}
