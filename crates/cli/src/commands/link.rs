//! `sampan link`: one component of several.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use sampan_engine::link::{LinkRequest, LinkedProgram};
use sampan_runtime::{Met, Need};
use sampan_types::foreign::{first_few, one_line};
use sampan_types::{Platform, Reference};

use crate::app::App;
use crate::commands::image::pack::created;
use crate::commands::run::{Pull, target};
use crate::error::CliError;
use crate::files;

/// The flags of `sampan link`.
#[derive(Debug, Args)]
pub(crate) struct LinkArgs {
    /// The component whose exports the result has: a .wasm or .wat file, or an image
    #[arg(value_name = "FILE|IMAGE")]
    app: String,
    /// A component that serves imports: those of a name (`logger`, `test:log`, `test:log/logger@0.2.0`), or all that it
    /// exports; of several that wrap each other, the outermost first
    #[arg(long, value_name = "[NAME=]FILE|IMAGE", required = true)]
    with: Vec<String>,
    /// Write the component to a file
    #[arg(short, long, value_name = "FILE", required_unless_present = "tag")]
    output: Option<PathBuf>,
    /// Keep it as an image; of an image, with its configuration and files
    #[arg(short, long, value_name = "IMAGE")]
    tag: Option<Reference>,
    /// Approve what the providers could ask for and the component alone could not
    #[arg(short, long)]
    yes: bool,
    /// Platform of the images
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
    /// When to download images
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pull: Pull,
}

pub(crate) fn run(app: &App<'_>, args: LinkArgs) -> Result<(), CliError> {
    let engine = app.engine()?;
    let mut with = Vec::new();
    for text in &args.with {
        let (name, word) = named(text);
        with.push((name.map(str::to_owned), target(&engine, word)?));
    }
    let request = LinkRequest {
        app: target(&engine, &args.app)?,
        with,
        platform: args.platform,
        pull: args.pull.into(),
    };
    if let Some(path) = &args.output {
        files::check_writable(path)?;
    }
    let created = created(app)?;
    let progress = app.progress();
    let program = app.block_on(async { Ok(engine.link(&request, &progress).await?) })?;
    shown(app, &program);
    approved(&program, args.yes)?;
    if let Some(path) = &args.output {
        files::write_whole(path, program.bytes())?;
        app.printer.done("linked", path.display());
    }
    if let Some(name) = &args.tag {
        engine.keep_linked(&program, name, created)?;
        app.printer.done("linked", name.familiar());
    }
    Ok(app.printer.data(program.digest())?)
}

/// `NAME=WORD`, where NAME can be the name of an import; a path may have such a sign, too.
fn named(text: &str) -> (Option<&str>, &str) {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '/' | '@' | '.' | '+');
    match text.split_once('=') {
        Some((name, word))
            if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(letter) =>
        {
            (Some(name), word)
        }
        _ => (None, text),
    }
}

/// Who serves what, and what the whole could ask for.
pub(crate) fn shown(app: &App<'_>, program: &LinkedProgram) {
    let note = |line: String| app.printer.note(one_line(&line));
    for part in &program.linked().parts {
        match part.serves.as_slice() {
            [] => note(format!("{}  {}", part.name, part.digest.short())),
            serves => note(format!(
                "{}  {}  serves {}",
                part.name,
                part.digest.short(),
                first_few(serves, SHOWN)
            )),
        }
    }
    let words = |needs: &[Need]| {
        let words: Vec<String> = needs.iter().map(in_words).collect();
        if words.is_empty() {
            "nothing".to_owned()
        } else {
            words.join("; ")
        }
    };
    note(format!("before, it could ask for: {}", words(program.before())));
    note(format!("linked, it could ask for: {}", words(program.after())));
    for need in program.after() {
        if let Met::Never { .. } = need.met {
            app.printer.warning(one_line(&format!(
                "it still imports {}, which nothing here provides",
                first_few(&need.imports, SHOWN)
            )));
        }
    }
}

/// How many names are shown in a row.
const SHOWN: usize = 4;

fn in_words(need: &Need) -> String {
    match &need.met {
        Met::Always => need.what.clone(),
        Met::By { flag } => format!("{} ({flag})", need.what),
        Met::Never { .. } => format!("{} (cannot be met)", need.what),
    }
}

/// What the providers bring along, in words; empty when it is nothing.
pub(crate) fn added(program: &LinkedProgram) -> String {
    let mut added: Vec<String> = program.added_needs().into_iter().map(in_words).collect();
    let imports = program.added();
    if !imports.is_empty() {
        added.push(format!("the imports {}", first_few(&imports, SHOWN)));
    }
    one_line(&added.join("; ")).into_owned()
}

/// That somebody agrees to what the providers bring along.
fn approved(program: &LinkedProgram, yes: bool) -> Result<(), CliError> {
    let added = added(program);
    if added.is_empty() || yes {
        return Ok(());
    }
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        let mut out = io::stderr().lock();
        write!(out, "The providers add: {added}\nLink them? [y/N] ")?;
        out.flush()?;
        let mut answer = String::new();
        io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(CliError::Streams)?;
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            return Ok(());
        }
    }
    Err(CliError::NotApproved {
        added,
        how: "`--yes`",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_before_the_first_sign() {
        assert_eq!(named("logger=a.wasm"), (Some("logger"), "a.wasm"));
        assert_eq!(
            named("test:log/logger@0.2.0=r/l:2"),
            (Some("test:log/logger@0.2.0"), "r/l:2")
        );
        assert_eq!(named("r/l:2"), (None, "r/l:2"));
        assert_eq!(named("./a=b.wasm"), (None, "./a=b.wasm"));
        assert_eq!(named("a=b=c.wasm"), (Some("a"), "b=c.wasm"));
    }
}
