//! Which stages an image needs: the last one, and those that it begins with or copies from.

use sampan_image::dockerfile::{Dockerfile, Instruction, Stage};

/// Of each stage whether the last one needs it. Where variables or triggers hide what is meant, all before are needed.
pub(super) fn needed(file: &Dockerfile) -> Vec<bool> {
    let mut wanted = vec![false; file.stages.len()];
    let mut open: Vec<usize> = (0..file.stages.len()).next_back().into_iter().collect();
    while let Some(index) = open.pop() {
        if std::mem::replace(&mut wanted[index], true) {
            continue;
        }
        let before = &file.stages[..index];
        for name in names(&file.stages[index]) {
            match name {
                None => open.extend(0..index),
                Some(name) => open.extend(place(before, name)),
            }
        }
    }
    wanted
}

/// What a stage names; nothing for what cannot be told yet.
fn names(stage: &Stage) -> Vec<Option<&str>> {
    let known = |name| Some(name).filter(|name: &&str| !name.contains('$'));
    let mut names = vec![known(stage.base.as_str())];
    for step in &stage.steps {
        match &step.instruction {
            Instruction::Copy(copy) => names.push(known(&copy.from)),
            Instruction::Run(run) => names.extend(run.mounts.iter().map(|mount| known(&mount.from))),
            Instruction::OnBuild(text) if text.contains("from=") => names.push(None),
            _ => {}
        }
    }
    names
}

fn place(before: &[Stage], name: &str) -> Option<usize> {
    let lower = name.to_lowercase();
    let named = before
        .iter()
        .position(|stage| stage.name.as_deref() == Some(&lower));
    named.or_else(|| name.parse().ok().filter(|number| *number < before.len()))
}

#[cfg(test)]
mod tests {
    use sampan_image::dockerfile::parse;

    use super::needed;

    fn of(text: &str) -> Vec<bool> {
        needed(&parse(text).unwrap())
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
    fn what_cannot_be_told_is_needed() {
        assert_eq!(of("ARG X\nFROM a AS one\nFROM b\nFROM $X\n"), [true, true, true]);
        assert_eq!(of("FROM a\nFROM b\nONBUILD COPY --from=0 x /\n"), [true, true]);
    }
}
