//! Columns, as Go's `text/tabwriter` makes them: a cell ends with a tab, and cells of neighbouring lines in the same
//! place have one width. What stands after the last tab of a line has no width.

/// What Docker gives the tabwriter.
const PADDING: usize = 3;

/// Turns tabs into spaces. No column is narrower than `narrowest`.
pub(crate) fn align(text: &str, narrowest: usize) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|line| vec![0; line.len() - 1]).collect();
    let columns = widths.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..columns {
        let mut start = 0;
        while start < lines.len() {
            let end = widths[start..]
                .iter()
                .position(|cells| cells.len() <= column)
                .map_or(lines.len(), |length| start + length);
            let widest = lines[start..end].iter().map(|line| width(line[column])).max();
            if let Some(widest) = widest {
                let all = (widest + PADDING).max(narrowest);
                widths[start..end]
                    .iter_mut()
                    .for_each(|cells| cells[column] = all);
            }
            start = end.max(start) + 1;
        }
    }
    let mut out = String::with_capacity(text.len() * 2);
    for (index, (cells, widths)) in lines.iter().zip(&widths).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        for (place, cell) in cells.iter().enumerate() {
            out.push_str(cell);
            if let Some(all) = widths.get(place) {
                out.extend(std::iter::repeat_n(' ', all.saturating_sub(width(cell))));
            }
        }
    }
    out
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
