//! `sampan serve`: components that are HTTP servers, in the foreground, one or several on a port.

use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use clap::Args;
use futures::future::select_all;
use sampan_engine::containers::{Finished, RunRequest, Running};
use sampan_types::{Ending, PublishedPort, Route, Signal};

use crate::app::App;
use crate::commands::run::{self, RunArgs};
use crate::error::CliError;
use crate::terminal::Signals;
use crate::trace;

/// Where servers are found that were told nothing else.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The flags of `sampan serve`: those of `sampan run`, and routes.
#[derive(Debug, Args)]
#[command(mut_arg("words", |words| words
    .required(false)
    .help("A .wasm or .wat file, or an image; all that follows are the program's own arguments")))]
#[command(mut_arg("publish", |publish| publish
    .help("Answer on a port of this machine [default: 127.0.0.1:8080]")))]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    run: RunArgs,
    /// Answer a part of the address with a file or image: `api.example.com/v1=api.wasm`, `/static=files:1`. The host is
    /// settled first, then the longest path; grants and limits are given to each
    #[arg(long, value_name = "HOST/PATH=FILE|IMAGE", help_heading = "Serving")]
    route: Vec<RouteFlag>,
}

/// A part of the address and what answers there.
#[derive(Clone, Debug)]
struct RouteFlag {
    route: Route,
    target: String,
}

impl FromStr for RouteFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((route, target)) if !target.is_empty() => Ok(Self {
                route: route.parse().map_err(|error| format!("{error}"))?,
                target: target.to_owned(),
            }),
            _ => Err("write HOST/PATH=FILE|IMAGE, such as `api.example.com/v1=api.wasm`".to_owned()),
        }
    }
}

/// Serves, and gives the exit code: that of the first server that ends.
pub(crate) fn run(app: &App<'_>, args: ServeArgs) -> Result<u8, CliError> {
    let ServeArgs { mut run, route } = args;
    match (run.words.is_empty(), route.is_empty()) {
        (true, true) => {
            return Err(CliError::Usage(
                "name a file or image to serve, or some with `--route`",
            ));
        }
        (false, false) => {
            return Err(CliError::Usage(
                "with `--route` each file or image is named there: leave out the one that stands alone",
            ));
        }
        _ => {}
    }
    if run.daemon.any() {
        return Err(CliError::Usage(
            "`sampan serve` serves in the foreground: for the daemon use `sampan run -d -p 8080:80`",
        ));
    }
    if run.learn.is_some() {
        return Err(CliError::Usage(
            "`sampan serve` does not learn: use `sampan run -p 8080:80 --learn FILE`",
        ));
    }
    let all_frames = run.trace;
    trace::begin(app.printer, all_frames);
    if run.publish.is_empty() {
        run.publish = vec![PublishedPort {
            host: USUAL,
            container: 80,
        }];
    }
    let scheme = run.serving.scheme();
    let engine = app.engine()?;
    let services = services(run, route);
    let mut requests = Vec::with_capacity(services.len());
    for (args, routes) in services {
        let mut request = run::request(app, &engine, args)?;
        request.serving.routes = routes;
        requests.push(request);
    }
    let progress = app.progress();
    let finished = app.block_on(async {
        let mut signals = Signals::new().map_err(CliError::Signals)?;
        let starting = async {
            let mut running: Vec<Running<'_>> = Vec::new();
            for mut request in requests {
                if let Some(owner) = running.first() {
                    beside(&mut request, owner);
                }
                running.push(engine.create(request, &progress).await?);
            }
            // Who has the ports is last: it answers when all can.
            for one in running.iter().rev() {
                one.start().await?;
            }
            Ok::<_, CliError>(running)
        };
        let running = tokio::select! {
            running = starting => running?,
            // Nothing needs undoing that the next collection does not do.
            signal = signals.next() => return Ok(Err(Ending::Signalled { signal }.code())),
        };
        for address in running.iter().flat_map(Running::published) {
            app.printer.done("serving", format_args!("{scheme}://{address}/"));
        }
        until_the_end(running, &mut signals).await.map(Ok)
    })?;
    match finished {
        Err(code) => Ok(code),
        Ok(finished) => {
            for one in &finished {
                app.show_ending(one, all_frames);
            }
            Ok(finished.first().map_or(0, |first| first.ending.code()))
        }
    }
}

/// What is to run for which part of the address: one server for each file or image, however many routes lead to it.
fn services(run: RunArgs, flags: Vec<RouteFlag>) -> Vec<(RunArgs, Vec<Route>)> {
    if flags.is_empty() {
        return vec![(run, Vec::new())];
    }
    let mut services: Vec<(RunArgs, Vec<Route>)> = Vec::new();
    for RouteFlag { route, target } in flags {
        let known = services
            .iter_mut()
            .find(|(args, _)| args.words.first() == Some(&target));
        match known {
            Some((_, routes)) => routes.push(route),
            None => {
                let words = vec![target];
                services.push((RunArgs { words, ..run.clone() }, vec![route]));
            }
        }
    }
    services
}

/// Has it answer on the ports of another.
fn beside(request: &mut RunRequest, owner: &Running<'_>) {
    request.publish.clear();
    request.access_log = None;
    request.serving.tls.clear();
    request.beside = Some(owner.id().clone());
}

/// Passes signals on until all have ended. Servers on one port end together: where one does, the others are asked to.
async fn until_the_end(
    mut running: Vec<Running<'_>>,
    signals: &mut Signals,
) -> Result<Vec<Finished>, CliError> {
    let mut finished = Vec::with_capacity(running.len());
    let mut asked = false;
    while !running.is_empty() {
        let ended = async {
            let (_, index, _) = select_all(running.iter().map(|one| Box::pin(one.wait()))).await;
            index
        };
        tokio::select! {
            index = ended => {
                finished.push(running.remove(index).finish().await?);
                if !asked {
                    asked = true;
                    running.iter().for_each(|other| other.kill(Signal::Terminate));
                }
            }
            signal = signals.next() => {
                asked = true;
                running.iter().for_each(|one| one.kill(signal));
            }
        }
    }
    Ok(finished)
}
