//! The labels by which docker compose and this crate know what belongs to a project.

pub(crate) const PROJECT: &str = "com.docker.compose.project";
pub(crate) const SERVICE: &str = "com.docker.compose.service";
pub(crate) const CONFIG_HASH: &str = "com.docker.compose.config-hash";
pub(crate) const NUMBER: &str = "com.docker.compose.container-number";
pub(crate) const VOLUME: &str = "com.docker.compose.volume";
pub(crate) const NETWORK: &str = "com.docker.compose.network";
pub(crate) const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
pub(crate) const CONFIG_FILES: &str = "com.docker.compose.project.config_files";
pub(crate) const ENV_FILE: &str = "com.docker.compose.project.environment_file";
pub(crate) const ONE_OFF: &str = "com.docker.compose.oneoff";
pub(crate) const SLUG: &str = "com.docker.compose.slug";
pub(crate) const IMAGE: &str = "com.docker.compose.image";
pub(crate) const DEPENDS_ON: &str = "com.docker.compose.depends_on";
pub(crate) const VERSION: &str = "com.docker.compose.version";
pub(crate) const REPLACE: &str = "com.docker.compose.replace";

/// Ours alone: the digest of what was put into a container before it started.
pub(crate) const CONTENTS: &str = "dev.sampan.compose.contents";

/// What is written as the version: that of docker compose whose labels these are, because it reads the number.
pub(crate) const SPEAKS: &str = "2.40.3";
