//! Which stages an image needs: the last one, and those that it begins with or copies from.

use sampan_image::dockerfile::{Dockerfile, Instruction, Stage, parse_instruction};

/// Of each stage whether the last one needs it. `expand` puts values in the place of the variables of a `FROM`; where it
/// cannot, the stage itself tells why when it begins.
pub(super) fn needed(file: &Dockerfile, expand: &dyn Fn(&str) -> Option<String>) -> Vec<bool> {
    let mut wanted = vec![false; file.stages.len()];
    let mut open: Vec<usize> = (0..file.stages.len()).next_back().into_iter().collect();
    while let Some(index) = open.pop() {
        if std::mem::replace(&mut wanted[index], true) {
            continue;
        }
        let stage = &file.stages[index];
        let mut names: Vec<String> = expand(&stage.base).into_iter().collect();
        for step in &stage.steps {
            of_instruction(&step.instruction, &mut names);
        }
        open.extend(names.iter().filter_map(|name| place(&file.stages[..index], name)));
    }
    wanted
}

/// What an instruction copies from and mounts; nothing in these words is a variable.
fn of_instruction(instruction: &Instruction, names: &mut Vec<String>) {
    match instruction {
        Instruction::Copy(copy) => names.push(copy.from.clone()),
        Instruction::Run(run) => names.extend(run.mounts.iter().map(|mount| mount.from.clone())),
        // What cannot be read is told when it is done.
        Instruction::OnBuild(text) => {
            if let Ok(inner) = parse_instruction(text) {
                of_instruction(&inner, names);
            }
        }
        _ => {}
    }
}

fn place(before: &[Stage], name: &str) -> Option<usize> {
    let lower = name.to_lowercase();
    let named = before
        .iter()
        .rposition(|stage| stage.name.as_deref() == Some(&lower));
    named.or_else(|| name.parse().ok().filter(|number| *number < before.len()))
}

#[cfg(test)]
mod tests {
    use sampan_image::dockerfile::{Lexer, parse};

    use super::needed;

    /// `$KIND` is `two`.
    fn of(text: &str) -> Vec<bool> {
        let values = |name: &str| (name == "KIND").then(|| "two".to_owned());
        needed(&parse(text).unwrap(), &|word| {
            Lexer::new('\\').word(word, &values).ok()
        })
    }

    #[test]
    fn only_what_leads_to_the_last_stage_is_needed() {
        let text =
            "FROM a AS one\nFROM b AS two\nRUN false\nFROM one AS three\nFROM c\nCOPY --from=Three x /\n";
        assert_eq!(of(text), [true, false, true, true]);
        assert_eq!(
            of("FROM a\nFROM b\nFROM c\nCOPY --from=0 x /\n"),
            [true, false, true]
        );
        assert_eq!(
            of("FROM a AS m\nFROM b\nFROM c\nRUN --mount=from=m,target=/m ls\n"),
            [true, false, true]
        );
    }

    #[test]
    fn variables_and_triggers_lead_to_the_stages_that_they_name_alone() {
        let stages = "FROM a AS one\nFROM b AS two\nFROM c AS three\n";
        let chosen = format!("ARG KIND\n{stages}FROM ${{KIND:-three}}\n");
        assert_eq!(of(&chosen), [false, true, false, true]);
        let image = format!("ARG X\n{stages}FROM $X:1\n");
        assert_eq!(of(&image), [false, false, false, true]);
        let trigger = format!("{stages}FROM d\nONBUILD COPY --from=0 x /\n");
        assert_eq!(of(&trigger), [true, false, false, true]);
    }

    #[test]
    fn of_stages_with_one_name_the_last_one_is_meant() {
        let text = "FROM a AS one\nFROM b AS one\nFROM one\n";
        assert_eq!(of(text), [false, true, true]);
    }
}
