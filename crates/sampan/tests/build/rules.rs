//! Where BuildKit's rules are others than those of the builder before it.

use crate::builds::{build, context};
use crate::machine::Machine;

#[test]
fn what_a_step_writes_to_etc_is_the_images_and_what_the_engine_wrote_is_not() {
    let Some(machine) = Machine::new() else { return };
    // The image's own files come by an archive, for no step can write them.
    let base = "FROM box\nCOPY etc /etc\n";
    let files = context(base)
        .folder("etc")
        .file("etc/hosts", "own hosts\n")
        .file("etc/resolv.conf", "own servers\n")
        .file("etc/hostname", "own\n");
    build(&machine, "t=base", files).id();
    let dockerfile = "FROM base\nRUN test \"$(cat /etc/hostname)\" = own && echo other > /etc/hostname\n\
        RUN test \"$(cat /etc/hostname)\" = other && ! grep own /etc/hosts && ! grep own /etc/resolv.conf\n\
        RUN ! { echo x > /etc/hosts; } 2>/dev/null && ! { echo x > /etc/resolv.conf; } 2>/dev/null\n\
        FROM box\nCOPY --from=0 /etc /seen\n\
        RUN cat /seen/hostname /seen/hosts /seen/resolv.conf | xargs echo\n";
    let built = build(&machine, "version=2&t=made", context(dockerfile));
    built.id();
    assert!(
        built.text.contains("other own hosts own servers\n"),
        "{}",
        built.text
    );
    // For the builder before it all three are the container's, and nothing of them comes into the image.
    let dockerfile = "FROM base\nRUN ! grep own /etc/hostname && echo x > /etc/hostname && echo x > /etc/hosts\n\
        FROM box\nCOPY --from=0 /etc /seen\nRUN cat /seen/hostname /seen/hosts\n";
    let built = build(&machine, "", context(dockerfile));
    built.id();
    assert!(built.text.contains("own\nown hosts\n"), "{}", built.text);
    let none = "FROM box\nRUN true\nRUN ls /etc; test ! -s /etc/hostname\nRUN cat /etc/hosts > /dev/null\n";
    let built = build(&machine, "version=2&t=none", context(none));
    built.id();
    let layers = |name: &str| {
        let image = crate::builds::inspect(&machine, name);
        image["RootFS"]["Layers"].as_array().map(Vec::len)
    };
    assert_eq!(layers("none"), layers("box"), "what was mounted leaves no layer");
}

#[test]
fn what_steps_may_use_is_in_their_key() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile =
        "FROM box\nRUN df -k /dev/shm | tail -1 | awk '{print $2}'; ulimit -n; date +%s%N > /made\n";
    let of = |query: &str| build(&machine, query, context(dockerfile));
    let small = r#"version=2&shmsize=8388608&ulimits=[{"Name":"nofile","Soft":18,"Hard":2000}]"#;
    let first = of(small);
    first.id();
    assert!(
        first.text.contains("8192\n") && first.text.contains("18\n"),
        "{}",
        first.text
    );
    assert_eq!(of(small).id(), first.id());
    let large = of(&small.replace("8388608", "16777216").replace("18", "116"));
    assert_ne!(large.id(), first.id());
    assert!(
        large.text.contains("16384\n") && large.text.contains("116\n"),
        "{}",
        large.text
    );
    // The builder before it looks at what a step says alone.
    of("shmsize=8388608").id();
    assert_eq!(of("shmsize=16777216").cached(), 1);
}

#[test]
fn a_stage_may_have_the_name_of_one_before_it() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box AS a\nRUN false\nFROM box AS a\nRUN echo last > /f\nFROM a\nRUN cat /f\n";
    let built = build(&machine, "version=2", context(dockerfile));
    built.id();
    assert!(built.text.contains("last\n"), "{}", built.text);
    let refused = build(&machine, "", context(dockerfile));
    assert_eq!(refused.error, "a stage name already used");
}

#[test]
fn only_the_stages_that_a_variable_leads_to_are_built() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "ARG KIND=bad\nFROM box AS bad\nRUN false\nFROM box AS good\nRUN echo good\nFROM $KIND\n\
        RUN echo end\n";
    let query = r#"version=2&buildargs={"KIND":"good"}"#;
    build(&machine, query, context(dockerfile)).id();
    assert_ne!(build(&machine, "version=2", context(dockerfile)).error, "");
}

#[test]
fn folders_before_the_pivot_are_not_made() {
    let Some(machine) = Machine::new() else { return };
    let dockerfile = "FROM box\nCOPY --parents ./a/./b/f.txt /p/\nCOPY --parents a/*/./f.txt ./a/./b /r/\n\
        COPY --parents a/./**/*.txt /s/\nCOPY --parents ./**/g.txt /t/\nRUN find /p /r /s /t -type f | sort | xargs echo\n";
    let files = context(dockerfile)
        .folder("a")
        .folder("a/b")
        .file("a/b/f.txt", "1")
        .folder("a/b/c")
        .file("a/b/c/g.txt", "2")
        .file("a/h.txt", "3");
    let built = build(&machine, "", files);
    built.id();
    let wanted =
        "/p/b/f.txt /r/b/c/g.txt /r/b/f.txt /r/f.txt /s/b/c/g.txt /s/b/f.txt /s/h.txt /t/a/b/c/g.txt\n";
    assert!(built.text.contains(wanted), "{}", built.text);
}

#[test]
fn a_time_that_no_image_can_tell_is_refused() {
    let Some(machine) = Machine::new() else { return };
    for wrong in ["253402300800", "-5", "9223372036854775807"] {
        let query = format!(r#"buildargs={{"SOURCE_DATE_EPOCH":"{wrong}"}}"#);
        for query in [query.clone(), format!("version=2&{query}")] {
            let refused = build(&machine, &query, context("FROM box\n"));
            let wanted = format!("invalid SOURCE_DATE_EPOCH: \"{wrong}\" is no number of seconds");
            assert!(refused.error.contains(&wanted), "{query}: {refused:?}");
        }
    }
}
