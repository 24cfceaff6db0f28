//! Values in the place of variables.

use super::error::LexError;
use super::instruction::Instruction;
use super::shell::Lexer;

impl Instruction {
    /// Puts values in the place of variables, where this instruction has them. Commands are read by their shell, and
    /// what one variable of `EXPOSE` says may be several ports.
    pub fn expand(
        &mut self,
        lexer: &Lexer,
        variables: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), LexError> {
        let all = |words: Vec<&mut String>| {
            words.into_iter().try_for_each(|word| {
                *word = lexer.word(word, variables)?;
                Ok(())
            })
        };
        match self {
            Self::Arg(arguments) => all(arguments
                .iter_mut()
                .flat_map(|one| std::iter::once(&mut one.name).chain(one.value.as_mut()))
                .collect()),
            Self::Env(pairs) | Self::Label(pairs, false) => all(pairs
                .iter_mut()
                .flat_map(|pair| [&mut pair.name, &mut pair.value])
                .collect()),
            Self::Copy(copy) => {
                let plain = Lexer {
                    quotes: super::Quotes::Plain,
                    ..Lexer::new('\\')
                };
                for text in copy.texts.iter_mut().filter(|text| text.expand) {
                    text.content = plain.word(&text.content, variables)?;
                }
                let flags = [
                    &mut copy.target,
                    &mut copy.chown,
                    &mut copy.chmod,
                    &mut copy.checksum,
                ];
                let sources = copy.sources.iter_mut().chain(&mut copy.exclude);
                all(flags.into_iter().chain(sources).collect())
            }
            Self::Expose(ports) => {
                let mut each = Vec::new();
                for port in ports.iter() {
                    each.extend(lexer.words(port, variables)?);
                }
                *ports = each;
                Ok(())
            }
            // The command is read by its shell.
            Self::Run(run) => run
                .mounts
                .iter_mut()
                .try_for_each(|mount| mount.expand(&|word| lexer.word(word, variables))),
            Self::StopSignal(word) | Self::User(word) | Self::Workdir(word) => all(vec![word]),
            Self::Volume(places) => all(places.iter_mut().collect()),
            Self::Label(_, true)
            | Self::Cmd(_)
            | Self::Entrypoint(_)
            | Self::Healthcheck(_)
            | Self::Maintainer(_)
            | Self::OnBuild(_)
            | Self::Shell(_) => Ok(()),
        }
    }
}
