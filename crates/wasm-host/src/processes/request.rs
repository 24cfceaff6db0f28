//! What a guest asks for when it starts a program, read from its memory.

use wasmtime::{AsContext, Memory};

use super::link::Errno;

/// Most bytes of arguments and environment together.
const WORDS: u32 = 1 << 20;
/// Most bytes that standard input may begin with.
const INPUT: u32 = 17 << 20;
/// Most bytes of a path or name.
const PATH: u32 = 4096;

/// Where a stream of output goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Out,
    Err,
    Captured,
    Nowhere,
}

impl Target {
    fn of(word: u32) -> Result<Self, Errno> {
        match word {
            0 => Ok(Self::Out),
            1 => Ok(Self::Err),
            2 => Ok(Self::Captured),
            3 => Ok(Self::Nowhere),
            _ => Err(Errno::INVAL),
        }
    }
}

pub(super) struct Request {
    pub(super) program: String,
    pub(super) args: Vec<String>,
    pub(super) env: Vec<(String, String)>,
    pub(super) cwd: String,
    pub(super) input: Vec<u8>,
    pub(super) input_goes_on: bool,
    pub(super) stdout: Target,
    pub(super) stderr: Target,
}

impl Request {
    pub(super) fn read(memory: Memory, store: impl AsContext, at: u32) -> Result<Self, Errno> {
        let bytes = memory.data(&store);
        let words = part(bytes, at, 13 * 4)?;
        let mut words = words.chunks_exact(4).map(|word| {
            word.iter()
                .rev()
                .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte))
        });
        let mut next = || words.next().unwrap_or(0);
        let mut buffer = |most: u32| {
            let (at, len) = (next(), next());
            if len > most {
                return Err(Errno::INVAL);
            }
            part(bytes, at, len)
        };
        let program = text(buffer(PATH)?)?;
        let args = listed(buffer(WORDS)?)?;
        let env = listed(buffer(WORDS)?)?;
        let cwd = text(buffer(PATH)?)?;
        let input = buffer(INPUT)?.to_vec();
        let env = env
            .into_iter()
            .filter_map(|pair| pair.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned())))
            .collect();
        Ok(Self {
            program,
            args,
            env,
            cwd,
            input,
            input_goes_on: next() != 0,
            stdout: Target::of(next())?,
            stderr: Target::of(next())?,
        })
    }
}

fn part(bytes: &[u8], at: u32, len: u32) -> Result<&[u8], Errno> {
    let (at, len) = (at as usize, len as usize);
    let end = at.checked_add(len).ok_or(Errno::FAULT)?;
    bytes.get(at..end).ok_or(Errno::FAULT)
}

fn text(bytes: &[u8]) -> Result<String, Errno> {
    let text = std::str::from_utf8(bytes).map_err(|_| Errno::INVAL)?;
    match text.contains('\0') {
        true => Err(Errno::INVAL),
        false => Ok(text.to_owned()),
    }
}

/// Texts with a NUL after each.
fn listed(bytes: &[u8]) -> Result<Vec<String>, Errno> {
    let Some(bytes) = bytes.strip_suffix(b"\0") else {
        return match bytes.is_empty() {
            true => Ok(Vec::new()),
            false => Err(Errno::INVAL),
        };
    };
    bytes.split(|byte| *byte == 0).map(text).collect()
}
