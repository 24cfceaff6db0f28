use sampan_types::ByteCount;

use super::*;

fn plan(driver: &str, pairs: &[(&str, &str)]) -> Result<LogPlan> {
    let options = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    LogPlan::parse(driver, &options.collect())
}

fn files(driver: &str, pairs: &[(&str, &str)]) -> Option<FilesPlan> {
    plan(driver, pairs).unwrap().files
}

#[test]
fn sizes_and_counts_are_dockers() {
    let plan = files("json-file", &[("max-size", "10m"), ("max-file", "3")]).unwrap();
    assert_eq!(plan.max_size, Some(ByteCount::new(10_000_000)));
    assert_eq!((plan.max_file, plan.compress), (3, false));
    assert_eq!(files("", &[]).unwrap(), FilesPlan::ENDLESS);
    assert_eq!(files("local", &[]).unwrap(), FilesPlan::BOUNDED);
    assert!(!files("local", &[("max-file", "1")]).unwrap().compress);
    assert!(
        files(
            "json-file",
            &[("max-size", "1m"), ("max-file", "2"), ("compress", "true")]
        )
        .unwrap()
        .compress
    );
    assert_eq!(files("none", &[("max-size", "ten")]), None);
}

#[test]
fn a_journal_has_a_copy_to_read_unless_it_is_switched_off() {
    assert_eq!(files("journald", &[]).unwrap(), FilesPlan::BOUNDED);
    let small = files(
        "journald",
        &[("cache-max-size", "1k"), ("cache-compress", "false")],
    )
    .unwrap();
    assert_eq!(
        (small.max_size, small.compress),
        (Some(ByteCount::new(1000)), false)
    );
    assert_eq!(files("journald", &[("cache-disabled", "true")]), None);
}

#[test]
fn a_mode_says_whether_lines_may_be_lost() {
    let buffer = |pairs| plan("journald", pairs).unwrap().lossy_buffer();
    assert_eq!(buffer(&[]), None);
    assert_eq!(buffer(&[("mode", "blocking")]), None);
    assert_eq!(buffer(&[("mode", "non-blocking")]), Some(1 << 20));
    assert_eq!(
        buffer(&[("mode", "non-blocking"), ("max-buffer-size", "4k")]),
        Some(4096)
    );
}

#[test]
fn what_makes_no_sense_is_refused_as_in_dockerd() {
    let turning = [("max-size", "1m"), ("max-file", "1"), ("compress", "true")];
    for (driver, pairs, words) in [
        ("json-file", &[("max-size", "ten")][..], "invalid size"),
        ("json-file", &[("max-file", "0")], "max-file"),
        (
            "json-file",
            &[("syslog-address", "x")],
            "unknown log opt 'syslog-address' for json-file log driver",
        ),
        ("json-file", &turning, "compress cannot be true"),
        (
            "json-file",
            &[("compress", "perhaps")],
            "invalid value for option compress",
        ),
        (
            "json-file",
            &[("mode", "quick")],
            "logging mode not supported: quick",
        ),
        (
            "local",
            &[("max-buffer-size", "1m")],
            "only supported with 'mode=non-blocking'",
        ),
        (
            "journald",
            &[("max-size", "1m")],
            "unknown log opt 'max-size' for journald log driver",
        ),
        (
            "journald",
            &[("cache-disabled", "perhaps")],
            "invalid value for option cache-disabled",
        ),
        ("fluentd", &[("tag", "x")], "no log driver named 'fluentd'"),
    ] {
        let error = plan(driver, pairs).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn lines_and_entries_carry_labels_and_the_tag() {
    let labels = [("com.x/y", "1"), ("_z", "2")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
    let facts = LogFacts {
        id: "0123456789abcdef",
        name: "web",
        image: "i",
        image_id: "sha256:ff",
        path: "i",
        args: &[],
        labels: &labels,
        env: &[],
    };
    let options = [("labels", "com.x/y,_z"), ("tag", "{{.Name}}")];
    let attrs = plan("json-file", &options).unwrap().attrs(&facts);
    let pairs = [("_z", "2"), ("com.x/y", "1"), ("tag", "web")];
    assert_eq!(attrs, pairs.map(|(k, v)| (k.to_owned(), v.to_owned())));
    let of = |options| -> BTreeMap<String, String> {
        plan("journald", options)
            .unwrap()
            .fields(&facts, "e".into())
            .into_iter()
            .collect()
    };
    let fields = of(&options);
    for (name, value) in [
        ("COM_X_Y", "1"),
        ("Z", "2"),
        ("CONTAINER_ID", "0123456789ab"),
        ("CONTAINER_ID_FULL", "0123456789abcdef"),
        ("CONTAINER_NAME", "web"),
        ("CONTAINER_TAG", "web"),
        ("SYSLOG_IDENTIFIER", "web"),
        ("IMAGE_NAME", "i"),
        ("CONTAINER_LOG_EPOCH", "e"),
    ] {
        assert_eq!(fields[name], value);
    }
    assert_eq!(fields.len(), 9);
    assert_eq!(of(&[])["CONTAINER_TAG"], "0123456789ab");
}
