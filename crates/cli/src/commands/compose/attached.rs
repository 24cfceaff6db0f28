//! What several containers write, line by line, each with its name before it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use futures::stream::{FuturesUnordered, StreamExt};
use sampan_api::Time;
use sampan_api::event::Message;
use sampan_client::{Client, Filters, JsonLines, LogOptions, OutputStream};
use sampan_compose::Container;

use crate::app::App;
use crate::error::CliError;

const COLOURS: [AnsiColor; 10] = [
    AnsiColor::Cyan,
    AnsiColor::Yellow,
    AnsiColor::Green,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::BrightCyan,
    AnsiColor::BrightYellow,
    AnsiColor::BrightGreen,
    AnsiColor::BrightMagenta,
    AnsiColor::BrightBlue,
];

/// The longest line that is kept until its end comes.
const LINE_MAX: usize = 64 << 10;

/// How lines are shown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    pub(crate) no_color: bool,
    pub(crate) no_prefix: bool,
}

/// Writes lines of several containers.
#[derive(Debug)]
pub(crate) struct Lines {
    color: bool,
    prefix: bool,
    width: usize,
    seen: BTreeMap<String, usize>,
    project: String,
}

impl Lines {
    pub(crate) fn new(app: &App<'_>, project: &str, style: Look, containers: &[String]) -> Self {
        Self {
            color: !style.no_color && app.printer.color() && std::io::stdout().is_terminal(),
            prefix: !style.no_prefix,
            width: containers
                .iter()
                .map(|name| short(project, name).chars().count())
                .max()
                .unwrap_or(0),
            seen: BTreeMap::new(),
            project: project.to_owned(),
        }
    }

    fn write(&mut self, container: &str, stream: OutputStream, line: &[u8]) -> Result<(), CliError> {
        let mut out = Vec::with_capacity(line.len() + 64);
        if self.prefix {
            let name = short(&self.project, container);
            self.width = self.width.max(name.chars().count());
            let next = self.seen.len();
            let index = *self.seen.entry(name.to_owned()).or_insert(next);
            let head = format!("{name:<width$} |", width = self.width);
            if self.color {
                let style: Style = COLOURS[index % COLOURS.len()].on_default();
                out.extend_from_slice(format!("{style}{head}{style:#} ").as_bytes());
            } else {
                out.extend_from_slice(format!("{head} ").as_bytes());
            }
        }
        out.extend_from_slice(line);
        out.push(b'\n');
        let written = match stream {
            OutputStream::Stdout => {
                let mut stdout = std::io::stdout().lock();
                stdout.write_all(&out).and_then(|()| stdout.flush())
            }
            OutputStream::Stderr => std::io::stderr().lock().write_all(&out),
        };
        written.map_err(CliError::Output)
    }
}

/// A container's name without the project's.
fn short<'n>(project: &str, name: &'n str) -> &'n str {
    name.strip_prefix(project)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(name)
}

/// Shows one container's log until it ends.
pub(crate) async fn follow(
    client: &Client,
    id: &str,
    name: &str,
    options: &LogOptions,
    lines: &std::cell::RefCell<Lines>,
) -> Result<(), CliError> {
    let terminal = match client.inspect_container(id).await {
        Ok(inspected) => inspected.config.tty,
        // It went away before anybody could look.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut output = match client.container_logs(id, options, terminal).await {
        Ok(output) => output,
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut kept: [Vec<u8>; 2] = [Vec::new(), Vec::new()];
    while let Some((stream, bytes)) = output.next().await? {
        let buffer = &mut kept[usize::from(stream == OutputStream::Stderr)];
        buffer.extend_from_slice(&bytes);
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            lines.borrow_mut().write(name, stream, line)?;
        }
        if buffer.len() > LINE_MAX {
            let line = std::mem::take(buffer);
            lines.borrow_mut().write(name, stream, &line)?;
        }
    }
    for (stream, rest) in [OutputStream::Stdout, OutputStream::Stderr].into_iter().zip(kept) {
        if !rest.is_empty() {
            lines.borrow_mut().write(name, stream, &rest)?;
        }
    }
    Ok(())
}

/// What happened to a container that is followed.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) service: String,
    pub(crate) name: String,
    pub(crate) code: i64,
}

/// A container that is there when all were started.
pub(crate) struct Begun {
    pub(crate) container: Container,
    /// Whether it ran before anything was started, so that no event tells of it.
    pub(crate) ran_before: bool,
}

/// Follows containers of a project as they start.
pub(crate) struct Follower<'f> {
    client: &'f Client,
    lines: std::cell::RefCell<Lines>,
    events: JsonLines<Message>,
    options: LogOptions,
    /// From when on a container's lines are new.
    since: BTreeMap<String, String>,
    begun: String,
    /// Services whose lines are wanted.
    shown: Box<dyn Fn(&str) -> bool + 'f>,
    running: BTreeSet<String>,
}

