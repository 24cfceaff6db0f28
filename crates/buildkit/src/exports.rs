//! What becomes of an image: the exporters of a build.

use std::collections::BTreeMap;

use sampan_types::Reference;

use crate::error::BuildkitError;
use crate::proto::moby::buildkit::v1::Exporter;

/// What becomes of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exports {
    /// Whether it is kept as an image.
    pub(crate) image: bool,
    pub(crate) tags: Vec<Reference>,
    /// Where its files go.
    pub(crate) files: Vec<Target>,
    /// What its manifest says.
    pub(crate) annotations: BTreeMap<String, String>,
    /// What the list of several manifests says.
    pub(crate) index_annotations: BTreeMap<String, String>,
}

/// Something of the client that takes files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// By which number the client knows it: its place among the exporters.
    pub(crate) number: usize,
    /// Whether it is a folder; else it takes an archive.
    pub(crate) folder: bool,
}

impl Exports {
    pub(crate) fn read(exporters: &[Exporter]) -> Result<Self, BuildkitError> {
        let mut exports = Self::default();
        for (number, exporter) in exporters.iter().enumerate() {
            match exporter.r#type.as_str() {
                "moby" | "image" => exports.image = true,
                kind @ ("local" | "tar") => {
                    exports.files.push(Target {
                        number,
                        folder: kind == "local",
                    });
                    continue;
                }
                other => {
                    return Err(BuildkitError::unsupported(
                        format!("the output {other:?}"),
                        "build an image and write it with `docker save`, or its files with `-o type=tar` or `type=local`",
                    ));
                }
            }
            exports.attributes(exporter)?;
        }
        Ok(exports)
    }

    fn attributes(&mut self, exporter: &Exporter) -> Result<(), BuildkitError> {
        for (key, value) in &exporter.attrs {
            match key.as_str() {
                "name" => self.names(value)?,
                "push" if value == "true" => {
                    return Err(BuildkitError::unsupported(
                        "to push an image while it is built",
                        "build it, then `docker push` it",
                    ));
                }
                key if key.starts_with("annotation") => self.annotation(key, value)?,
                // How the image's bytes are packed: the store has its own way.
                _ => {}
            }
        }
        Ok(())
    }

    fn names(&mut self, names: &str) -> Result<(), BuildkitError> {
        for name in names.split(',').filter(|name| !name.is_empty()) {
            let tag: Reference = name
                .parse()
                .map_err(|_| BuildkitError::Invalid(format!("invalid reference format: {name:?}")))?;
            if tag.digest().is_some() {
                return Err(BuildkitError::Invalid(format!(
                    "build tag cannot contain a digest: {name:?}"
                )));
            }
            self.tags.push(tag.tagged());
        }
        Ok(())
    }

    /// `annotation.KEY`, `annotation-manifest.KEY`, `annotation-index.KEY`, as clients write them.
    fn annotation(&mut self, key: &str, value: &str) -> Result<(), BuildkitError> {
        let (place, name) = key.split_once('.').unwrap_or((key, ""));
        let all = match place {
            "annotation" | "annotation-manifest" => &mut self.annotations,
            "annotation-index" => &mut self.index_annotations,
            other => {
                return Err(BuildkitError::unsupported(
                    format!("an annotation of {other:?}"),
                    "annotate the manifest or the index",
                ));
            }
        };
        all.insert(name.to_owned(), value.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exporter(kind: &str, attrs: &[(&str, &str)]) -> Exporter {
        let attrs = attrs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Exporter {
            r#type: kind.to_owned(),
            attrs: attrs.collect(),
        }
    }

    #[test]
    fn exporters_are_told_from_each_other() {
        let image = exporter("moby", &[("name", "a,b:1"), ("annotation.who", "me")]);
        let files = exporter("local", &[]);
        let read = Exports::read(&[image, files, exporter("tar", &[])]).unwrap();
        assert!(read.image && read.tags.len() == 2);
        assert_eq!(read.annotations["who"], "me");
        let target = |number, folder| Target { number, folder };
        assert_eq!(read.files, [target(1, true), target(2, false)]);
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        for bad in [
            exporter("oci", &[]),
            exporter("image", &[("push", "true")]),
            exporter("image", &[("name", "UPPER")]),
            exporter("image", &[("annotation-index-descriptor.a", "b")]),
        ] {
            assert!(Exports::read(std::slice::from_ref(&bad)).is_err(), "{bad:?}");
        }
    }
}
