//! What templates give, against what Docker's own command line printed for the same.

use super::*;

fn container() -> Value {
    Value::from_json(
        br#"{"Id":"4f1","Created":"2026-01-02T03:04:05Z","Args":["-c","a b"],
        "State":{"Status":"running","Running":true,"Pid":12,"ExitCode":0},
        "Config":{"Env":["A=1","B=2"],"Cmd":null,"Labels":{"a.b":"c","x":"y"},"Tty":false},
        "HostConfig":{"Memory":1048576,"PidsLimit":null,"Binds":null},
        "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"81/tcp":null},
        "Networks":{"bridge":{"IPAddress":"172.17.0.2"}}}}"#,
    )
    .unwrap()
}

fn render(template: &str) -> String {
    match Template::parse(template).and_then(|t| t.render(&container())) {
        Ok(text) => text,
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn templates_that_people_write() {
    for (template, expected) in [
        ("{{.Id}} {{ .State.Status }}", "4f1 running"),
        ("{{.Config.Env}}", "[A=1 B=2]"),
        ("{{.Config.Cmd}}", "[]"),
        ("{{.HostConfig.PidsLimit}}", "<nil>"),
        (
            "{{json .State}}",
            r#"{"Status":"running","Running":true,"Pid":12,"ExitCode":0}"#,
        ),
        ("{{json .Config.Cmd}}", "null"),
        ("{{range .Config.Env}}{{.}};{{end}}", "A=1;B=2;"),
        ("{{range $i, $e := .Args}}{{$i}}={{$e}} {{end}}", "0=-c 1=a b "),
        (
            "{{range $k, $v := .Config.Labels}}{{$k}}:{{$v}},{{end}}",
            "a.b:c,x:y,",
        ),
        ("{{.Config.Labels}}", "map[a.b:c x:y]"),
        (r#"{{index .Config.Labels "a.b"}}"#, "c"),
        (r#"{{index .Config.Labels "none"}}"#, "<no value>"),
        ("{{.Config.Labels.none}}", "<no value>"),
        ("{{len .Args}} {{len .Id}}", "2 3"),
        (
            r#"{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}"#,
            "8080",
        ),
        (
            r#"{{range $p, $c := .NetworkSettings.Ports}}{{$p}}{{if $c}} -> {{(index $c 0).HostPort}}{{end}};{{end}}"#,
            "80/tcp -> 8080;81/tcp;",
        ),
        (
            "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
            "172.17.0.2",
        ),
        (
            "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}",
            "none",
        ),
        (
            "{{if .State.Running}}up{{else if .State.Pid}}pid{{else}}down{{end}}",
            "up",
        ),
        (r#"{{with .State}}{{.Pid}} {{$.Id}}{{end}}"#, "12 4f1"),
        (r#"{{with .Config.Cmd}}x{{else}}no{{end}}"#, "no"),
        (r#"{{if eq .State.Status "exited" "running"}}y{{end}}"#, "y"),
        (r#"{{if and .State.Running (gt .State.Pid 10)}}y{{end}}"#, "y"),
        (r#"{{if or .Config.Tty (not .Config.Tty)}}y{{end}}"#, "y"),
        (r#"{{join .Config.Env ","}}"#, "A=1,B=2"),
        (
            r#"{{.Config.Env | join | len}}"#,
            "error: `join` cannot be used on a list",
        ),
        (r#"{{index (split "a/b/c" "/") 1}}"#, "b"),
        (
            r#"{{upper .State.Status}} {{"ABC" | lower}} {{title "two words"}}"#,
            "RUNNING abc Two Words",
        ),
        (r#"{{truncate .State.Status 3}}"#, "run"),
        (r#"{{pad "x" 1 2}}|"#, " x  |"),
        (r#"{{println .Id}}."#, "4f1\n."),
        (r#"{{print .Id .State.Pid 3}}"#, "4f112 3"),
        (
            r#"{{printf "%-5s|%3d|%q" .Id .State.Pid "a"}}"#,
            "4f1  | 12|\"a\"",
        ),
        ("a {{- /* no */ -}} b {{- .Id -}} c", "ab4f1c"),
        ("{{/* no */}}x", "x"),
        ("{{$x := .Id}}{{$x}}", "4f1"),
        ("{{json .Config.Labels}}", r#"{"a.b":"c","x":"y"}"#),
        ("{{`raw \\n`}} {{\"a\\tb\"}}", "raw \\n a\tb"),
    ] {
        assert_eq!(render(template), expected, "{template}");
    }
}

#[test]
fn mistakes_are_named() {
    for (template, part) in [
        ("{{.Nope}}", "no field `Nope`; there are `Id`, `Created`"),
        ("{{.State.Nope}}", "no field `Nope`"),
        ("{{.Id", "no end after `{{`"),
        ("{{if .Id}}x", "no end after `{{if}}`"),
        ("{{end}}", "stray `{{end}}`"),
        ("{{}}", "empty"),
        ("{{nope .Id}}", "unknown function `nope`"),
        ("{{$x}}", "`$x`, which it never sets"),
        ("{{range .Id}}{{end}}", "not over a text"),
        ("{{index .Args 7}}", "the list has 2 entries"),
        ("{{\"a}}", "no end after `\"`"),
        ("{{.Id }", "stray `}`"),
        ("{{.Id .Id}}", "with an argument"),
    ] {
        let said = render(template);
        assert!(
            said.starts_with("error: ") && said.contains(part),
            "{template}: {said}"
        );
    }
    let deep = format!("{{{{{}.{}}}}}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(render(&deep).starts_with("error: "));
    let deep = "{{if .}}".repeat(100_000);
    assert!(render(&deep).starts_with("error: "));
}

const SHEET: Sheet = Sheet {
    columns: &["{{.ID}}", "{{.Names}}", "{{.Status}}"],
    headings: &[("ID", "CONTAINER ID"), ("Names", "NAMES"), ("Status", "STATUS")],
};

fn rows() -> Vec<Value> {
    let row = |id: &str, name: &str| {
        Value::row([
            ("Status", "Up".into()),
            ("ID", id.into()),
            ("Names", name.into()),
            ("Label", Value::Lookup([("a".to_owned(), "b".to_owned())].into())),
        ])
    };
    vec![row("4f1", "a\nb"), row("0123456789ab", "c")]
}

#[test]
fn a_table_has_dockers_columns() {
    assert_eq!(
        SHEET.show(None, &rows()).unwrap(),
        "CONTAINER ID   NAMES     STATUS\n4f1            a\\nb      Up\n0123456789ab   c         Up"
    );
    assert_eq!(
        SHEET
            .show(Some("table {{.Names}}\\t{{upper .ID}}"), &rows()[1..])
            .unwrap(),
        "NAMES     CONTAINER ID\nc         0123456789AB"
    );
    assert_eq!(SHEET.show(None, &[]).unwrap(), "CONTAINER ID   NAMES     STATUS");
}

#[test]
fn a_list_has_a_line_for_each() {
    assert_eq!(
        SHEET.show(Some("json"), &rows()[1..]).unwrap(),
        r#"{"ID":"0123456789ab","Names":"c","Status":"Up"}"#
    );
    assert_eq!(
        SHEET
            .show(Some("{{.ID}}:{{.Label \"a\"}}{{.Label \"z\"}}"), &rows())
            .unwrap(),
        "4f1:b\n0123456789ab:b"
    );
    assert!(SHEET.show(Some("{{.Foo}}"), &rows()).is_err());
}
