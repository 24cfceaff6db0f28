//! From a request's line to its route.

use super::{Method, Route, routes};

/// Finds the route of a path without its version, and what stands at its (last) variable part.
///
/// Routes are tried in the table's order, so that the one path that is the busiest is found first, and a path without
/// a variable part before those with one.
pub fn find(method: Method, path: &str) -> Option<(&'static Route, &str)> {
    routes()
        .filter(|route| route.method == method)
        .find_map(|route| fits(route.path, path).map(|name| (route, name)))
}

/// What stands at the variable part, which is empty for a template without one.
fn fits<'p>(template: &str, path: &'p str) -> Option<&'p str> {
    let Some(open) = template.find('{') else {
        return (template == path).then_some("");
    };
    let rest = path.strip_prefix(&template[..open])?;
    let template = &template[template[open..].find('}')? + open + 1..];
    let Some(next) = template.find('{') else {
        let name = rest.strip_suffix(template)?;
        return (!name.is_empty()).then_some(name);
    };
    // A template with two variable parts: the first holds no slash.
    let middle = &template[..next];
    let at = rest.find(middle)?;
    (at > 0).then(|| fits(&template[next..], &rest[at + middle.len()..]))?
}

#[cfg(test)]
mod tests {
    use super::super::{Handler, State};
    use super::*;

    fn found(method: Method, path: &str) -> Option<(Handler, &str)> {
        match find(method, path)? {
            (
                Route {
                    state: State::Served(handler),
                    ..
                },
                name,
            ) => Some((*handler, name)),
            _ => None,
        }
    }

    #[test]
    fn paths_find_their_routes() {
        use Method::{Delete, Get, Head, Post};
        for (method, path, want) in [
            (Get, "/containers/json", Some((Handler::ContainerList, ""))),
            (Get, "/containers/a/json", Some((Handler::ContainerInspect, "a"))),
            (
                Get,
                "/containers/json/json",
                Some((Handler::ContainerInspect, "json")),
            ),
            (Get, "/containers//json", None),
            (Post, "/containers/a/start", Some((Handler::ContainerStart, "a"))),
            (
                Get,
                "/containers/a/attach/ws",
                Some((Handler::ContainerAttachWebsocket, "a")),
            ),
            (
                Get,
                "/images/localhost:5000/a/b/json",
                Some((Handler::ImageInspect, "localhost:5000/a/b")),
            ),
            (Delete, "/images/a/b", Some((Handler::ImageRemove, "a/b"))),
            (Get, "/networks/", Some((Handler::NetworkList, ""))),
            (Get, "/networks/a", Some((Handler::NetworkInspect, "a"))),
            (Head, "/_ping", Some((Handler::PingHead, ""))),
            (Head, "/info", None),
            (Post, "/containers/json", None),
            (Get, "/nothing", None),
        ] {
            assert_eq!(found(method, path), want, "{path}");
        }
        assert!(find(Delete, "/containers/a/checkpoints/b").is_some_and(|(_, name)| name == "b"));
    }

    #[test]
    fn every_handler_has_one_route_and_every_route_is_found() {
        for handler in Handler::ALL {
            let routes = routes().filter(|r| r.state == State::Served(*handler)).count();
            assert!(
                routes == 1 || (routes == 2 && *handler == Handler::NetworkList),
                "{handler:?}: {routes}"
            );
        }
        for route in routes() {
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(
                find(route.method, &path).map(|(found, _)| found.path),
                Some(route.path)
            );
        }
    }
}
