//! Images and their registries.

use super::{Body, FILTERS, Gives, Handler, Route, delete, flag, get, number, post, required, text, texts};

pub(super) static ROUTES: &[Route] = &[
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
    get("/images/search", Handler::ImageSearch, "search a registry").query(&[
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
    get(
        "/distribution/{name}/json",
        Handler::DistributionInspect,
        "what an image at its registry is",
    )
    .since(30),
];
