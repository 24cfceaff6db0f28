//! Benchmarks against the peers, each contender in the same run. `cargo xtask bench` builds everything and
//! starts this with the paths; nothing here is a test, and nothing fails for being slow.

// A developer's tool at the edge: printing and the environment are its work.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

mod daemons;
mod machine;
mod process;
mod race;
mod report;
mod samples;
mod setup;
mod suite;

use std::process::ExitCode;

use anyhow::Result;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    if let [flag, filter] = &std::env::args().skip(1).collect::<Vec<_>>()[..]
        && flag == "--peers"
    {
        for peer in suite::ALL
            .iter()
            .filter(|s| s.name.contains(filter))
            .flat_map(|s| s.peers)
        {
            println!("{peer}");
        }
        return Ok(());
    }
    let setup = setup::Setup::from_args(std::env::args().skip(1))?;
    let mut page = report::Page::open(&setup.page)?;
    let peer = page.row("peer");
    page.put("machine", &machine::describe(&setup, peer)?);
    for suite in suite::ALL {
        if !suite.name.contains(setup.filter.as_str()) {
            continue;
        }
        eprintln!("--- {}", suite.name);
        let section = (suite.measure)(&setup)?;
        println!("{section}");
        page.put(suite.name, &section);
        page.save()?;
    }
    Ok(())
}
