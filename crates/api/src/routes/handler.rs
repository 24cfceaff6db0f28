//! Who answers a route, or when somebody will.

macro_rules! handlers {
    ($($name:ident)+) => {
        /// Who answers a route.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each is described by its route's `about`")]
        pub enum Handler { $($name,)+ }

        impl Handler {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its name, for logs and metrics.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }
        }
    };
}

handlers! {
    Ping PingHead Version Info Events DiskUsage Auth
    ContainerList ContainerCreate ContainerInspect ContainerStart ContainerWait ContainerRemove ContainerLogs
    ContainerStop ContainerKill ContainerRestart ContainerPause ContainerUnpause ContainerRename ContainerUpdate
    ContainerResize ContainerAttach ContainerAttachWebsocket ContainerTop ContainerStats ContainerChanges
    ContainerExport ContainerArchiveStat ContainerArchiveGet ContainerArchivePut ContainerPrune Commit
    ExecCreate ExecStart ExecResize ExecInspect
    ImageList ImageCreate ImageInspect ImageHistory ImagePush ImageTag ImageRemove ImagePrune
    ImageSave ImageSaveOne ImageLoad ImageAttestations ImageSearch
    NetworkList NetworkInspect NetworkCreate NetworkConnect NetworkDisconnect NetworkRemove NetworkPrune
    VolumeList VolumeInspect VolumeCreate VolumeRemove VolumePrune
    DistributionInspect Build BuildPrune Session Grpc
    ContainerCall ContainerFunctions ImageCall ImageFunctions ContainerDeploy ContainerVersions
    Metrics Live Ready OpenApi
}

/// Why a route is not answered yet, and what will bring it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// Services over several machines.
    Swarm,
    /// Plugins of Docker's own kind.
    Plugins,
    /// Snapshots of a running container.
    Checkpoint,
    /// What only BuildKit's own protocol has.
    Build,
}

impl Later {
    /// What the answer says.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Swarm => "swarm mode is not supported by Sampan",
            Self::Plugins => "Docker plugins are not supported by Sampan",
            Self::Checkpoint => "checkpoints are not supported by Sampan yet",
            Self::Build => "a build ends when its client leaves; it cannot be ended by another one",
        }
    }

    /// What will bring it.
    pub const fn with(self) -> &'static str {
        match self {
            Self::Swarm | Self::Plugins => "not planned",
            Self::Checkpoint => "comes with snapshots of running instances",
            Self::Build => "not planned",
        }
    }
}
