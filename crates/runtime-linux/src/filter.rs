//! Filters of system calls as the kernel takes them.
//!
//! libseccomp takes as long to make Docker's usual one as the rest of a container takes, so what it made is kept: one file for
//! each profile, which names what it was made from. libcontainer, which would make each anew, gets none to see; whoever becomes
//! a container's program installs it at the very last.

use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use libcontainer::oci_spec::runtime::{
    Arch, LinuxSeccomp, LinuxSeccompAction, LinuxSeccompArg, LinuxSeccompFilterFlag, LinuxSeccompOperator,
};
use libseccomp::error::SeccompError;
use libseccomp::{
    ScmpAction, ScmpArch, ScmpArgCompare, ScmpCompareOp, ScmpFilterContext, ScmpSyscall, ScmpVersion,
};
use rustix::fs::{MemfdFlags, memfd_create};
use serde_json::Value;

use crate::wire::{Failure, FailureKind};

/// The bytes of one instruction.
const INSTRUCTION: usize = 8;

/// How libseccomp orders calls: by their numbers, to be halved.
const TREE: u32 = 2;

/// A filter that can be installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    instructions: Vec<u8>,
    flags: u64,
}

impl Filter {
    /// That of a profile in the form of the OCI specification, from the folder of those that were made before. `source` is all
    /// that the profile follows from.
    pub(crate) fn of(
        source: &str,
        profile: impl FnOnce() -> Result<Value, Failure>,
        folder: &Path,
    ) -> Result<Self, Failure> {
        // Another library may know other calls, and another engine may write other filters.
        let library = ScmpVersion::current().map_or_else(|_| String::new(), |version| format!("{version:?}"));
        let length = source.len();
        let from = format!("{} {library} tree {length} {source}\n", env!("CARGO_PKG_VERSION"));
        let mut hasher = DefaultHasher::new();
        from.hash(&mut hasher);
        let path = folder.join(format!("{:016x}", hasher.finish()));
        if let Some(kept) = kept(&path, &from) {
            return Ok(kept);
        }
        let parsed: LinuxSeccomp =
            serde_json::from_value(profile()?).map_err(|error| invalid(&error.to_string()))?;
        let made = Self {
            flags: flags(&parsed)?,
            instructions: made(&parsed)?,
        };
        // The next one makes it again where it cannot be kept.
        let _ = keep(&path, &from, &made);
        Ok(made)
    }

    /// Has the kernel ask it about each call of this thread from now on.
    pub(crate) fn install(&self) -> io::Result<()> {
        kernel::install(&self.instructions, self.flags)
    }
}

fn invalid(why: &str) -> Failure {
    let what = format!("the profile of system calls is no filter: {why}");
    Failure::new(FailureKind::Invalid, what)
}

/// What was made from the same before. The name is a hash and proves nothing.
fn kept(path: &Path, from: &str) -> Option<Filter> {
    let bytes = fs::read(path).ok()?;
    let (flags, instructions) = bytes.strip_prefix(from.as_bytes())?.split_first_chunk()?;
    let whole = !instructions.is_empty() && instructions.len().is_multiple_of(INSTRUCTION);
    whole.then(|| Filter {
        instructions: instructions.to_vec(),
        flags: u64::from_ne_bytes(*flags),
    })
}

fn keep(path: &Path, from: &str, filter: &Filter) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Others may be at it as well: each has a name of its own, and the last one stays.
    let part = path.with_extension(std::process::id().to_string());
    let written = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)
        .and_then(|mut file| {
            file.write_all(from.as_bytes())?;
            file.write_all(&filter.flags.to_ne_bytes())?;
            file.write_all(&filter.instructions)
        })
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

fn made(profile: &LinuxSeccomp) -> Result<Vec<u8>, Failure> {
    let mut context = context(profile).map_err(|error| invalid(&error.to_string()))?;
    // The numbers of calls as a tree, as crun and runc have it: the kernel tries the filter with every call there is when it is
    // installed, and a list makes that last a millisecond. Libraries before 2.5 know lists alone.
    let _ = context.set_ctl_optimize(TREE);
    exported(&context).map_err(|error| Failure::engine("make the filter of system calls", &error))
}

fn exported(context: &ScmpFilterContext) -> io::Result<Vec<u8>> {
    let mut file = File::from(memfd_create("filter", MemfdFlags::CLOEXEC)?);
    context.export_bpf(&file).map_err(io::Error::other)?;
    file.rewind()?;
    let mut instructions = Vec::new();
    file.read_to_end(&mut instructions)?;
    Ok(instructions)
}

