//! Runs contenders by turns, A B C A B C, so that what else the machine does hits all of them alike.

use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{self, Cost};
use crate::samples::Samples;

/// A program with its arguments, and what it is called in the table.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) command: Command,
}

impl Contender {
    pub(crate) fn new(name: &'static str, command: Command) -> Self {
        Self { name, command }
    }
}

/// What a contender needed.
pub(crate) struct Lap {
    pub(crate) name: &'static str,
    pub(crate) samples: Samples,
    pub(crate) max_rss_kib: u64,
}

/// Warms each contender up twice, then runs the rounds.
pub(crate) fn race(mut contenders: Vec<Contender>, rounds: usize) -> Result<Vec<Lap>> {
    let mut costs: Vec<Vec<Cost>> = contenders.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for contender in &mut contenders {
        for _ in 0..2 {
            process::run(&mut contender.command).with_context(|| contender.name)?;
        }
    }
    for _ in 0..rounds {
        for (contender, costs) in contenders.iter_mut().zip(&mut costs) {
            costs.push(process::run(&mut contender.command).with_context(|| contender.name)?);
        }
    }
    Ok(contenders
        .iter()
        .zip(costs)
        .map(|(contender, costs)| Lap {
            name: contender.name,
            max_rss_kib: costs.iter().map(|c| c.max_rss_kib).max().unwrap_or(0),
            samples: Samples::new(costs.iter().map(|c| c.wall).collect()),
        })
        .collect())
}
