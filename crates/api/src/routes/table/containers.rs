//! Containers and what runs in them.

use super::{
    Body, CREATED, FILTERS, Gives, Handler, Later, Method, NO_CONTENT, Param, Route, State, delete, flag,
    get, later, number, post, required, route, text, texts, zero,
};
use crate::{container, exec};

const STREAMS: &[Param] = &[
    text("detachKeys"),
    flag("logs"),
    flag("stream"),
    flag("stdin"),
    flag("stdout"),
    flag("stderr"),
];
const SIZE: &[Param] = &[required(number("h")), required(number("w"))];

pub(super) static ROUTES: &[Route] = &[
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
    // Before the next, whose variable part would swallow it.
    later(
        Method::Delete,
        "/containers/{name}/checkpoints/{checkpoint}",
        Later::Checkpoint,
        "remove a checkpoint",
    ),
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
];