fn context(profile: &LinuxSeccomp) -> Result<ScmpFilterContext, SeccompError> {
    let default = action(profile.default_action(), profile.default_errno_ret());
    let mut context = ScmpFilterContext::new(default)?;
    for arch in profile.architectures().iter().flatten() {
        context.add_arch(processor(*arch))?;
    }
    for rule in profile.syscalls().iter().flatten() {
        let action = action(rule.action(), rule.errno_ret());
        // It says nothing, and the library refuses it.
        if action == default {
            continue;
        }
        let arguments: Vec<_> = rule.args().iter().flatten().map(compared).collect();
        let indices: HashSet<_> = rule.args().iter().flatten().map(LinuxSeccompArg::index).collect();
        for name in rule.names() {
            // One that this processor does not have cannot be called.
            let Ok(call) = ScmpSyscall::from_name(name) else {
                continue;
            };
            if arguments.is_empty() {
                context.add_rule(action, call)?;
            } else if indices.len() == arguments.len() {
                context.add_rule_conditional(action, call, &arguments)?;
            } else {
                // An argument stands in one rule once; runc takes those that stand there twice as rules of their own.
                for argument in &arguments {
                    context.add_rule_conditional(action, call, std::slice::from_ref(argument))?;
                }
            }
        }
    }
    Ok(context)
}

fn compared(argument: &LinuxSeccompArg) -> ScmpArgCompare {
    let value = argument.value();
    let (operator, with) = match argument.op() {
        LinuxSeccompOperator::ScmpCmpNe => (ScmpCompareOp::NotEqual, value),
        LinuxSeccompOperator::ScmpCmpLt => (ScmpCompareOp::Less, value),
        LinuxSeccompOperator::ScmpCmpLe => (ScmpCompareOp::LessOrEqual, value),
        LinuxSeccompOperator::ScmpCmpEq => (ScmpCompareOp::Equal, value),
        LinuxSeccompOperator::ScmpCmpGe => (ScmpCompareOp::GreaterEqual, value),
        LinuxSeccompOperator::ScmpCmpGt => (ScmpCompareOp::Greater, value),
        // The specification has the mask in `value`, and what is compared with in `valueTwo`.
        LinuxSeccompOperator::ScmpCmpMaskedEq => (
            ScmpCompareOp::MaskedEqual(value),
            argument.value_two().unwrap_or(0),
        ),
    };
    ScmpArgCompare::new(
        u32::try_from(argument.index()).unwrap_or(u32::MAX),
        operator,
        with,
    )
}

fn action(action: LinuxSeccompAction, errno: Option<u32>) -> ScmpAction {
    let number = errno
        .and_then(|errno| i32::try_from(errno).ok())
        .unwrap_or(libc::EPERM);
    match action {
        LinuxSeccompAction::ScmpActKill | LinuxSeccompAction::ScmpActKillThread => ScmpAction::KillThread,
        LinuxSeccompAction::ScmpActKillProcess => ScmpAction::KillProcess,
        LinuxSeccompAction::ScmpActTrap => ScmpAction::Trap,
        LinuxSeccompAction::ScmpActErrno => ScmpAction::Errno(number),
        LinuxSeccompAction::ScmpActTrace => ScmpAction::Trace(u16::try_from(number).unwrap_or(u16::MAX)),
        LinuxSeccompAction::ScmpActAllow => ScmpAction::Allow,
        LinuxSeccompAction::ScmpActLog => ScmpAction::Log,
        // Refused by `flags`.
        LinuxSeccompAction::ScmpActNotify => ScmpAction::Notify,
    }
}

/// The kernel's flags. What needs somebody who answers is refused.
fn flags(profile: &LinuxSeccomp) -> Result<u64, Failure> {
    let notifies = |action| action == LinuxSeccompAction::ScmpActNotify;
    let rules = profile.syscalls().iter().flatten();
    if notifies(profile.default_action()) || rules.into_iter().any(|rule| notifies(rule.action())) {
        return Err(invalid(
            "SCMP_ACT_NOTIFY needs somebody who is asked, and nobody is",
        ));
    }
    let flag = |flag: &LinuxSeccompFilterFlag| match flag {
        LinuxSeccompFilterFlag::SeccompFilterFlagLog => libc::SECCOMP_FILTER_FLAG_LOG,
        LinuxSeccompFilterFlag::SeccompFilterFlagTsync => libc::SECCOMP_FILTER_FLAG_TSYNC,
        LinuxSeccompFilterFlag::SeccompFilterFlagSpecAllow => libc::SECCOMP_FILTER_FLAG_SPEC_ALLOW,
        // It is of those who are asked.
        LinuxSeccompFilterFlag::SeccompFilterFlagWaitKillableRecv => 0,
    };
    Ok(profile
        .flags()
        .iter()
        .flatten()
        .map(flag)
        .fold(0, |all, one| all | one))
}

