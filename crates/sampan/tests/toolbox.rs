//! The toolbox in a Wasm container: a shell as others know it, bounds that end in one message, and a prompt.
//!
//! `toolbox/*.txt` hold scripts with what busybox makes of each. Where busybox is installed, it is asked again, and
//! scripts made at random are held against it.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sampan_testkit::Sampan;
use sampan_testkit::terminal::Terminal;
use support::sampan;

const BUSYBOX: &str = "/bin/busybox";

/// A toolbox, and a folder that it works in.
struct Toolbox {
    sampan: Sampan,
    module: PathBuf,
    folder: PathBuf,
}

/// What a script left: its exit code and its output.
type Left = (Option<i32>, String);

impl Toolbox {
    fn new() -> Self {
        let sampan = sampan();
        let module = sampan.file("toolbox.wasm", sampan_toolbox::PLAIN);
        let folder = sampan.work().join("files");
        let toolbox = Self {
            sampan,
            module,
            folder,
        };
        toolbox.clean();
        toolbox
    }

    fn clean(&self) {
        // The first time there is nothing to remove.
        let _ = std::fs::remove_dir_all(&self.folder);
        std::fs::create_dir(&self.folder).expect("the work folder takes folders");
    }

    fn args(&self) -> Vec<String> {
        let mount = format!("{}:/work", self.folder.display());
        let module = self.module.display().to_string();
        ["-v", &mount, "-w", "/work", "-e", "PATH=/bin", &module]
            .map(str::to_owned)
            .to_vec()
    }

    /// `TOOL ARGUMENT…` in the folder, with `stdin`.
    fn tool(&self, args: &[&str], stdin: &[u8]) -> sampan_testkit::sampan::Ended {
        let run = self.sampan.command(["run", "-i"]).args(self.args()).args(args);
        run.stdin(stdin).end()
    }

    fn script(&self, script: &str) -> Left {
        let ended = self.tool(&["sh", "-c", script], b"");
        (ended.status.code(), ended.out())
    }

