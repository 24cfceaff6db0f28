//! Plain tables: columns by spaces, as Docker prints them.

use std::fmt;

use sampan_types::foreign::one_line;

/// Rows under a heading. Columns are as wide as their widest cell and three spaces apart.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heading: &[&str]) -> Self {
        Self {
            rows: vec![heading.iter().map(|&h| h.to_owned()).collect()],
        }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        // A cell may hold what others wrote, which must not end its row.
        self.rows
            .push(cells.iter().map(|cell| one_line(cell).into_owned()).collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|r| r.get(column))
                .map(|c| c.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}   "));
            }
            let end = if index + 1 == self.rows.len() { "" } else { "\n" };
            write!(f, "{}{end}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&["NAME", "SIZE"]);
        table.row(["a".into(), "1B".into()]);
        table.row(["longer".into(), "22KiB".into()]);
        assert_eq!(table.to_string(), "NAME     SIZE\na        1B\nlonger   22KiB");
    }

    #[test]
    fn no_cell_makes_a_row() {
        let mut table = Table::new(&["NAME", "SIZE"]);
        table.row(["a\nforged   1B".into(), "\t2B".into()]);
        assert_eq!(
            table.to_string(),
            "NAME             SIZE\na\\nforged   1B   \\t2B"
        );
    }
}
