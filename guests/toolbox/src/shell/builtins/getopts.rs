//! `getopts`.

use crate::shell::{Done, Shell, usage};

pub(super) fn getopts(shell: &mut Shell, args: &[String]) -> Done {
    let [_, letters, name, given @ ..] = args else {
        return usage("`getopts LETTERS NAME [ARGUMENT]…`");
    };
    let given: Vec<String> = if given.is_empty() {
        shell.parameters.to_vec()
    } else {
        given.to_vec()
    };
    let index: usize = shell
        .variables
        .get("OPTIND")
        .and_then(|value| value.parse().ok())
        .unwrap_or(1)
        .max(1);
    // Who sets `OPTIND` begins anew.
    let mut letter_at = if shell.getopts.0 == index {
        shell.getopts.1
    } else {
        0
    };
    let mut index = index;
    let quiet = letters.starts_with(':');
    let arg: Vec<char> = given
        .get(index - 1)
        .map(|arg| arg.chars().collect())
        .unwrap_or_default();
    if letter_at == 0 {
        let text: String = arg.iter().collect();
        if arg.len() < 2 || arg[0] != '-' || text == "--" {
            index += usize::from(text == "--");
            shell.assign("OPTIND", index.to_string())?;
            shell.assign(name, "?".to_owned())?;
            return Ok(1);
        }
        letter_at = 1;
    }
    let letter = arg.get(letter_at).copied().unwrap_or('?');
    let takes = letters.chars().position(|known| known == letter && letter != ':');
    let value = takes.is_some_and(|at| letters.chars().nth(at + 1) == Some(':'));
    letter_at += 1;
    let mut found = letter.to_string();
    let mut option = None;
    if takes.is_none() {
        found = "?".to_owned();
        if quiet {
            option = Some(letter.to_string());
        } else {
            shell.say(&shell.name.clone(), format_args!("no option `-{letter}`"));
        }
    } else if value {
        if letter_at < arg.len() {
            option = Some(arg[letter_at..].iter().collect());
        } else if let Some(next) = given.get(index) {
            option = Some(next.clone());
            index += 1;
        } else if quiet {
            found = ":".to_owned();
            option = Some(letter.to_string());
        } else {
            found = "?".to_owned();
            shell.say(&shell.name.clone(), format_args!("`-{letter}` needs an argument"));
        }
        letter_at = arg.len();
    }
    if letter_at >= arg.len() {
        index += 1;
        letter_at = 0;
    }
    shell.getopts = (index, letter_at);
    shell.assign("OPTIND", index.to_string())?;
    shell.assign(name, found)?;
    match option {
        Some(option) => shell.assign("OPTARG", option)?,
        None => {
            let _ = std::rc::Rc::make_mut(&mut shell.variables).unset("OPTARG");
        }
    }
    Ok(0)
}