impl<'f> Follower<'f> {
    /// Asks for the project's events from now on. Nothing that starts after this is missed.
    pub(crate) async fn new(
        client: &'f Client,
        project: &str,
        lines: Lines,
        options: LogOptions,
        shown: impl Fn(&str) -> bool + 'f,
    ) -> Result<Self, CliError> {
        let mut filters = Filters::default();
        filters.add("type", "container");
        filters.add("label", &format!("com.docker.compose.project={project}"));
        for action in ["start", "die"] {
            filters.add("event", action);
        }
        let begun = seconds(Time::now());
        Ok(Self {
            client,
            lines: std::cell::RefCell::new(lines),
            events: client.events(None, None, &filters).await?,
            options,
            since: BTreeMap::new(),
            begun,
            shown: Box::new(shown),
            running: BTreeSet::new(),
        })
    }

    /// Follows until `ended` says that it is enough, or nothing runs and `nobody_is_left`. `already` are the containers
    /// that there are when all were started.
    pub(crate) async fn run(
        &mut self,
        already: tokio::sync::oneshot::Receiver<Vec<Begun>>,
        mut ended: impl AsyncFnMut(&Ended) -> Result<bool, CliError>,
        nobody_is_left: impl AsyncFn() -> Result<bool, CliError>,
    ) -> Result<(), CliError> {
        let Self {
            client,
            lines,
            events,
            options,
            since,
            begun,
            shown,
            running,
        } = self;
        let (client, lines, options): (&Client, &_, &LogOptions) = (client, lines, options);
        let mut streams = FuturesUnordered::new();
        let mut followed: BTreeSet<String> = BTreeSet::new();
        let mut already = Some(already);
        let mut started: BTreeSet<String> = BTreeSet::new();
        // Containers whose start is known before its event has come.
        let mut expected: BTreeSet<String> = BTreeSet::new();
        let stream = |id: String, name: String, since: String| async move {
            let options = LogOptions {
                since: Some(since),
                ..options.clone()
            };
            let result = follow(client, &id, &name, &options, lines).await;
            (id, result)
        };
        let mut last: Vec<Ended> = Vec::new();
        loop {
            let known = async {
                match already.as_mut() {
                    Some(receiver) => receiver.await.ok(),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                containers = known => {
                    already = None;
                    for Begun { container, ran_before } in containers.into_iter().flatten() {
                        let id = container.id().to_owned();
                        if !ran_before {
                            if !started.contains(&id) {
                                expected.insert(id);
                            }
                            continue;
                        }
                        running.insert(id.clone());
                        if shown(&container.service) && followed.insert(id.clone()) {
                            streams.push(stream(id, container.name.clone(), begun.clone()));
                        }
                    }
                }
                event = events.next() => {
                    let Some(event) = event? else { return Ok(()) };
                    let attribute = |name: &str| event.actor.attributes.get(name).cloned().unwrap_or_default();
                    let id = event.actor.id.clone();
                    if attribute("com.docker.compose.oneoff").eq_ignore_ascii_case("true") {
                        continue;
                    }
                    let service = attribute("com.docker.compose.service");
                    if event.action == "start" {
                        expected.remove(&id);
                        started.insert(id.clone());
                        running.insert(id.clone());
                        if shown(&service) && followed.insert(id.clone()) {
                            let from = since.get(&id).unwrap_or(begun).clone();
                            streams.push(stream(id, final_name(&attribute("name")).to_owned(), from));
                        }
                    } else {
                        running.remove(&id);
                        since.insert(id.clone(), format!("{}.{:09}", event.time, event.time_nano.rem_euclid(1_000_000_000)));
                        last.push(Ended {
                            service,
                            name: final_name(&attribute("name")).to_owned(),
                            code: attribute("exitCode").parse().unwrap_or(0),
                        });
                    }
                }
                Some((id, result)) = streams.next(), if !streams.is_empty() => {
                    followed.remove(&id);
                    result?;
                }
            }
            // An end is told when its last lines were.
            while !last.is_empty() && (streams.is_empty() || !running.is_empty()) {
                let one = last.remove(0);
                if ended(&one).await? {
                    // What those that still run have written meanwhile is not lost to the person.
                    while let Some((_, result)) = streams.next().await {
                        result?;
                    }
                    return Ok(());
                }
            }
            let idle = running.is_empty() && expected.is_empty() && streams.is_empty() && last.is_empty();
            if idle && already.is_none() && nobody_is_left().await? {
                return Ok(());
            }
        }
    }
}

/// A container that takes another's place has for a moment a name with an id before it.
fn final_name(name: &str) -> &str {
    match name.split_once('_') {
        Some((id, rest)) if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) => rest,
        _ => name,
    }
}

fn seconds(time: Time) -> String {
    format!("{}.{:09}", time.unix(), time.subsec_nanos())
}
