use super::*;

fn steps(text: &str) -> Vec<Instruction> {
    let file = parse(&format!("FROM x\n{text}")).unwrap();
    file.stages[0]
        .steps
        .iter()
        .map(|step| step.instruction.clone())
        .collect()
}

fn wrong(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn stages_have_names_platforms_and_lines() {
    let file = parse(
        "# syntax=docker/dockerfile:1\n# check=skip=all\nARG V=1\n\nFROM --platform=$P a:$V AS Build\nRUN x\nfrom build\n",
    )
    .unwrap();
    assert_eq!(file.arguments[0].0, "ARG V=1");
    assert_eq!(file.stages[0].name.as_deref(), Some("build"));
    assert_eq!(file.stages[0].platform.as_deref(), Some("$P"));
    assert_eq!((file.stages[0].line, file.stages[0].steps[0].line), (5, 6));
    assert_eq!(file.stages[1].base, "build");
    assert_eq!(file.stage("BUILD"), Some(0));
    assert_eq!((file.stage("1"), file.stage("2")), (Some(1), None));
}

#[test]
fn lines_go_on_and_comments_within_them_do_not_count() {
    let file = parse("FROM x\nRUN a \\\n  # no\n\n  b \\ \n c\nRUN d\\\\\n").unwrap();
    assert_eq!(file.stages[0].steps[0].source, "RUN a   b  c");
    assert_eq!(file.stages[0].steps[1].source, "RUN d\\\\");
    assert_eq!(file.warnings.len(), 1);
    let file = parse("# escape=`\nFROM x\nRUN a `\n b\\\nCOPY a `\r\n c:\\d\\\r\n").unwrap();
    assert_eq!(file.escape, '`');
    assert_eq!(file.stages[0].steps.len(), 2);
}

#[test]
fn commands_are_lists_or_lines() {
    let all =
        steps("RUN [\"a\", \"b c\"]\nCMD echo \"x\" y\nENTRYPOINT []\nRUN [a]\nSHELL [\"/bin/bash\",\"-c\"]");
    let Instruction::Run(run) = &all[0] else { panic!() };
    assert_eq!(
        (run.command.words.as_slice(), run.command.shell),
        (&["a".to_owned(), "b c".to_owned()][..], false)
    );
    let Instruction::Cmd(line) = &all[1] else { panic!() };
    assert_eq!((line.words[0].as_str(), line.shell), ("echo \"x\" y", true));
    let Instruction::Entrypoint(line) = &all[2] else {
        panic!()
    };
    assert!(line.words.is_empty() && !line.shell);
    let Instruction::Run(run) = &all[3] else { panic!() };
    assert_eq!((run.command.words[0].as_str(), run.command.shell), ("[a]", true));
    assert_eq!(all[4], Instruction::Shell(words("/bin/bash -c")));
}

#[test]
fn pairs_have_two_forms() {
    let all = steps("ENV a=1 b=\"2 3\" c=4\\ 5\nENV d  e f\nLABEL \"x y\"=z");
    let Instruction::Env(pairs) = &all[0] else {
        panic!()
    };
    let mut env = all[0].clone();
    assert_eq!(pairs[1].value, "\"2 3\"");
    env.expand(&Lexer::new('\\'), &|_| None).unwrap();
    let Instruction::Env(pairs) = env else { panic!() };
    let values: Vec<_> = pairs.iter().map(|pair| pair.value.as_str()).collect();
    assert_eq!(values, ["1", "2 3", "4 5"]);
    let Instruction::Env(pairs) = &all[1] else {
        panic!()
    };
    assert_eq!((pairs[0].name.as_str(), pairs[0].value.as_str()), ("d", "e f"));
}

#[test]
fn copies_have_sources_flags_and_texts() {
    let all = steps(
        "COPY --from=0 --chown=1:2 --chmod=755 --link --parents --exclude=*.o --exclude=x a b/ /c/\nADD [\"a b\", \"c\"]\n\
         COPY <<one <<-\"two\" /d/\nx $y\none\n\t\tz $y\n\ttwo\nRUN <<EOF\na\nEOF",
    );
    let Instruction::Copy(copy) = &all[0] else {
        panic!()
    };
    assert_eq!(
        (copy.from.as_str(), copy.chown.as_str(), copy.target.as_str()),
        ("0", "1:2", "/c/")
    );
    assert_eq!(
        (copy.sources.len(), copy.exclude.len(), copy.parents, copy.link),
        (2, 2, true, true)
    );
    let Instruction::Copy(add) = &all[1] else { panic!() };
    assert!(add.add && add.sources == ["a b"]);
    let mut texts = all[2].clone();
    texts
        .expand(&Lexer::new('\\'), &|name| (name == "y").then(|| "Y".to_owned()))
        .unwrap();
    let Instruction::Copy(copy) = texts else { panic!() };
    assert_eq!(
        (copy.texts[0].name.as_str(), copy.texts[0].content.as_str()),
        ("one", "x Y\n")
    );
    assert_eq!(
        (copy.texts[1].name.as_str(), copy.texts[1].content.as_str()),
        ("two", "z $y\n")
    );
    let Instruction::Run(run) = &all[3] else { panic!() };
    assert_eq!(run.command.files[0].content, "a\n");
}

#[test]
fn runs_have_mounts_and_networks() {
    let all =
        steps("RUN --mount=type=cache,target=/c,id=x --mount=from=b,source=/a,dst=/d,rw --network=none true");
    let Instruction::Run(run) = &all[0] else { panic!() };
    assert_eq!(
        (run.mounts[0].kind, run.mounts[0].target.as_str()),
        (MountKind::Cache, "/c")
    );
    assert_eq!(
        (run.mounts[1].kind, run.mounts[1].writable),
        (MountKind::Bind, Some(true))
    );
    assert_eq!(run.network.as_deref(), Some("none"));
}

#[test]
fn healthchecks_and_triggers() {
    let all = steps(
        "HEALTHCHECK --interval=1m30s --timeout=500ms --retries=3 CMD curl -f x\nHEALTHCHECK CMD [\"a\"]\n\
         HEALTHCHECK NONE\nONBUILD RUN  a && b\nonbuild COPY <<E /x\nt\nE",
    );
    let Instruction::Healthcheck(check) = &all[0] else {
        panic!()
    };
    assert_eq!(check.test, ["CMD-SHELL", "curl -f x"]);
    assert_eq!(
        (check.interval, check.timeout, check.retries),
        (90_000_000_000, 500_000_000, 3)
    );
    let Instruction::Healthcheck(check) = &all[1] else {
        panic!()
    };
    assert_eq!(check.test, ["CMD", "a"]);
    assert_eq!(all[3], Instruction::OnBuild("RUN  a && b".to_owned()));
    let Instruction::OnBuild(trigger) = &all[4] else {
        panic!()
    };
    let Ok(Instruction::Copy(copy)) = parse_instruction(trigger) else {
        panic!()
    };
    assert_eq!(copy.texts[0].content, "t\n");
}

#[test]
fn ports_of_one_variable_are_several() {
    let mut expose = steps("EXPOSE $P 1/udp").remove(0);
    expose
        .expand(&Lexer::new('\\'), &|_| Some("80 443".to_owned()))
        .unwrap();
    assert_eq!(expose, Instruction::Expose(words("80 443 1/udp")));
}

#[test]
fn what_is_wrong_is_said_in_dockerds_words_and_with_its_line() {
    let cases = [
        ("", "line 1: file with no instructions"),
        ("ARG x", "line 1: dockerfile contains no stages to build"),
        ("RUN x", "line 1: no build stage in current context"),
        ("FROM", "line 1: FROM requires either one or three arguments"),
        (
            "FROM a b c",
            "line 1: FROM requires either one or three arguments",
        ),
        (
            "FROM a AS 1",
            "invalid name for build stage: \"1\", name can't start with a number or contain symbols",
        ),
        (
            "FROM a\n\nRUNN x",
            "line 3: unknown instruction: RUNN (did you mean RUN?)",
        ),
        (
            "FROM a\nCOPY x",
            "line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined",
        ),
        ("FROM a\nENV", "line 2: ENV requires at least one argument"),
        ("FROM a\nENV x", "line 2: ENV must have two arguments"),
        (
            "FROM a\nENV a=b c",
            "line 2: Syntax error - can't find = in \"c\". Must be of the form: name=value",
        ),
        ("FROM a\nENV =b", "line 2: ENV names can not be blank"),
        (
            "FROM a\nCMD [1]",
            "line 2: when using JSON array syntax, arrays must be comprised of strings only",
        ),
        (
            "FROM a\nONBUILD ONBUILD RUN x",
            "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
        ),
        (
            "FROM a\nONBUILD FROM x",
            "FROM isn't allowed as an ONBUILD trigger",
        ),
        (
            "FROM a\nHEALTHCHECK FOO x",
            "Unknown type \"FOO\" in HEALTHCHECK (try CMD)",
        ),
        (
            "FROM a\nHEALTHCHECK --interval=1 CMD x",
            "time: missing unit in duration \"1\"",
        ),
        (
            "FROM a\nHEALTHCHECK --interval=1us CMD x",
            "cannot be less than 1ms",
        ),
        ("FROM a\nRUN --nope x", "line 2: unknown flag: --nope"),
        ("FROM a\nRUN --mount=type=x y", "unsupported mount type \"x\""),
        (
            "FROM a\nCOPY --chown=1 --chown=2 a b",
            "duplicate flag specified: --chown",
        ),
        (
            "FROM a\nCOPY --link=maybe a b",
            "expecting boolean value for flag --link, not: maybe",
        ),
        ("FROM a\nCOPY --from a b", "missing a value on flag: --from"),
        (
            "FROM a\nCOPY a <<E\nE",
            "COPY cannot accept a heredoc as a destination",
        ),
        ("FROM a\nRUN <<E\nx", "line 2: unterminated heredoc"),
        (
            "FROM a\nSHELL a b",
            "SHELL requires the arguments to be in JSON form: SHELL a b",
        ),
        ("FROM a\nUSER", "USER requires exactly one argument"),
        (
            "# escape=x\nFROM a",
            "line 1: invalid escape token 'x' does not match ` or \\",
        ),
        (
            "# escape=`\n# escape=`\nFROM a",
            "line 2: only one escape parser directive can be used",
        ),
    ];
    for (text, wanted) in cases {
        let found = wrong(text);
        assert!(found.contains(wanted), "{text:?}: {found}");
    }
    let long = format!("FROM a\nRUN {}", "x".repeat(70_000));
    assert!(wrong(&long).contains("dockerfile line greater than max allowed size of 65535"));
}
