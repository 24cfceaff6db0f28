//! `libcontainer-rounds BUNDLE STATE ROUNDS`: makes, starts, awaits and deletes a container of the bundle as often as that,
//! one after the other, and writes the nanoseconds of each round on a line of its own.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use libcontainer::container::builder::ContainerBuilder;
use libcontainer::syscall::syscall::SyscallType;
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let mut next = || {
        args.next()
            .context("give a bundle, a folder for state and a count")
    };
    let (bundle, state, rounds) = (next()?, next()?, next()?.parse::<u32>()?);
    let mut times = Vec::with_capacity(rounds as usize);
    for number in 0..rounds {
        let before = Instant::now();
        round(Path::new(&bundle), Path::new(&state), number)?;
        times.push(before.elapsed());
    }
    let mut out = std::io::stdout().lock();
    for time in times {
        writeln!(out, "{}", time.as_nanos())?;
    }
    Ok(())
}

fn round(bundle: &Path, state: &Path, number: u32) -> Result<()> {
    let mut container = ContainerBuilder::new(format!("round-{number}"), SyscallType::default())
        .with_root_path(state)?
        .as_init(bundle)
        .with_systemd(false)
        .with_detach(true)
        .build()?;
    let pid = container
        .pid()
        .context("a container that was made has a process")?;
    container.start()?;
    waitpid(Pid::from_raw(pid.as_raw()), None)?;
    container.delete(true)?;
    Ok(())
}