fn processor(arch: Arch) -> ScmpArch {
    match arch {
        Arch::ScmpArchNative => ScmpArch::Native,
        Arch::ScmpArchX86 => ScmpArch::X86,
        Arch::ScmpArchX86_64 => ScmpArch::X8664,
        Arch::ScmpArchX32 => ScmpArch::X32,
        Arch::ScmpArchArm => ScmpArch::Arm,
        Arch::ScmpArchAarch64 => ScmpArch::Aarch64,
        Arch::ScmpArchMips => ScmpArch::Mips,
        Arch::ScmpArchMips64 => ScmpArch::Mips64,
        Arch::ScmpArchMips64n32 => ScmpArch::Mips64N32,
        Arch::ScmpArchMipsel => ScmpArch::Mipsel,
        Arch::ScmpArchMipsel64 => ScmpArch::Mipsel64,
        Arch::ScmpArchMipsel64n32 => ScmpArch::Mipsel64N32,
        Arch::ScmpArchPpc => ScmpArch::Ppc,
        Arch::ScmpArchPpc64 => ScmpArch::Ppc64,
        Arch::ScmpArchPpc64le => ScmpArch::Ppc64Le,
        Arch::ScmpArchS390 => ScmpArch::S390,
        Arch::ScmpArchS390x => ScmpArch::S390X,
        Arch::ScmpArchRiscv64 => ScmpArch::Riscv64,
        Arch::ScmpArchParisc => ScmpArch::Parisc,
        Arch::ScmpArchParisc64 => ScmpArch::Parisc64,
        Arch::ScmpArchLoongarch64 => ScmpArch::Loongarch64,
        Arch::ScmpArchM68k => ScmpArch::M68k,
        Arch::ScmpArchSh => ScmpArch::Sh,
        Arch::ScmpArchSheb => ScmpArch::Sheb,
    }
}

mod kernel {
    //! seccomp(2).
    #![allow(unsafe_code)]

    use std::io;

    use super::INSTRUCTION;

