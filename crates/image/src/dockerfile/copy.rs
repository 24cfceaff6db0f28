//! `ADD` and `COPY`.

use super::error::Words;
use super::flags::{Flags, Takes};
use super::heredoc::{chomp, heredoc_of};
use super::words::Node;

/// A file that is written in the Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Its name in the folder that it goes to.
    pub name: String,
    /// What is in it.
    pub content: String,
    /// Whether variables in it have values.
    pub expand: bool,
}

/// Files into the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copy {
    /// `ADD` unpacks archives, and knows addresses.
    pub add: bool,
    /// What is copied, as patterns beneath the context.
    pub sources: Vec<String>,
    /// What is written in the Dockerfile itself.
    pub texts: Vec<SourceText>,
    /// Where to.
    pub target: String,
    /// A stage or an image instead of the context; empty for the context.
    pub from: String,
    /// `USER[:GROUP]`; empty for root.
    pub chown: String,
    /// Octal bits; empty leaves them.
    pub chmod: String,
    /// Patterns of what is left out.
    pub exclude: Vec<String>,
    /// The folders of each source are made in the target too.
    pub parents: bool,
    /// The layer shall not depend on those beneath it. Layers here never do, so it changes nothing.
    pub link: bool,
    /// Whether archives are unpacked, where that was said.
    pub unpack: Option<bool>,
    /// What an address must give.
    pub checksum: String,
}

/// Reads `ADD` or `COPY`.
pub(super) fn copy(node: &Node, name: &str) -> Words<Copy> {
    let add = name == "ADD";
    let Some((target, sources)) = node.args.split_last().filter(|(_, rest)| !rest.is_empty()) else {
        return Err(format!(
            "{name} requires at least two arguments, but only one was provided. Destination could not be determined"
        ));
    };
    let mut known = vec![
        ("chown", Takes::One),
        ("chmod", Takes::One),
        ("link", Takes::Switch),
        ("exclude", Takes::Many),
    ];
    known.extend_from_slice(match add {
        true => &[
            ("keep-git-dir", Takes::Switch),
            ("checksum", Takes::One),
            ("unpack", Takes::Switch),
        ],
        false => &[("from", Takes::One), ("parents", Takes::Switch)],
    });
    let flags = Flags::read(&node.flags, &known)?;
    if heredoc_of(target).is_some() {
        return Err(format!("{name} cannot accept a heredoc as a destination"));
    }
    let mut copy = Copy {
        add,
        target: target.clone(),
        from: flags.text("from"),
        chown: flags.text("chown"),
        chmod: flags.text("chmod"),
        exclude: flags.many("exclude"),
        parents: flags.switch("parents").unwrap_or(false),
        link: flags.switch("link").unwrap_or(false),
        unpack: flags.switch("unpack"),
        checksum: flags.text("checksum"),
        ..Copy::default()
    };
    for source in sources {
        let Some(announced) = heredoc_of(source) else {
            copy.sources.push(source.clone());
            continue;
        };
        let found = node.heredocs.iter().find(|doc| doc.name == announced.name);
        let content = found.map(|doc| doc.content.as_str()).unwrap_or_default();
        copy.texts.push(SourceText {
            name: announced.name,
            content: match announced.chomp {
                true => chomp(content),
                false => content.to_owned(),
            },
            expand: announced.expand,
        });
    }
    Ok(copy)
}
