//! The table itself.

use serde_json::Value;

use super::{ApiVersion, Body, Gives, Handler, Kind, Later, Method, Param, Route, State};
use crate::{container, exec, network, registry, volume};

const fn route(method: Method, path: &'static str, state: State, about: &'static str) -> Route {
    Route {
        method,
        path,
        since: ApiVersion::MIN,
        state,
        about,
        query: &[],
        body: Body::None,
        gives: Gives::Json(200),
        reads: matches!(method, Method::Get | Method::Head),
    }
}

const fn get(path: &'static str, handler: Handler, about: &'static str) -> Route {
    route(Method::Get, path, State::Served(handler), about)
}

const fn post(path: &'static str, handler: Handler, about: &'static str) -> Route {
    route(Method::Post, path, State::Served(handler), about)
}

const fn delete(path: &'static str, handler: Handler, about: &'static str) -> Route {
    route(Method::Delete, path, State::Served(handler), about)
}

const fn later(method: Method, path: &'static str, later: Later, about: &'static str) -> Route {
    route(method, path, State::NotYet(later), about)
}

impl Route {
    const fn since(self, minor: u16) -> Self {
        Self {
            since: ApiVersion::v1(minor),
            ..self
        }
    }
    const fn query(self, query: &'static [Param]) -> Self {
        Self { query, ..self }
    }
    const fn body(self, body: Body) -> Self {
        Self { body, ..self }
    }
    const fn gives(self, gives: Gives) -> Self {
        Self { gives, ..self }
    }
    /// Of those that change nothing although they are a POST, and the other way round.
    const fn reads(self, reads: bool) -> Self {
        Self { reads, ..self }
    }
}

const fn flag(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Flag,
        required: false,
    }
}
const fn number(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Number,
        required: false,
    }
}
const fn text(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Text,
        required: false,
    }
}
const fn texts(name: &'static str) -> Param {
    Param {
        name,
        kind: Kind::Texts,
        required: false,
    }
}
const fn required(param: Param) -> Param {
    Param {
        required: true,
        ..param
    }
}
const FILTERS: Param = Param {
    name: "filters",
    kind: Kind::Filters,
    required: false,
};
const STREAMS: &[Param] = &[
    text("detachKeys"),
    flag("logs"),
    flag("stream"),
    flag("stdin"),
    flag("stdout"),
    flag("stderr"),
];
const SIZE: &[Param] = &[required(number("h")), required(number("w"))];
const NO_CONTENT: Gives = Gives::Nothing(204);
const CREATED: Gives = Gives::Json(201);

fn zero<T: Default + serde::Serialize>() -> Value {
    serde_json::to_value(T::default()).unwrap_or_default()
}

