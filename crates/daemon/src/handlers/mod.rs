//! One function for each route: query and body in, a call of the supervisor, its result out.

mod archive;
mod buildkit;
mod calls;
mod containers;
mod deploy;
mod exec;
mod images;
mod lifecycle;
mod networks;
mod registry;
mod search;
mod streams;
mod system;
mod transfer;
mod volumes;

use http::StatusCode;
use sampan_api::routes::Handler;

use crate::dispatch::Call;
use crate::problem::{Problem, Result};
use crate::reply::Reply;

/// Answers a call that was admitted.
pub(crate) async fn answer(handler: Handler, call: Call<'_>) -> Result<Reply> {
    match handler {
        Handler::ContainerCreate => lifecycle::create(call).await,
        Handler::ContainerStart => lifecycle::start(call).await,
        Handler::ContainerWait => lifecycle::wait(call),
        Handler::ContainerRemove => lifecycle::remove(call).await,
        Handler::ContainerStop => lifecycle::stop(call).await,
        Handler::ContainerKill => lifecycle::kill(call).await,
        Handler::ContainerRestart => lifecycle::restart(call).await,
        Handler::ContainerPause => lifecycle::pause(call).await,
        Handler::ContainerUnpause => lifecycle::unpause(call).await,
        Handler::ContainerRename => lifecycle::rename(call).await,
        Handler::ContainerUpdate => lifecycle::update(call).await,
        Handler::ContainerPrune => lifecycle::prune(call).await,
        Handler::ContainerList => containers::list(call).await,
        Handler::ContainerInspect => containers::inspect(call).await,
        Handler::ContainerTop => containers::top(call).await,
        Handler::ContainerStats => containers::stats(call).await,
        Handler::ContainerChanges => containers::changes(call).await,
        Handler::ContainerLogs => streams::logs(call).await,
        Handler::ContainerAttach => streams::attach(call).await,
        Handler::ContainerAttachWebsocket => streams::attach_websocket(call).await,
        Handler::ContainerResize => streams::resize(call).await,
        Handler::ContainerExport => archive::export(call).await,
        Handler::ContainerArchiveStat => archive::stat(call).await,
        Handler::ContainerArchiveGet => archive::get(call).await,
        Handler::ContainerArchivePut => archive::put(call).await,
        Handler::Commit => archive::commit(call).await,
        Handler::ExecCreate => exec::create(call).await,
        Handler::ExecStart => exec::start(call).await,
        Handler::ExecResize => exec::resize(call).await,
        Handler::ExecInspect => exec::inspect(&call),
        Handler::ImageList => images::list(call).await,
        Handler::ImageInspect => images::inspect(call).await,
        Handler::ImageHistory => images::history(call).await,
        Handler::ImageTag => images::tag(call).await,
        Handler::ImageRemove => images::remove(call).await,
        Handler::ImagePrune => images::prune(call).await,
        Handler::ImageAttestations => images::attestations(call).await,
        Handler::ImageSearch => search::search(call).await,
        Handler::ImageCreate => transfer::create(call).await,
        Handler::ImagePush => transfer::push(call).await,
        Handler::ImageLoad => transfer::load(call).await,
        Handler::ImageSave => transfer::save(call).await,
        Handler::ImageSaveOne => transfer::save_one(call).await,
        Handler::Auth => registry::auth(call).await,
        Handler::DistributionInspect => registry::distribution(call).await,
        Handler::NetworkList => networks::list(&call),
        Handler::NetworkInspect => networks::inspect(&call),
        Handler::NetworkCreate => networks::create(call).await,
        Handler::NetworkConnect => networks::connect(call).await,
        Handler::NetworkDisconnect => networks::disconnect(call).await,
        Handler::NetworkRemove => networks::remove(call).await,
        Handler::NetworkPrune => networks::prune(call).await,
        Handler::VolumeList => volumes::list(call).await,
        Handler::VolumeInspect => volumes::inspect(&call),
        Handler::VolumeCreate => volumes::create(call).await,
        Handler::VolumeRemove => volumes::remove(call).await,
        Handler::VolumePrune => volumes::prune(call).await,
        Handler::Ping | Handler::PingHead => Ok(system::ping()),
        Handler::Version => system::version(&call),
        Handler::Info => system::info(call).await,
        Handler::Events => system::events(&call),
        Handler::DiskUsage => system::disk_usage(call).await,
        Handler::ContainerCall => calls::of_container(call).await,
        Handler::ContainerFunctions => calls::functions_of_container(call).await,
        Handler::ImageCall => calls::of_image(call).await,
        Handler::ImageFunctions => calls::functions_of_image(call).await,
        Handler::ContainerDeploy => deploy::deploy(call).await,
        Handler::ContainerVersions => deploy::versions(call).await,
        Handler::Build => transfer::build(call).await,
        Handler::BuildPrune => system::build_prune(&call).await,
        Handler::Session => buildkit::session(call),
        Handler::Grpc => buildkit::grpc(call),
        Handler::Metrics => Ok(system::metrics(&call).await),
        Handler::Live => Ok(crate::reply::text(StatusCode::OK, "live\n")),
        Handler::Ready => Ok(system::ready(&call)),
        Handler::OpenApi => crate::reply::ok(&sampan_api::routes::openapi()),
    }
}

/// Runs what reads or writes much of the disk where it holds up nobody.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(lost) => Err(Problem::internal(&lost)),
    }
}
