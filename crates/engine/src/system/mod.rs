//! The machine and the disk.

mod address_space;
mod disk;
mod machine;

pub use disk::DiskReport;
pub use machine::{Finding, machine};
