//! What the caller put in the place of stages and images by `--build-context`.

use sampan_image::dockerfile::{Copy, Dockerfile};
use sampan_types::Reference;

use super::{BuildContext, BuildOptions};

/// The image that stands for a name, where one does.
pub(super) fn image<'o>(options: &'o BuildOptions, name: &str) -> Option<&'o str> {
    let whole = |name: &str| name.parse::<Reference>().ok().map(|one| one.tagged());
    let mut all = options.images.iter();
    let found = all.find(|(given, _)| {
        // Whoever names an image may write it longer than the Dockerfile does.
        given.eq_ignore_ascii_case(name) || whole(given).is_some_and(|given| Some(given) == whole(name))
    });
    found.map(|(_, image)| image.as_str())
}

/// A file in which stages that were replaced are what they were replaced by, and nothing more.
pub(super) fn replaced(mut file: Dockerfile, context: &BuildContext, options: &BuildOptions) -> Dockerfile {
    for stage in &mut file.stages {
        let Some(name) = &stage.name else { continue };
        if context.named.contains_key(name) || options.images.contains_key(name) {
            stage.base.clone_from(name);
            stage.steps.clear();
        }
    }
    file
}

/// All files of a context, into a stage that has none.
pub(super) fn whole(context: &str) -> Copy {
    Copy {
        sources: vec!["/".to_owned()],
        target: "/".to_owned(),
        from: context.to_owned(),
        ..Copy::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_replaced_however_it_is_written() {
        let mut options = BuildOptions::default();
        options
            .images
            .insert("docker.io/library/box:latest".to_owned(), "other:1".to_owned());
        options.images.insert("stage".to_owned(), "other:2".to_owned());
        assert_eq!(image(&options, "box"), Some("other:1"));
        assert_eq!(image(&options, "box:latest"), Some("other:1"));
        assert_eq!(image(&options, "box:2"), None);
        assert_eq!(image(&options, "Stage"), Some("other:2"));
        assert_eq!(image(&options, "0"), None);
    }
}
