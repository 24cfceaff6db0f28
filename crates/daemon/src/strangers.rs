//! What the socket answers that may be handed out: containers of one's own, and the names of images.

use std::borrow::Cow;

use sampan_api::routes::{Handler, Route};

use crate::peer::Peer;
use crate::problem::{Problem, Result};
use crate::state::State;

/// Whether it answers this at all. Images come and go, and volumes and networks are made, on the daemon's own socket:
/// they are everybody's, and a registry's address would be the host's to reach.
const fn is_answered(handler: Handler) -> bool {
    match handler {
        Handler::Ping
        | Handler::PingHead
        | Handler::Version
        | Handler::Info
        | Handler::OpenApi
        | Handler::Live
        | Handler::Ready
        | Handler::ImageList
        | Handler::ImageInspect
        | Handler::ImageHistory
        | Handler::ContainerList
        | Handler::ContainerCreate
        | Handler::ContainerInspect
        | Handler::ContainerStart
        | Handler::ContainerWait
        | Handler::ContainerRemove
        | Handler::ContainerLogs
        | Handler::ContainerStop
        | Handler::ContainerKill
        | Handler::ContainerRestart
        | Handler::ContainerPause
        | Handler::ContainerUnpause
        | Handler::ContainerRename
        | Handler::ContainerUpdate
        | Handler::ContainerResize
        | Handler::ContainerAttach
        | Handler::ContainerAttachWebsocket
        | Handler::ContainerTop
        | Handler::ContainerStats
        | Handler::ContainerChanges
        | Handler::ContainerExport
        | Handler::ContainerArchiveStat
        | Handler::ContainerArchiveGet
        | Handler::ContainerArchivePut
        | Handler::ContainerCall
        | Handler::ContainerFunctions
        | Handler::ContainerDeploy
        | Handler::ContainerVersions
        | Handler::ExecCreate
        | Handler::ExecStart
        | Handler::ExecResize
        | Handler::ExecInspect => true,
        Handler::Events
        | Handler::DiskUsage
        | Handler::Auth
        | Handler::ContainerPrune
        | Handler::Commit
        | Handler::ImageCreate
        | Handler::ImagePush
        | Handler::ImageTag
        | Handler::ImageRemove
        | Handler::ImagePrune
        | Handler::ImageSave
        | Handler::ImageSaveOne
        | Handler::ImageLoad
        | Handler::ImageAttestations
        | Handler::ImageSearch
        | Handler::NetworkList
        | Handler::NetworkInspect
        | Handler::NetworkCreate
        | Handler::NetworkConnect
        | Handler::NetworkDisconnect
        | Handler::NetworkRemove
        | Handler::NetworkPrune
        | Handler::VolumeList
        | Handler::VolumeInspect
        | Handler::VolumeCreate
        | Handler::VolumeRemove
        | Handler::VolumePrune
        | Handler::DistributionInspect
        | Handler::Build
        | Handler::BuildPrune
        | Handler::Session
        | Handler::Grpc
        | Handler::ImageCall
        | Handler::ImageFunctions
        | Handler::Metrics => false,
    }
}

/// Lets a request in, with the container's id for the name that was said. Others' containers are not there.
pub(crate) fn admit<'n>(
    state: &State,
    peer: &Peer,
    route: &Route,
    handler: Handler,
    name: Cow<'n, str>,
) -> Result<Cow<'n, str>> {
    if !is_answered(handler) {
        return Err(Problem::forbidden(format!(
            "this socket is for Wasm containers without anything of the host; {} {} is answered on the daemon's own",
            route.method.as_str(),
            route.path
        )));
    }
    let caller = peer.caller();
    let own = route.path.strip_prefix("/sampan/v1").unwrap_or(route.path);
    if own.starts_with("/containers/{") {
        return Ok(Cow::Owned(state.supervisor.visible(&caller, &name)?));
    }
    if route.path.starts_with("/exec/{") {
        state.supervisor.visible_exec(&caller, &name)?;
    }
    Ok(name)
}
