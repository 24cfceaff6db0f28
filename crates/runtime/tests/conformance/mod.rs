//! What every runtime must do, whatever its kind: the contract of `sampan_runtime`, as checks.
//!
//! A kind is a [`Subject`]. It opens its runtime as a daemon does, and makes a container of words that a shell of its own
//! understands, so that all kinds are asked the same. [`conformance!`] makes a test of each check.

mod daemon;
pub(crate) mod daemons;
pub(crate) mod ends;
pub(crate) mod streams;

use std::path::Path;
use std::sync::Arc;

use sampan_runtime::{ContainerSpec, KeptStreams, Runtime};
use sampan_types::ContainerId;

/// A kind of containers, with folders that outlive daemons.
pub(crate) trait Subject: Sized {
    /// `None`, with a note, where this machine cannot have them.
    fn new() -> Option<Self>;

    /// The runtime of one more daemon, within a runtime of tasks.
    fn open(&self) -> impl Future<Output = Arc<dyn Runtime>>;

    /// A container that is to run one of these: `cat`, or `sh -c` with what a shell does by itself.
    fn spec(&self, id: ContainerId, words: &[&str], streams: KeptStreams) -> ContainerSpec;

    /// A container whose program cannot begin.
    fn broken(&self, id: ContainerId, streams: KeptStreams) -> ContainerSpec;

    /// A folder of the test's own.
    fn folder(&self) -> &Path;
}

/// A test of each check, for one kind.
macro_rules! conformance {
    ($subject:ty) => {
        $crate::checks! { $subject;
            a_program_ends_with_its_own_code(subject) => ends,
            a_program_that_cannot_begin_leaves_nothing(subject) => ends,
            an_endless_loop_is_killed(subject) => ends,
            one_that_is_held_computes_nothing_and_goes_on(subject) => ends,
            what_it_used_is_told_to_the_last(subject) => ends,
            output_is_heard_and_written_down(subject) => streams,
            much_input_comes_back_whole(subject) => streams,
            input_that_is_not_open_is_at_its_end(subject) => streams,
            input_ends_with_the_word_that_somebody_said_all(subject) => streams,
            all_who_join_hear_the_same(subject) => streams,
            whoever_joins_after_the_end_sees_it(subject) => streams,
            a_terminal_echoes(subject) => streams,
            a_full_log_goes_on_in_another_file(subject) => streams,
            it_outlives_its_daemon_and_is_found_again(subject) => daemons,
            an_end_that_no_daemon_saw_is_told_to_the_next(subject) => daemons,
            an_end_is_kept_until_it_is_released(subject) => daemons,
        }
    };
}
macro_rules! checks {
    ($kind:ty; $($name:ident($subject:ident) => $group:ident,)*) => {
        $(
            #[test] fn $name() {
                if let Some($subject) = <$kind as $crate::conformance::Subject>::new() {
                    $crate::conformance::$group::$name(&$subject);
                }
            }
        )*
    };
}
pub(crate) use {checks, conformance};