    pub(super) fn install(instructions: &[u8], flags: u64) -> io::Result<()> {
        let length = u16::try_from(instructions.len() / INSTRUCTION).map_err(io::Error::other)?;
        // In memory that is laid out as the kernel wants it.
        let program: Vec<libc::sock_filter> = instructions
            .chunks_exact(INSTRUCTION)
            .map(|bytes| libc::sock_filter {
                code: u16::from_ne_bytes([bytes[0], bytes[1]]),
                jt: bytes[2],
                jf: bytes[3],
                k: u32::from_ne_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]),
            })
            .collect();
        let program = libc::sock_fprog {
            len: length,
            filter: program.as_ptr().cast_mut(),
        };
        // SAFETY: the kernel copies and checks as many instructions as are said, which live until then.
        match unsafe {
            libc::syscall(
                libc::SYS_seccomp,
                libc::SECCOMP_SET_MODE_FILTER,
                flags,
                &raw const program,
            )
        } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use sampan_runtime::LinuxSpec;
    use serde_json::json;

    use super::*;
    use crate::oci;

    /// Whether a filter lets a call go, in a thread that ends with it.
    fn lets(profile: &Value, folder: &Path, call: fn() -> io::Result<()>) -> io::Result<()> {
        let filter = of(profile, folder).unwrap();
        std::thread::spawn(move || {
            rustix::thread::set_no_new_privs(true).unwrap();
            filter.install().unwrap();
            call()
        })
        .join()
        .unwrap()
    }

    fn sync() -> io::Result<()> {
        rustix::fs::sync();
        Ok(())
    }

    fn name() -> io::Result<()> {
        Ok(rustix::thread::set_name(c"other")?)
    }

    fn dumpable() -> io::Result<()> {
        let _ = rustix::process::dumpable_behavior()?;
        Ok(())
    }

    #[test]
    fn what_a_profile_refuses_is_refused_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        // PR_SET_NAME is 15: refused where the lowest four bits of the first argument are all set.
        let profile = json!({
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{ "names": ["prctl", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95, "args": [
                { "index": 0, "value": 15, "valueTwo": 15, "op": "SCMP_CMP_MASKED_EQ" }] }],
        });
        for _ in 0..2 {
            let refused = lets(&profile, folder.path(), name).unwrap_err();
            assert_eq!(refused.raw_os_error(), Some(95));
            lets(&profile, folder.path(), dumpable).unwrap();
            lets(&profile, folder.path(), sync).unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "made once");
    }

    fn of(profile: &Value, folder: &Path) -> Result<Filter, Failure> {
        Filter::of(&profile.to_string(), || Ok(profile.clone()), folder)
    }

    #[test]
    fn what_is_kept_is_used_only_for_what_it_was_made_from() {
        let folder = tempfile::tempdir().unwrap();
        let profile = json!({ "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{ "names": ["reboot"], "action": "SCMP_ACT_ERRNO" }] });
        let made = of(&profile, folder.path()).unwrap();
        assert_eq!(of(&profile, folder.path()).unwrap(), made);
        let path = fs::read_dir(folder.path())
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let whole = fs::read(&path).unwrap();
        for spoiled in [
            &b"of another profile\n12345678"[..],
            &whole[..whole.len() - 3],
            b"",
        ] {
            fs::write(&path, spoiled).unwrap();
            assert_eq!(of(&profile, folder.path()).unwrap(), made);
            assert_eq!(fs::read(&path).unwrap(), whole, "made again");
        }
    }

    /// What a filter answers to a call, as bpf(4) has it.
    fn answer(filter: &[u8], number: u32, arch: u32, argument: u64) -> u32 {
        let mut call: Vec<u32> = vec![number, arch, 0, 0];
        for _ in 0..6 {
            call.extend([argument as u32, (argument >> 32) as u32]);
        }
        let (mut at, mut value) = (0, 0);
        loop {
            let instruction = &filter[at * INSTRUCTION..][..INSTRUCTION];
            let code = u16::from_ne_bytes([instruction[0], instruction[1]]);
            let jumps = [usize::from(instruction[3]), usize::from(instruction[2])];
            let with = u32::from_ne_bytes(instruction[4..].try_into().unwrap());
            let holds = match code {
                0x20 => {
                    value = call[with as usize / 4];
                    None
                }
                0x54 => {
                    value &= with;
                    None
                }
                0x05 => {
                    at += with as usize;
                    None
                }
                0x15 => Some(value == with),
                0x25 => Some(value > with),
                0x35 => Some(value >= with),
                0x06 => return with,
                other => panic!("{other:#x} is no instruction of a filter"),
            };
            at += 1 + holds.map_or(0, |holds| jumps[usize::from(holds)]);
        }
    }

    #[test]
    fn a_tree_answers_as_the_list_does() {
        let profile = oci::profile(&LinuxSpec::default()).unwrap().settled().unwrap();
        let profile: LinuxSeccomp = serde_json::from_value(profile).unwrap();
        let tree = made(&profile).unwrap();
        let list = exported(&context(&profile).unwrap()).unwrap();
        assert_ne!(tree, list);
        let mut answers = HashSet::new();
        // x86-64 and i386, a processor that the profile does not have, and the calls of x32.
        for arch in [0xc000_003e, 0x4000_0003, 0xc000_00b7] {
            for number in (0..600).chain(0x4000_0000..0x4000_0258).chain([u32::MAX]) {
                for argument in [
                    0,
                    2,
                    8,
                    40,
                    0x20000,
                    0x1000_0000,
                    0x7e02_0000,
                    0xffff_ffff,
                    u64::MAX,
                ] {
                    let expected = answer(&list, number, arch, argument);
                    let found = answer(&tree, number, arch, argument);
                    assert_eq!(found, expected, "call {number} of {arch:#x} with {argument:#x}");
                    answers.insert(expected);
                }
            }
        }
        assert!(answers.len() > 2, "allowed, refused, and not known: {answers:?}");
    }

    #[test]
    fn a_filter_that_asks_somebody_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for profile in [
            json!({ "defaultAction": "SCMP_ACT_NOTIFY" }),
            json!({ "defaultAction": "SCMP_ACT_ALLOW",
                "syscalls": [{ "names": ["mount"], "action": "SCMP_ACT_NOTIFY" }] }),
            json!({ "defaultAction": "SCMP_ACT_DANCE" }),
        ] {
            let failure = of(&profile, folder.path()).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Invalid, "{failure}");
        }
    }

    #[test]
    fn it_is_made_where_it_cannot_be_kept() {
        let profile = json!({ "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{ "names": ["reboot"], "action": "SCMP_ACT_ERRNO" }] });
        of(&profile, Path::new("/proc/nowhere")).unwrap();
    }
}
