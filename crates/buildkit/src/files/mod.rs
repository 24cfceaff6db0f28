//! Files from a client: fsutil's packets in, a tar archive out; and files to one, the other way round.
//!
//! A client first names what it has, each with a number, and sends the bytes of those files that it is asked for. Here
//! both become one archive in the order of names, which goes on to where archives are unpacked with all their checks. Of
//! large files nothing is held but what is on its way.

mod archive;
mod ask;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod give;
mod order;
mod patterns;
mod reader;
mod receive;
mod small;

pub(crate) use ask::{Ask, broken, end, upload};
pub(crate) use give::give;
pub(crate) use patterns::Patterns;
pub use reader::ContextReader;
pub(crate) use reader::Parts;
pub(crate) use receive::receive;
pub(crate) use small::small;
