//! `read`.

use crate::shell::{Done, Shell, usage};

pub(super) fn read(shell: &mut Shell, args: &[String]) -> Done {
    let mut raw = false;
    let mut names: &[String] = &args[1..];
    while let Some((option, rest)) = names.split_first()
        && option.starts_with('-')
        && option.len() > 1
    {
        names = rest;
        match option.as_str() {
            "--" => break,
            "-r" => raw = true,
            "-p" | "-rp" => {
                raw |= option == "-rp";
                let Some((prompt, rest)) = names.split_first() else {
                    return usage("`-p` needs a prompt");
                };
                names = rest;
                use std::io::Write;
                shell.stream(2)?.write_all(prompt.as_bytes())?;
            }
            other => return usage(format!("no option `{other}`")),
        }
    }
    let (line, ended) = line(shell, raw)?;
    let separators = shell.variables.get("IFS").unwrap_or(" \t\n").to_owned();
    let usual = ["REPLY".to_owned()];
    let names = if names.is_empty() { &usual } else { names };
    for name in names {
        if !crate::shell::variables::valid(name) {
            return usage(format!("`{name}` is not a name of a variable"));
        }
    }
    for (name, value) in names.iter().zip(split(&line, &separators, names.len())) {
        shell.assign(name, value)?;
    }
    Ok(i32::from(!ended))
}

/// A line, each character with whether a backslash protects it; and whether it had an end.
fn line(shell: &Shell, raw: bool) -> std::io::Result<(Vec<(char, bool)>, bool)> {
    let input = shell.input()?;
    let mut line = Vec::new();
    loop {
        let bytes = input.line()?;
        let text = String::from_utf8_lossy(&bytes);
        let (text, ended) = match text.strip_suffix('\n') {
            Some(text) => (text, true),
            None => (&*text, false),
        };
        let mut chars = text.chars();
        let mut goes_on = false;
        while let Some(c) = chars.next() {
            match c {
                '\0' => {}
                '\\' if !raw => match chars.next() {
                    Some(c) => line.push((c, true)),
                    None => goes_on = ended,
                },
                c => line.push((c, false)),
            }
        }
        if !goes_on {
            return Ok((line, ended));
        }
    }
}

/// The values for `count` variables: the last takes what is left.
fn split(line: &[(char, bool)], separators: &str, count: usize) -> Vec<String> {
    let separates = |&(c, escaped): &(char, bool)| !escaped && separators.contains(c);
    let blank = |item: &(char, bool)| separates(item) && item.0.is_ascii_whitespace();
    let text = |items: &[(char, bool)]| items.iter().map(|&(c, _)| c).collect::<String>();
    let skip = |at: usize| at + line[at..].iter().take_while(|item| blank(item)).count();
    let mut values = Vec::new();
    let mut at = skip(0);
    while values.len() + 1 < count {
        let len = line[at..].iter().take_while(|item| !separates(item)).count();
        values.push(text(&line[at..at + len]));
        at = skip(at + len);
        if line.get(at).is_some_and(|item| separates(item) && !blank(item)) && len + at > 0 {
            at = skip(at + 1);
        }
    }
    let mut rest = &line[at..];
    while let Some((last, before)) = rest.split_last()
        && blank(last)
    {
        rest = before;
    }
    // One separator after the last value belongs to it.
    if let Some((last, before)) = rest.split_last()
        && separates(last)
        && !before.iter().any(separates)
    {
        rest = before;
    }
    values.push(text(rest));
    values
}