/// All routes, those of the shortest tasks first.
pub static ROUTES: &[Route] = &[
    post(
        "/containers/create",
        Handler::ContainerCreate,
        "create a container",
    )
    .query(&[text("name"), text("platform")])
    .body(Body::Json(zero::<container::CreateRequest>))
    .gives(CREATED),
    post(
        "/containers/{name}/start",
        Handler::ContainerStart,
        "start a container",
    )
    .query(&[text("detachKeys")])
    .gives(NO_CONTENT),
    post(
        "/containers/{name}/wait",
        Handler::ContainerWait,
        "wait for its end",
    )
    .query(&[text("condition")])
    .reads(true),
    delete(
        "/containers/{name}",
        Handler::ContainerRemove,
        "remove a container",
    )
    .query(&[flag("v"), flag("force"), flag("link")])
    .gives(NO_CONTENT),
    get("/containers/json", Handler::ContainerList, "list containers").query(&[
        flag("all"),
        number("limit"),
        flag("size"),
        FILTERS,
    ]),
    get(
        "/containers/{name}/json",
        Handler::ContainerInspect,
        "inspect a container",
    )
    .query(&[flag("size")]),
    get("/containers/{name}/logs", Handler::ContainerLogs, "read its log")
        .query(&[
            flag("follow"),
            required(flag("stdout")),
            flag("stderr"),
            text("since"),
            text("until"),
            flag("timestamps"),
            text("tail"),
            flag("details"),
        ])
        .gives(Gives::Hijacked),
    post(
        "/containers/{name}/attach",
        Handler::ContainerAttach,
        "join its streams",
    )
    .query(STREAMS)
    .gives(Gives::Hijacked),
    get(
        "/containers/{name}/attach/ws",
        Handler::ContainerAttachWebsocket,
        "join its streams by websocket",
    )
    .query(STREAMS)
    .gives(Gives::Hijacked)
    .reads(false),
    post(
        "/containers/{name}/stop",
        Handler::ContainerStop,
        "stop a container",
    )
    .query(&[text("signal"), number("t")])
    .gives(NO_CONTENT),
    post(
        "/containers/{name}/kill",
        Handler::ContainerKill,
        "send it a signal",
    )
    .query(&[text("signal")])
    .gives(NO_CONTENT),
    post(
        "/containers/{name}/restart",
        Handler::ContainerRestart,
        "stop and start it",
    )
    .query(&[text("signal"), number("t")])
    .gives(NO_CONTENT),
    post(
        "/containers/{name}/pause",
        Handler::ContainerPause,
        "hold it where it is",
    )
    .gives(NO_CONTENT),
    post(
        "/containers/{name}/unpause",
        Handler::ContainerUnpause,
        "let it go on",
    )
    .gives(NO_CONTENT),
    post(
        "/containers/{name}/rename",
        Handler::ContainerRename,
        "give it another name",
    )
    .query(&[required(text("name"))])
    .gives(NO_CONTENT),
    post(
        "/containers/{name}/update",
        Handler::ContainerUpdate,
        "change its limits",
    )
    .body(Body::Json(zero::<container::UpdateRequest>)),
    post(
        "/containers/{name}/resize",
        Handler::ContainerResize,
        "tell its terminal another size",
    )
    .query(SIZE)
    .gives(Gives::Nothing(200)),
    get(
        "/containers/{name}/top",
        Handler::ContainerTop,
        "list its processes",
    )
    .query(&[text("ps_args")]),
    get(
        "/containers/{name}/stats",
        Handler::ContainerStats,
        "what it uses",
    )
    .query(&[flag("stream"), flag("one-shot")])
    .gives(Gives::JsonLines),
    get(
        "/containers/{name}/changes",
        Handler::ContainerChanges,
        "what it changed of its image",
    ),
    get(
        "/containers/{name}/export",
        Handler::ContainerExport,
        "its files as an archive",
    )
    .gives(Gives::Tar),
    route(
        Method::Head,
        "/containers/{name}/archive",
        State::Served(Handler::ContainerArchiveStat),
        "what a path in it is",
    )
    .query(&[required(text("path"))])
    .gives(Gives::Nothing(200)),
    get(
        "/containers/{name}/archive",
        Handler::ContainerArchiveGet,
        "copy files out of it",
    )
    .query(&[required(text("path"))])
    .gives(Gives::Tar),
    route(
        Method::Put,
        "/containers/{name}/archive",
        State::Served(Handler::ContainerArchivePut),
        "copy files into it",
    )
    .query(&[
        required(text("path")),
        flag("noOverwriteDirNonDir"),
        flag("copyUIDGID"),
    ])
    .body(Body::Tar)
    .gives(Gives::Nothing(200)),
    post(
        "/containers/prune",
        Handler::ContainerPrune,
        "remove all that are stopped",
    )
    .query(&[FILTERS])
    .since(25),
    post("/commit", Handler::Commit, "make an image of a container")
        .query(&[
            text("container"),
            text("repo"),
            text("tag"),
            text("comment"),
            text("author"),
            flag("pause"),
            texts("changes"),
        ])
        .body(Body::Json(zero::<container::Config>))
        .gives(CREATED),
    post(
        "/containers/{name}/exec",
        Handler::ExecCreate,
        "prepare a further program in it",
    )
    .body(Body::Json(zero::<exec::ExecCreateRequest>))
    .gives(CREATED),
    post("/exec/{id}/start", Handler::ExecStart, "run it")
        .body(Body::Json(zero::<exec::ExecStartRequest>))
        .gives(Gives::Hijacked),
    post(
        "/exec/{id}/resize",
        Handler::ExecResize,
        "tell its terminal another size",
    )
    .query(SIZE)
    .gives(Gives::Nothing(200)),
    get("/exec/{id}/json", Handler::ExecInspect, "inspect it"),
    get(
        "/_ping",
        Handler::Ping,
        "whether the daemon answers, and which versions",
    )
    .gives(Gives::Text),
    route(
        Method::Head,
        "/_ping",
        State::Served(Handler::PingHead),
        "whether the daemon answers, and which versions",
    )
    .gives(Gives::Nothing(200)),
    get("/version", Handler::Version, "the daemon's version"),
    get("/info", Handler::Info, "the daemon and its machine"),
    get("/events", Handler::Events, "what happens, as it happens")
        .query(&[text("since"), text("until"), FILTERS])
        .gives(Gives::JsonLines),
    get("/system/df", Handler::DiskUsage, "what is on the disk").query(&[texts("type"), flag("verbose")]),
    post("/auth", Handler::Auth, "prove to a registry who one is")
        .body(Body::Json(zero::<registry::AuthConfig>))
        .reads(true),
    get("/images/json", Handler::ImageList, "list images").query(&[
        flag("all"),
        FILTERS,
        flag("shared-size"),
        flag("digests"),
        flag("manifests"),
        flag("identity"),
    ]),
    post("/images/create", Handler::ImageCreate, "pull or import an image")
        .query(&[
            text("fromImage"),
            text("fromSrc"),
            text("repo"),
            text("tag"),
            text("message"),
            texts("changes"),
            text("platform"),
        ])
        .body(Body::Tar)
        .gives(Gives::JsonLines),
    get("/images/search", Handler::ImageSearch, "search Docker Hub").query(&[
        required(text("term")),
        number("limit"),
        FILTERS,
    ]),
    get("/images/get", Handler::ImageSave, "images as an archive")
        .query(&[texts("names"), texts("platform")])
        .gives(Gives::Tar),
    get(
        "/images/{name}/get",
        Handler::ImageSaveOne,
        "an image as an archive",
    )
    .query(&[texts("platform")])
    .gives(Gives::Tar),
    get(
        "/images/{name}/history",
        Handler::ImageHistory,
        "how it came to be",
    )
    .query(&[text("platform")]),
    get("/images/{name}/json", Handler::ImageInspect, "inspect an image")
        .query(&[flag("manifests"), text("platform")]),
    get(
        "/images/{name}/attestations",
        Handler::ImageAttestations,
        "what others say of it",
    )
    .query(&[text("platform"), texts("type"), flag("statement")])
    .since(55),
    post(
        "/images/load",
        Handler::ImageLoad,
        "take images out of an archive",
    )
    .query(&[flag("quiet"), texts("platform")])
    .body(Body::Tar)
    .gives(Gives::JsonLines),
    post(
        "/images/{name}/push",
        Handler::ImagePush,
        "send an image to its registry",
    )
    .query(&[text("tag"), text("platform")])
    .gives(Gives::JsonLines),
    post(
        "/images/{name}/tag",
        Handler::ImageTag,
        "give an image another name",
    )
    .query(&[required(text("repo")), text("tag")])
    .gives(Gives::Nothing(201)),
    post("/images/prune", Handler::ImagePrune, "remove all that are unused")
        .query(&[FILTERS])
        .since(25),
    delete(
        "/images/{name}",
        Handler::ImageRemove,
        "remove an image or a name of it",
    )
    .query(&[flag("force"), flag("noprune"), texts("platforms")]),
    get("/networks", Handler::NetworkList, "list networks").query(&[FILTERS]),
    get("/networks/", Handler::NetworkList, "list networks").query(&[FILTERS]),
    post("/networks/create", Handler::NetworkCreate, "create a network")
        .body(Body::Json(zero::<network::CreateRequest>))
        .gives(CREATED),
    post(
        "/networks/prune",
        Handler::NetworkPrune,
        "remove all that are unused",
    )
    .query(&[FILTERS])
    .since(25),
    get("/networks/{name}", Handler::NetworkInspect, "inspect a network")
        .query(&[flag("verbose"), text("scope")]),
    post(
        "/networks/{name}/connect",
        Handler::NetworkConnect,
        "join a container to it",
    )
    .body(Body::Json(zero::<network::ConnectRequest>))
    .gives(Gives::Nothing(200)),
    post(
        "/networks/{name}/disconnect",
        Handler::NetworkDisconnect,
        "take a container out of it",
    )
    .body(Body::Json(zero::<network::DisconnectRequest>))
    .gives(Gives::Nothing(200)),
    delete("/networks/{name}", Handler::NetworkRemove, "remove a network").gives(NO_CONTENT),
    get("/volumes", Handler::VolumeList, "list volumes").query(&[FILTERS]),
    post("/volumes/create", Handler::VolumeCreate, "create a volume")
        .body(Body::Json(zero::<volume::CreateRequest>))
        .gives(CREATED),
    post(
        "/volumes/prune",
        Handler::VolumePrune,
        "remove all that are unused",
    )
    .query(&[FILTERS])
    .since(25),
    get("/volumes/{name}", Handler::VolumeInspect, "inspect a volume"),
    delete("/volumes/{name}", Handler::VolumeRemove, "remove a volume")
        .query(&[flag("force")])
        .gives(NO_CONTENT),
    get(
        "/distribution/{name}/json",
        Handler::DistributionInspect,
        "what an image at its registry is",
    )
    .since(30),
    get(
        "/metrics",
        Handler::Metrics,
        "numbers for Prometheus; Sampan's own",
    )
    .gives(Gives::Text),
    get("/live", Handler::Live, "whether the daemon runs; Sampan's own").gives(Gives::Text),
    get(
        "/ready",
        Handler::Ready,
        "whether the daemon takes requests; Sampan's own",
    )
    .gives(Gives::Text),
    get(
        "/openapi.json",
        Handler::OpenApi,
        "these routes as a document; Sampan's own",
    ),
    later(Method::Post, "/build", Later::Build, "build an image"),
    later(
        Method::Post,
        "/build/prune",
        Later::Build,
        "remove what builds kept",
    )
    .since(31),
    later(Method::Post, "/build/cancel", Later::Build, "end a build"),
    later(
        Method::Post,
        "/session",
        Later::Session,
        "open a connection back to the client",
    ),
    later(
        Method::Post,
        "/grpc",
        Later::Session,
        "open a connection to the builder",
    ),
    later(
        Method::Get,
        "/containers/{name}/checkpoints",
        Later::Checkpoint,
        "list checkpoints",
    ),
    later(
        Method::Post,
        "/containers/{name}/checkpoints",
        Later::Checkpoint,
        "make a checkpoint",
    ),
    later(
        Method::Delete,
        "/containers/{name}/checkpoints/{checkpoint}",
        Later::Checkpoint,
        "remove a checkpoint",
    ),
    later(
        Method::Put,
        "/volumes/{name}",
        Later::Swarm,
        "change a volume of a swarm",
    )
    .since(42),
    later(Method::Get, "/swarm", Later::Swarm, "inspect the swarm"),
    later(Method::Post, "/swarm/init", Later::Swarm, "make a swarm"),
    later(Method::Post, "/swarm/join", Later::Swarm, "join a swarm"),
    later(Method::Post, "/swarm/leave", Later::Swarm, "leave the swarm"),
    later(Method::Post, "/swarm/update", Later::Swarm, "change the swarm"),
    later(
        Method::Get,
        "/swarm/unlockkey",
        Later::Swarm,
        "the key of the swarm",
    ),
    later(Method::Post, "/swarm/unlock", Later::Swarm, "unlock the swarm"),
    later(Method::Get, "/services", Later::Swarm, "list services"),
    later(Method::Post, "/services/create", Later::Swarm, "create a service"),
    later(
        Method::Get,
        "/services/{id}/logs",
        Later::Swarm,
        "read a service's log",
    ),
    later(Method::Get, "/services/{id}", Later::Swarm, "inspect a service"),
    later(
        Method::Post,
        "/services/{id}/update",
        Later::Swarm,
        "change a service",
    ),
    later(Method::Delete, "/services/{id}", Later::Swarm, "remove a service"),
    later(Method::Get, "/nodes", Later::Swarm, "list nodes"),
    later(Method::Get, "/nodes/{id}", Later::Swarm, "inspect a node"),
    later(Method::Delete, "/nodes/{id}", Later::Swarm, "remove a node"),
    later(Method::Post, "/nodes/{id}/update", Later::Swarm, "change a node"),
    later(Method::Get, "/tasks", Later::Swarm, "list tasks"),
    later(Method::Get, "/tasks/{id}/logs", Later::Swarm, "read a task's log"),
    later(Method::Get, "/tasks/{id}", Later::Swarm, "inspect a task"),
    later(Method::Get, "/secrets", Later::Swarm, "list secrets").since(25),
    later(Method::Post, "/secrets/create", Later::Swarm, "create a secret").since(25),
    later(Method::Get, "/secrets/{id}", Later::Swarm, "inspect a secret").since(25),
    later(Method::Delete, "/secrets/{id}", Later::Swarm, "remove a secret").since(25),
    later(
        Method::Post,
        "/secrets/{id}/update",
        Later::Swarm,
        "change a secret",
    )
    .since(25),
    later(Method::Get, "/configs", Later::Swarm, "list configs").since(30),
    later(Method::Post, "/configs/create", Later::Swarm, "create a config").since(30),
    later(Method::Get, "/configs/{id}", Later::Swarm, "inspect a config").since(30),
    later(Method::Delete, "/configs/{id}", Later::Swarm, "remove a config").since(30),
    later(
        Method::Post,
        "/configs/{id}/update",
        Later::Swarm,
        "change a config",
    )
    .since(30),
    later(Method::Get, "/plugins", Later::Plugins, "list plugins"),
    later(
        Method::Get,
        "/plugins/privileges",
        Later::Plugins,
        "what a plugin asks for",
    ),
    later(Method::Post, "/plugins/pull", Later::Plugins, "install a plugin"),
    later(Method::Post, "/plugins/create", Later::Plugins, "make a plugin"),
    later(
        Method::Get,
        "/plugins/{name}/json",
        Later::Plugins,
        "inspect a plugin",
    ),
    later(
        Method::Delete,
        "/plugins/{name}",
        Later::Plugins,
        "remove a plugin",
    ),
    later(
        Method::Post,
        "/plugins/{name}/enable",
        Later::Plugins,
        "enable a plugin",
    ),
    later(
        Method::Post,
        "/plugins/{name}/disable",
        Later::Plugins,
        "disable a plugin",
    ),
    later(
        Method::Post,
        "/plugins/{name}/upgrade",
        Later::Plugins,
        "renew a plugin",
    )
    .since(26),
    later(
        Method::Post,
        "/plugins/{name}/push",
        Later::Plugins,
        "send a plugin",
    ),
    later(
        Method::Post,
        "/plugins/{name}/set",
        Later::Plugins,
        "configure a plugin",
    ),
];
