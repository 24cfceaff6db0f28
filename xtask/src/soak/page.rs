//! `docs/soak.md`: one row for each target, the latest run; what stands around the table is written by hand.

use std::fs;

use anyhow::{Context, Result};

use crate::shell;

const START: &str = "<!-- runs -->\n";
const END: &str = "<!-- end of runs -->\n";
const TABLE: &str = "| target | ran | executions | coverage | found |\n|---|---|---|---|---|\n";
const EMPTY: &str = "# Soak runs\n\n\
    Written by `cargo xtask soak`: the latest run of each target.\n\n\
    <!-- runs -->\n<!-- end of runs -->\n";

/// What one target did.
pub(super) struct Row {
    pub(super) target: String,
    pub(super) ran: String,
    pub(super) executions: String,
    pub(super) coverage: String,
    pub(super) found: String,
}

/// Replaces the target's row.
pub(super) fn put(row: &Row) -> Result<()> {
    let path = shell::root().join("docs/soak.md");
    let page = match fs::read_to_string(&path) {
        Ok(page) => page,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => EMPTY.to_owned(),
        Err(e) => return Err(e).context("cannot read `docs/soak.md`"),
    };
    fs::write(&path, replace(&page, row)?).context("cannot write `docs/soak.md`")
}

fn replace(page: &str, row: &Row) -> Result<String> {
    let (before, rest) = page
        .split_once(START)
        .context("`docs/soak.md` has lost its mark `<!-- runs -->`")?;
    let (table, after) = rest
        .split_once(END)
        .context("`docs/soak.md` has lost its closing mark")?;
    let Row {
        target,
        ran,
        executions,
        coverage,
        found,
    } = row;
    let own = format!("| {target} |");
    let mut rows: Vec<String> = table
        .lines()
        .skip(2)
        .filter(|l| !l.is_empty() && !l.starts_with(&own))
        .map(str::to_owned)
        .collect();
    rows.push(format!("{own} {ran} | {executions} | {coverage} | {found} |"));
    rows.sort();
    Ok(format!("{before}{START}{TABLE}{}\n{END}{after}", rows.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_replaced_and_hand_written_text_stays() {
        let row = |target: &str, ran: &str| Row {
            target: target.into(),
            ran: ran.into(),
            executions: "5".into(),
            coverage: String::new(),
            found: "nothing".into(),
        };
        let page = replace(&format!("{EMPTY}\nby hand\n"), &row("b", "1 s")).unwrap();
        let page = replace(&page, &row("a", "2 s")).unwrap();
        let page = replace(&page, &row("b", "3 s")).unwrap();
        assert!(page.ends_with("by hand\n"));
        assert!(!page.contains("1 s"));
        assert_eq!(page.matches("| a |").count(), 1);
        assert!(page.find("| a |").unwrap() < page.find("| b |").unwrap());
        assert!(replace("no marks", &row("a", "1 s")).is_err());
    }
}
