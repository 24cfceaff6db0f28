//! Heredocs of `RUN`.

use std::fs;
use std::io;
use std::path::Path;

use sampan_image::dockerfile::{CommandLine, chomp, heredoc_of};

/// A command with its heredocs put in: as the shell's input, or as a script of its own where it says by what it is run.
pub(super) fn with_heredocs(command: &CommandLine) -> (CommandLine, Option<(String, String)>) {
    let (Some(file), [line]) = (command.files.first(), command.words.as_slice()) else {
        return (command.clone(), None);
    };
    let content = |file: &sampan_image::dockerfile::Heredoc| match file.chomp {
        true => chomp(&file.content),
        false => file.content.clone(),
    };
    let mut changed = command.clone();
    if heredoc_of(line.trim()).is_none() {
        // The shell reads them itself.
        let files = command
            .files
            .iter()
            .map(|file| format!("\n{}{}", file.content, file.name));
        changed.words = vec![line.clone() + &files.collect::<String>()];
        return (changed, None);
    }
    if content(file).starts_with("#!") {
        return (changed, Some((file.name.clone(), content(file))));
    }
    changed.words = vec![content(file)];
    (changed, None)
}

/// Writes a script that can be run.
pub(super) fn write_script(path: &Path, content: &str) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, content)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}
