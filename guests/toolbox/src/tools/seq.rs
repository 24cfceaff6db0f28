//! `seq`.

use std::io::Write;

use super::options::Given;
use crate::shell::{Done, Shell, usage};

pub(super) fn seq(shell: &mut Shell, args: &[String]) -> Done {
    // Negative numbers look like options.
    let first = args
        .iter()
        .skip(1)
        .position(|arg| arg.parse::<f64>().is_ok())
        .map_or(args.len(), |at| at + 1);
    let given = Given::read(&args[..first], "ws:")?;
    let numbers = &args[first..];
    let parsed: Option<Vec<f64>> = numbers.iter().map(|text| text.parse().ok()).collect();
    let (start, step, end) = match parsed.as_deref() {
        Some([end]) => (1.0, 1.0, *end),
        Some([start, end]) => (*start, 1.0, *end),
        Some([start, step, end]) => (*start, *step, *end),
        _ => return usage("`seq [FIRST [STEP]] LAST`"),
    };
    if step == 0.0 || !(start.is_finite() && step.is_finite() && end.is_finite()) {
        return usage("a step of 0 would never end");
    }
    let places = |text: &String| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let precision = numbers[..numbers.len().min(2).max(numbers.len() - 1)]
        .iter()
        .map(places)
        .max()
        .unwrap_or(0);
    let separator = given.value('s').unwrap_or("\n");
    let width = if given.has('w') {
        [start, end]
            .iter()
            .map(|number| format!("{number:.precision$}").len())
            .max()
            .unwrap_or(0)
    } else {
        0
    };
    let mut out = shell.out()?;
    let mut index = 0_u64;
    loop {
        let number = start + step * index as f64;
        let tolerance = step.abs() * 1e-9;
        if (step > 0.0 && number > end + tolerance) || (step < 0.0 && number < end - tolerance) {
            break;
        }
        if index > 0 {
            write!(out, "{separator}")?;
        }
        write!(out, "{number:0width$.precision$}")?;
        index += 1;
    }
    if index > 0 {
        writeln!(out)?;
    }
    out.done()?;
    Ok(0)
}