    /// The same script in the same folder by busybox.
    fn busybox(&self, script: &str) -> Left {
        let output = Command::new(BUSYBOX)
            .args(["sh", "-c", script])
            .env_clear()
            .env("PATH", "/bin")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .expect("busybox runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    }
}

fn busybox_is_there() -> bool {
    Path::new(BUSYBOX).exists()
}

/// The scripts of a file, each with what it must leave.
fn table(text: &str) -> Vec<(&str, Left)> {
    let entries = text.split_terminator("\n####\n");
    entries
        .map(|entry| {
            let (script, rest) = entry.split_once("\n---- ").expect("each script has its answer");
            let (head, output) = rest.split_once('\n').unwrap_or((rest, ""));
            let mut output = output.to_owned();
            let (code, open) = match head.strip_suffix(" open") {
                Some(code) => (code, true),
                None => (head, false),
            };
            if !open && !output.is_empty() {
                output.push('\n');
            }
            (script, (code.parse().ok(), output))
        })
        .collect()
}

fn holds_to(table: &[(&str, Left)]) {
    let toolbox = Toolbox::new();
    let mut faults = Vec::new();
    for (script, expected) in table {
        toolbox.clean();
        let left = toolbox.script(script);
        if left != *expected {
            faults.push(format!(
                "{script}\n-- expected {expected:?}\n-- but was  {left:?}"
            ));
        }
        if busybox_is_there() {
            toolbox.clean();
            let left = toolbox.busybox(script);
            if left != *expected {
                faults.push(format!(
                    "{script}\n-- recorded {expected:?}\n-- busybox  {left:?}"
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {}:\n{}",
        faults.len(),
        table.len(),
        faults.join("\n\n")
    );
}

#[test]
fn the_language_is_what_busybox_makes_of_it() {
    let table = table(include_str!("toolbox/shell.txt"));
    assert!(table.len() >= 120, "{}", table.len());
    holds_to(&table);
}

#[test]
fn the_tools_do_what_those_of_busybox_do() {
    let table = table(include_str!("toolbox/tools.txt"));
    assert!(table.len() >= 50, "{}", table.len());
    holds_to(&table);
}

#[test]
fn says_which_tools_it_has() {
    let toolbox = Toolbox::new();
    let listed = toolbox.tool(&["--list"], b"").quiet();
    assert_eq!(listed.lines().collect::<Vec<_>>(), sampan_toolbox::TOOLS);
    toolbox.tool(&["nothing-like-it"], b"").code(127).says("--list");
}

/// Runs each line in both shells, which have the same files, and compares.
fn same(lines: &[String], before: &str) -> Result<(), TestCaseError> {
    let toolbox = Toolbox::new();
    let script = format!("{before}\n{}\n", lines.join("\n"));
    let (expected, left) = (toolbox.busybox(&script), toolbox.script(&script));
    for (index, (expected, left)) in expected.1.lines().zip(left.1.lines()).enumerate() {
        prop_assert_eq!(expected, left, "{}", lines.get(index).map_or("", String::as_str));
    }
    prop_assert_eq!(expected, left, "{}", script);
    Ok(())
}

fn runner() -> TestRunner {
    TestRunner::new(Config {
        cases: 12,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn quotes_and_expansions_at_random_are_what_busybox_makes_of_them() {
    const PIECES: &[&str] = &[
        "a",
        "b",
        " ",
        " ",
        "''",
        "\"\"",
        "'q  r'",
        "\"d  e\"",
        "$v",
        "\"$v\"",
        "${w:-x  y}",
        "\"${w:-x  y}\"",
        "${w:-\"x  y\"}",
        "\\*",
        "\\$",
        "*",
        "?",
        "[ab]",
        "[!a]*",
        "$(echo p  q)",
        "\"$(echo 'p  q')\"",
        "$@",
        "\"$@\"",
        "\"$*\"",
        "'*'",
        "\"*\"",
        "=",
        "{",
        "}",
        "\\\\",
        "\"\\a\"",
        "\"\\$v\"",
        "'\\'",
        "${#v}",
        "${v%2}",
        "${v#*\\*}",
        "\"${v#1}\"",
        "$((1+2))",
        "`echo 'b  t'`",
        "${u+set}",
        "${v+a  b}",
        ".h*",
        ":",
        "-",
    ];
    if !busybox_is_there() {
        return;
    }
    let word = prop::collection::vec(prop::sample::select(PIECES), 1..7).prop_map(|all| all.concat());
    let lines = prop::collection::vec(word.prop_map(|word| format!("args {word}")), 60);
    let before = "touch a b ab ba .h 1; v='1 * 2'; set -- 'A  B' '' C\n\
                  args() { for i; do printf '<%s>' \"$i\"; done; echo; }";
    let ran = runner().run(&lines, |lines| same(&lines, before));
    ran.unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn patterns_at_random_match_what_busybox_says() {
    const PIECES: &[&str] = &[
        "a",
        "b",
        "c",
        "*",
        "?",
        "[ab]",
        "[!a]",
        "[a-c]",
        "[]a]",
        "[b-]",
        "\\*",
        "\\[",
        "'*'",
        "[[:alpha:]]",
    ];
    if !busybox_is_there() {
        return;
    }
    let pattern = prop::collection::vec(prop::sample::select(PIECES), 1..6).prop_map(|all| all.concat());
    let text = "[abc*\\]\\[-]{0,6}";
    let line = (text, pattern).prop_map(|(text, pattern)| {
        let cut = format!("\"${{t#{pattern}}}|${{t##{pattern}}}|${{t%{pattern}}}|${{t%%{pattern}}}\"");
        format!("t='{text}'; case $t in {pattern}) printf y;; *) printf n;; esac; echo {cut}")
    });
    let lines = prop::collection::vec(line, 60);
    let ran = runner().run(&lines, |lines| same(&lines, ""));
    ran.unwrap_or_else(|fault| panic!("{fault}"));
}

/// A script that must end in one message of the toolbox's own, never in a trap.
fn ends_well(name: &str, args: &[&str], stdin: &[u8], code: i32, message: &str) {
    let toolbox = Toolbox::new();
    let ended = toolbox.tool(args, stdin);
    assert_eq!(ended.status.code(), Some(code), "{name}: {ended}");
    let said = ended.err();
    assert!(said.contains(message), "{name}: {ended}");
    assert_eq!(
        said.lines().count(),
        usize::from(!message.is_empty()),
        "{name}: {ended}"
    );
}

#[test]
fn deep_nesting_is_refused_in_one_message() {
    const DEEP: usize = 100_000;
    let nested = "nested more than";
    for open in ["(", "{ ", "if ", "echo $(", "echo \"$(", "echo ${x:-", "while ! "] {
        ends_well(
            open,
            &["sh"],
            format!("{}\n", open.repeat(DEEP)).as_bytes(),
            2,
            nested,
        );
    }
    let arithmetic = format!("echo $(({}1{}))\n", "(".repeat(DEEP), ")".repeat(DEEP));
    ends_well("arithmetic", &["sh"], arithmetic.as_bytes(), 2, nested);
    let signs = format!("echo $(({}1))\n", "-".repeat(DEEP));
    ends_well("signs", &["sh"], signs.as_bytes(), 2, nested);
    ends_well(
        "variables",
        &["sh", "-c", "a=b; b=a; echo $((a))"],
        b"",
        2,
        nested,
    );
    let groups = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
    ends_well(
        "groups",
        &["grep", "-E", &groups],
        b"a\n",
        2,
        "groups lie more than",
    );
    let stars = format!("a{}", "*".repeat(5000));
    ends_well("stars", &["grep", "-E", &stars], b"a\n", 2, "repetitions");
    ends_well(
        "repeats",
        &["grep", "-E", "((a{255}){255}){255}"],
        b"a\n",
        2,
        "too large",
    );
    ends_well(
        "blocks",
        &["sed", &"{".repeat(5000)],
        b"a\n",
        1,
        "blocks lie more than",
    );
}

#[test]
fn endless_recursion_ends_in_one_message() {
    for script in [
        "f() { f; }; f",
        "f() { if true; then case a in a) { (f); };; esac; fi; }; f",
        "f() { x=$(f); }; f",
        "f() { f | f; }; f",
        "f() { f \"$@\" x || f; f; }; f",
        "f() { while f; do f; done; }; f",
        "f() { eval f; }; f",
        "f() { x=$(( $(f) + 1 )); }; f",
        "f() { x=${y-$(case $(f) in a) ;; esac)}; }; f",
        "f() { cat <<E\n$(f)\nE\n}; f",
        "x='eval \"$x\"'; eval \"$x\"",
        "echo '. ./s' > s; . ./s",
        "echo 'sh ./s' > s; sh ./s",
    ] {
        ends_well(script, &["sh", "-c", script], b"", 2, "deep within each other");
    }
    let words = format!("f() {{ x={}$(f){}; }}; f", "${y-".repeat(50), "}".repeat(50));
    ends_well("words", &["sh", "-c", &words], b"", 2, "deep within each other");
}

#[test]
fn buffers_have_bounds_and_say_so() {
    let sh = |script: &'static str| ["sh", "-c", script];
    ends_well("pipe", &sh("yes | wc -l"), b"", 1, "between two stages");
    ends_well(
        "substitution",
        &sh("x=$(yes); echo no"),
        b"",
        2,
        "a command substitution gives more",
    );
    ends_well(
        "doubling",
        &sh("x=abcdefghijklmnop; while :; do x=$x$x; done"),
        b"",
        2,
        "an expansion gives more",
    );
    ends_well(
        "list",
        &sh("for i in $(seq 100000000); do :; done"),
        b"",
        2,
        "gives more than 16 MiB",
    );
    ends_well(
        "width",
        &["printf", "%99999999999d", "1"],
        b"",
        1,
        "at most 65536",
    );
    let huge = [
        b"cat <<E | wc -c\n".to_vec(),
        b"x\n".repeat(9 << 20),
        b"E\n".to_vec(),
    ]
    .concat();
    ends_well("here-document", &["sh"], &huge, 2, "a command is too long");
    // Who has read enough does not care that there would have been more.
    let toolbox = Toolbox::new();
    let left = toolbox
        .script("yes | head -n 1; yes | cat | cat | head -n 1; yes | while read x; do echo $x; break; done");
    assert_eq!(left, (Some(0), "y\ny\ny\n".to_owned()));
}

#[test]
fn what_is_not_closed_is_an_error() {
    for (script, message) in [
        ("echo \"abc", "unterminated `\"`"),
        ("echo 'abc", "unterminated `'`"),
        ("echo ${x", "unterminated `${`"),
        ("echo $(x", "unterminated `$(`"),
        ("echo `x", "unterminated"),
        ("if true; then", "unexpected end of file"),
        ("case x in", "unexpected end of file"),
        ("f() {", "unexpected end of file"),
        ("sleep 1 &", "no background jobs"),
        ("echo a | | b", "unexpected `|`"),
        (";;", "unexpected `;;`"),
        ("fi", "unexpected `fi`"),
    ] {
        ends_well(script, &["sh", "-c", script], b"", 2, message);
    }
}

#[test]
fn a_shell_at_a_terminal_prompts_and_survives_errors() {
    let toolbox = Toolbox::new();
    let command = toolbox
        .sampan
        .command(["run", "-it"])
        .args(toolbox.args())
        .args(["sh"])
        .into_command();
    let mut terminal = Terminal::start(&command, 80, 24);
    terminal.wait_for("/work # ");
    terminal.write(b"echo $((6*7))\n");
    terminal.wait_for("42");
    for (line, answer) in [
        ("fi\n", "syntax error: unexpected `fi`"),
        ("echo ${nope?gone}\n", "nope: gone"),
        ("f() { f; }; f\n", "deep within each other"),
        ("yes | wc -l\n", "between two stages"),
        ("nothing-like-it\n", "nothing-like-it: not found"),
        ("cd /nowhere\n", "No such file or directory"),
        ("if true\n", "> "),
        ("then echo con''tinued; fi\n", "continued"),
        ("mkdir sub && cd sub\n", "/work/sub # "),
        ("(exit 9)\n", "# "),
        ("echo left $?\n", "left 9"),
    ] {
        terminal.write(line.as_bytes());
        terminal.wait_for(answer);
    }
    terminal.write(b"(exit 5)\n\x04");
    assert_eq!(terminal.end(), Some(5), "{:?}", terminal.shown());
}

#[test]
fn commands_on_standard_input_share_it_with_what_they_start() {
    let toolbox = Toolbox::new();
    let ended = toolbox.tool(
        &["sh"],
        b"read x\nfor me\necho \"got $x\"\nhead -n 1\nhead's line\n",
    );
    assert_eq!(ended.quiet(), "got for me\nhead's line\n");
    // A fault ends a shell that nobody sits at.
    let ended = toolbox.tool(&["sh"], b"echo a\nfi\necho b\n");
    assert_eq!(ended.code(2).out(), "a\n");
}

#[test]
fn other_programs_are_for_the_engine_to_run() {
    let toolbox = Toolbox::new();
    std::fs::write(toolbox.folder.join("other"), b"\0asm\x01\0\0\0").expect("it can be written");
    std::fs::write(
        toolbox.folder.join("script"),
        "#!/bin/sh\necho \"script $1\"\nexit 3\n",
    )
    .expect("it can be written");
    std::fs::write(toolbox.folder.join("data"), b"\x7fELF\0\0").expect("it can be written");
    let code = |script: &str| toolbox.tool(&["sh", "-c", script], b"");
    code("./other").code(126).says("does not run other programs");
    code("./data")
        .code(126)
        .says("neither a WebAssembly program nor a script");
    code("./nothing").code(127).says("./nothing: not found");
    assert_eq!(code("./script x; echo $?").out(), "script x\n3\n");
    assert_eq!(code("PATH=/work; script y | tr a-z A-Z").out(), "SCRIPT Y\n");
    assert_eq!(
        code("/bin/echo a; /usr/bin/env B=1 /bin/sh -c '/bin/echo $B'").out(),
        "a\n1\n"
    );
    code("ps").code(1).says("does not show other processes");
    code("kill -0 1").code(1).says("does not show other processes");
}
