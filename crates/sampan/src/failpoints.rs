//! Steps that tests can make fail, or die at, by the variable `FAILPOINTS`; never in a release.

/// Reads the variable. At a step with the action `panic` the process is gone at once, as if it were killed there:
/// nothing is unwound and nobody is told.
pub(crate) fn set_up() -> fail::FailScenario<'static> {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info
            .payload_as_str()
            .is_some_and(|text| text.starts_with("failpoint "))
        {
            std::process::abort();
        }
        usual(info);
    }));
    fail::FailScenario::setup()
}
