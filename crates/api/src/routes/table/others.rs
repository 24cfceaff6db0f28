//! The daemon, networks and volumes.

use super::{
    Body, CREATED, FILTERS, Gives, Handler, Method, NO_CONTENT, Param, Route, State, delete, flag, get,
    number, post, route, text, texts, zero,
};
use crate::{call, deploy, network, registry, volume};

/// Of a call whose values are no JSON.
const CALL: &[Param] = &[text("function"), text("session"), number("timeout")];

pub(super) static ROUTES: &[Route] = &[
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
    post("/build", Handler::Build, "build an image")
        .query(&[
            text("dockerfile"),
            texts("t"),
            text("remote"),
            texts("extrahosts"),
            flag("q"),
            flag("nocache"),
            text("cachefrom"),
            flag("pull"),
            flag("rm"),
            flag("forcerm"),
            number("memory"),
            number("memswap"),
            number("cpushares"),
            text("cpusetcpus"),
            text("cpusetmems"),
            number("cpuperiod"),
            number("cpuquota"),
            text("buildargs"),
            number("shmsize"),
            flag("squash"),
            text("labels"),
            text("networkmode"),
            text("platform"),
            text("target"),
            text("outputs"),
            text("version"),
            text("ulimits"),
            text("cgroupparent"),
            texts("securityopt"),
            text("isolation"),
            text("session"),
            text("buildid"),
        ])
        .body(Body::Tar)
        .gives(Gives::JsonLines),
    post("/build/prune", Handler::BuildPrune, "remove what builds kept")
        .query(&[
            FILTERS,
            flag("all"),
            number("keep-storage"),
            number("reserved-space"),
            number("max-used-space"),
            number("min-free-space"),
        ])
        .since(31),
    post(
        "/session",
        Handler::Session,
        "open a connection back to the client",
    )
    .gives(Gives::Hijacked),
    post("/grpc", Handler::Grpc, "open a connection to the builder").gives(Gives::Hijacked),
    post(
        "/sampan/v1/containers/{name}/call",
        Handler::ContainerCall,
        "call a function; Sampan's own",
    )
    .query(CALL)
    .body(Body::Json(zero::<call::CallRequest>)),
    get(
        "/sampan/v1/containers/{name}/functions",
        Handler::ContainerFunctions,
        "the functions that can be called, with their types; Sampan's own",
    ),
    post(
        "/sampan/v1/images/{name}/call",
        Handler::ImageCall,
        "call a function of an image, without grants; Sampan's own",
    )
    .query(CALL)
    .body(Body::Json(zero::<call::CallRequest>)),
    get(
        "/sampan/v1/images/{name}/functions",
        Handler::ImageFunctions,
        "the functions of an image, with their types; Sampan's own",
    ),
    post(
        "/sampan/v1/containers/{name}/deploy",
        Handler::ContainerDeploy,
        "have another image's program answer, without a pause; Sampan's own",
    )
    .body(Body::Json(zero::<deploy::DeployRequest>)),
    get(
        "/sampan/v1/containers/{name}/versions",
        Handler::ContainerVersions,
        "the versions that answer, and what each has answered; Sampan's own",
    ),
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
];
