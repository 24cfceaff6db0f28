//! Who a shell says that it is.

use crate::host::Host;

#[test]
fn a_shell_shows_the_user_that_was_asked_for() {
    let host = Host::new();
    host.import_people();
    let (files, sleeper) = (host.run("people", &[]), host.run("sleeper", &[]));
    let owned = host.run("people", &["--user", "app"]);
    let app = "uid=1000(app) gid=50(staff) groups=50(staff),77(extra)";
    for (container, user, script, said) in [
        (&files, "", "id", "uid=0(root) gid=0(root) groups=0(root)"),
        (
            &sleeper,
            "",
            "id; whoami",
            "uid=0(root) gid=0(root) groups=0(root)\nroot",
        ),
        (&files, "app", "id", app),
        (&owned, "", "id", app),
        (&owned, "0", "id -u; whoami; id app", &format!("0\nroot\n{app}")),
        (
            &files,
            "1000",
            "whoami; id -un; id -gn; id -G; id -Gn",
            "app\napp\nstaff\n50 77\nstaff extra",
        ),
        (
            &files,
            "app:77",
            "id",
            "uid=1000(app) gid=77(extra) groups=77(extra)",
        ),
        (
            &sleeper,
            "1000:7",
            "id; id -u; id -g; id -G; id -un",
            "uid=1000 gid=7 groups=7\n1000\n7\n7\n1000",
        ),
        // It is passed on to other toolboxes and shown to nobody else.
        (
            &files,
            "app",
            "/bin/box id -u; sh -c 'id -g'; env | grep -c SAMPAN",
            "1000\n50\n0",
        ),
    ] {
        let user = match user {
            "" => &[][..],
            user => &["--user", user],
        };
        let left = host.sampan(&[&["exec"], user, &[container, "sh", "-c", script]].concat());
        assert_eq!(left.out.trim_end(), said, "{user:?} {script}: {left:?}");
    }
    let left = host.sampan(&["exec", "--user", "1234", &sleeper, "whoami"]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (Some(1), "whoami: unknown uid 1234\n")
    );
    for user in ["nobody", "app:none"] {
        let left = host.sampan(&["exec", "--user", user, &files, "id"]);
        assert_ne!(left.code, Some(0));
        assert!(
            (left.out.clone() + &left.err).contains("unable to find"),
            "{left:?}"
        );
    }
    // A container whose own program is the toolbox.
    let own = host.sampan(&["run", "--rm", "--user", "app", "people", "/bin/box", "id"]);
    assert_eq!(own.out.trim_end(), app, "{own:?}");
}
