//! `kernels NAME ITERATIONS` runs one kernel and prints a checksum; `kernels` lists the names.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some(name) = args.first() else {
        for (name, iterations, _) in kernels::KERNELS {
            println!("{name} {iterations}");
        }
        return ExitCode::SUCCESS;
    };
    let Some(checksum) = kernels::run(name, args.get(1).and_then(|n| n.parse().ok())) else {
        eprintln!("error: there is no kernel `{name}`");
        return ExitCode::from(2);
    };
    println!("{checksum:016x}");
    ExitCode::SUCCESS
}
