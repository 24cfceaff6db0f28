//! Health checks: a command in the container, an export of its program, or a request to it.

use std::sync::Arc;
use std::time::Duration;

use sampan_api::StrSlice;
use sampan_api::Time;
use sampan_api::container::{Config, Health, HealthConfig, HealthcheckResult};
use sampan_api::exec::ExecCreateRequest;
use sampan_runtime::Attach;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use super::Supervisor;
use super::cell::Cell;
use super::error::{Result, SupervisorError};

/// How much of an output is kept.
const OUTPUT: usize = 4096;
/// How many results are kept.
const RESULTS: usize = 5;
const USUAL: Duration = Duration::from_secs(30);
const USUAL_AT_START: Duration = Duration::from_secs(5);
const LEAST: i64 = 1_000_000;

/// What a check does.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Probe {
    /// Runs a program in the container.
    Command(Vec<String>),
    /// Asks over HTTP; below 400 is well.
    Http { authority: String, path: String },
}

/// Reads what is to be done; `None` where nothing is.
fn probe(config: &Config) -> Result<Option<Probe>> {
    let Some(check) = &config.healthcheck else {
        return Ok(None);
    };
    let wrong = |why: &str| Err(SupervisorError::Invalid(format!("Healthcheck: {why}")));
    let Some((kind, rest)) = check.test.split_first() else {
        return Ok(None);
    };
    Ok(Some(match (kind.as_str(), rest) {
        ("NONE", _) => return Ok(None),
        ("CMD", [_, ..]) => Probe::Command(rest.to_vec()),
        ("CMD-SHELL", [_, ..]) => {
            let shell = config.shell.as_ref().map(|shell| shell.0.clone());
            let mut words = shell.unwrap_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned()]);
            words.extend(rest.iter().cloned());
            Probe::Command(words)
        }
        ("CMD-EXPORT", [name]) => Probe::Command(vec![format!("#{name}")]),
        ("HTTP", [url]) => {
            let Some(rest) = url.strip_prefix("http://") else {
                return wrong("only `http://` addresses can be asked");
            };
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let authority = match authority.rsplit_once(':') {
                Some(_) => authority.to_owned(),
                None => format!("{authority}:80"),
            };
            Probe::Http {
                authority,
                path: format!("/{path}"),
            }
        }
        ("CMD" | "CMD-SHELL" | "CMD-EXPORT" | "HTTP", _) => return wrong("the test has no command"),
        (other, _) => {
            return wrong(&format!(
                "unknown type of test `{other}`; use CMD, CMD-SHELL, CMD-EXPORT, HTTP or NONE"
            ));
        }
    }))
}

/// Refuses checks that cannot be made.
pub(crate) fn check(config: &Config) -> Result<()> {
    if let Some(health) = &config.healthcheck {
        for (what, nanos) in [
            ("Interval", health.interval),
            ("Timeout", health.timeout),
            ("StartPeriod", health.start_period),
            ("StartInterval", health.start_interval),
        ] {
            if nanos != 0 && nanos < LEAST {
                return Err(SupervisorError::Invalid(format!(
                    "{what} in Healthcheck cannot be less than 1ms"
                )));
            }
        }
        if health.retries < 0 {
            return Err(SupervisorError::Invalid(
                "Retries in Healthcheck cannot be negative".to_owned(),
            ));
        }
    }
    probe(config).map(drop)
}

/// The path that is asked for where a check is one over HTTP, and how long its answer may take.
pub(crate) fn http(config: &Config) -> Option<(String, Duration)> {
    let timeout = config.healthcheck.as_ref().map_or(0, |check| check.timeout);
    match probe(config) {
        Ok(Some(Probe::Http { path, .. })) => Some((path, span(timeout, USUAL))),
        _ => None,
    }
}

/// What is shown of a container that was just started, or taken over. The results of its last run stay, as in dockerd.
pub(crate) fn at_start(config: &Config, before: Option<Health>) -> Option<Health> {
    probe(config).ok().flatten().map(|_| Health {
        status: "starting".to_owned(),
        failing_streak: 0,
        ..before.unwrap_or_default()
    })
}

/// What is shown of a container that has ended: nobody would take it for healthy.
pub(crate) fn at_end(health: Health) -> Health {
    Health {
        status: "unhealthy".to_owned(),
        ..health
    }
}

fn span(nanos: i64, usual: Duration) -> Duration {
    match u64::try_from(nanos) {
        Ok(nanos) if nanos > 0 => Duration::from_nanos(nanos),
        _ => usual,
    }
}

impl Supervisor {
    /// Checks a run again and again, until it ends.
    pub(crate) fn watch_health(&self, cell: &Arc<Cell>, run: u64) {
        let record = cell.record();
        let (Ok(Some(probe)), Some(check)) = (probe(&record.config), record.config.healthcheck.clone())
        else {
            return;
        };
        let (me, cell) = (self.clone(), cell.clone());
        tokio::spawn(async move {
            let mut phase = cell.phase.subscribe();
            let exits = phase.borrow().exits;
            tokio::select! {
                () = me.checks(&cell, run, &probe, &check) => {}
                _ = phase.wait_for(|now| now.exits > exits || now.removed) => {}
            }
        });
    }

    async fn checks(&self, cell: &Arc<Cell>, run: u64, probe: &Probe, check: &HealthConfig) {
        let interval = span(check.interval, USUAL);
        let at_start = span(check.start_interval, USUAL_AT_START).min(interval);
        // A container that was taken over from an earlier daemon has its time of grace once.
        let (ran, watched) = {
            let live = cell.live();
            (Time::now().since(live.state.started), tokio::time::Instant::now())
        };
        let age = || ran + watched.elapsed();
        let grace = span(check.start_period, Duration::ZERO);
        let timeout = span(check.timeout, USUAL);
        loop {
            let starting = {
                let live = cell.live();
                live.state.health.as_ref().is_some_and(|h| h.status == "starting")
            };
            let graced = starting && age() < grace;
            tokio::time::sleep(if graced { at_start } else { interval }).await;
            if cell.live().state.paused {
                continue;
            }
            let graced = starting && age() < grace;
            let start = Time::now();
            let (code, output) = match tokio::time::timeout(timeout, self.probe(cell, probe)).await {
                Ok(Ok(result)) => result,
                Ok(Err(error)) => (-1, error.to_string()),
                Err(_) => (-1, format!("Health check exceeded timeout ({timeout:?})")),
            };
            let result = HealthcheckResult {
                start,
                end: Time::now(),
                exit_code: code,
                output,
            };
            if !self.note_health(cell, run, result, check, graced) {
                return;
            }
        }
    }

    /// Takes a result in. `false` when the run is over.
    fn note_health(
        &self,
        cell: &Arc<Cell>,
        run: u64,
        result: HealthcheckResult,
        check: &HealthConfig,
        graced: bool,
    ) -> bool {
        let retries = if check.retries > 0 { check.retries } else { 3 };
        let changed = {
            let mut live = cell.live();
            if live.run != run || !live.state.running {
                return false;
            }
            let Some(health) = &mut live.state.health else {
                return false;
            };
            let before = health.status.clone();
            if result.exit_code == 0 {
                health.failing_streak = 0;
                "healthy".clone_into(&mut health.status);
            } else if !graced {
                health.failing_streak += 1;
                if health.failing_streak >= retries {
                    "unhealthy".clone_into(&mut health.status);
                }
            }
            health.log.push(result);
            let more = health.log.len().saturating_sub(RESULTS);
            health.log.drain(..more);
            (health.status != before).then(|| health.status.clone())
        };
        if let Some(status) = changed {
            self.container_event(cell, &format!("health_status: {status}"), &[]);
        }
        true
    }

    async fn probe(&self, cell: &Arc<Cell>, probe: &Probe) -> Result<(i64, String)> {
        match probe {
            Probe::Command(words) => self.probe_command(cell, words).await,
            Probe::Http { authority, path } => probe_http(authority, path).await,
        }
    }

    async fn probe_command(&self, cell: &Arc<Cell>, words: &[String]) -> Result<(i64, String)> {
        let request = ExecCreateRequest {
            attach_stdout: true,
            attach_stderr: true,
            cmd: Some(StrSlice(words.to_vec())),
            ..ExecCreateRequest::default()
        };
        let exec = self.new_exec(cell, request)?;
        let hold = self.run_exec(cell, &exec, None, false).await?;
        // Dropped with this future, when the time is over.
        let _ended = EndOnDrop(&exec);
        let attach = Attach {
            stdin: false,
            stdout: true,
            stderr: true,
        };
        let socket = hold.join(attach).await?.socket;
        hold.start().await?;
        let output = read_frames(socket).await.unwrap_or_default();
        let ending = hold.wait().await?;
        Ok((i64::from(ending.code()), output))
    }
}

struct EndOnDrop<'e>(&'e super::execs::Exec);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        // After its end this does nothing.
        self.0.end();
    }
}

/// Reads what a program wrote, of both streams, to its end; keeps the first part.
async fn read_frames(socket: std::os::fd::OwnedFd) -> std::io::Result<String> {
    let socket = std::os::unix::net::UnixStream::from(socket);
    socket.set_nonblocking(true)?;
    let mut socket = UnixStream::from_std(socket)?;
    let mut kept = Vec::new();
    let mut head = [0; 8];
    while socket.read_exact(&mut head).await.is_ok() {
        let mut left = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let mut part = [0; 4096];
        while left > 0 {
            let most = left.min(part.len());
            let got = socket.read(&mut part[..most]).await?;
            if got == 0 {
                break;
            }
            left -= got;
            let room = OUTPUT.saturating_sub(kept.len()).min(got);
            kept.extend_from_slice(&part[..room]);
        }
    }
    Ok(String::from_utf8_lossy(&kept).into_owned())
}

/// Asks with one request, and looks at the status alone.
async fn probe_http(authority: &str, path: &str) -> Result<(i64, String)> {
    let asked = async {
        let mut stream = TcpStream::connect(authority).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(OUTPUT as u64).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = match asked.await {
        Ok(answer) => String::from_utf8_lossy(&answer).into_owned(),
        Err(error) => return Ok((1, format!("{authority}: {error}"))),
    };
    let status = answer.lines().next().unwrap_or_default().to_owned();
    let code: u16 = status
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0);
    Ok((i64::from(!(200..400).contains(&code)), status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(words: &[&str]) -> Config {
        Config {
            healthcheck: Some(HealthConfig {
                test: words.iter().map(|w| (*w).to_owned()).collect(),
                ..HealthConfig::default()
            }),
            ..Config::default()
        }
    }

    #[test]
    fn tests_are_parsed_and_nonsense_is_refused() {
        let command = |words: &[&str]| Some(Probe::Command(words.iter().map(|w| (*w).to_owned()).collect()));
        assert_eq!(probe(&test(&["CMD", "a", "b"])).unwrap(), command(&["a", "b"]));
        assert_eq!(
            probe(&test(&["CMD-SHELL", "a b"])).unwrap(),
            command(&["/bin/sh", "-c", "a b"])
        );
        assert_eq!(probe(&test(&["CMD-EXPORT", "ok"])).unwrap(), command(&["#ok"]));
        assert_eq!(probe(&test(&["NONE"])).unwrap(), None);
        assert!(at_start(&test(&["HTTP", "http://localhost:1/x"]), None).is_some());
        for bad in [&["CMD"][..], &["HTTP", "ftp://x"], &["WHAT", "x"]] {
            assert!(check(&test(bad)).is_err(), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_over_http_is_well_or_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            for status in ["200 OK", "500 No"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = [0; 256];
                let _ = stream.read(&mut asked).await.unwrap();
                let answer = format!("HTTP/1.1 {status}\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        assert_eq!(probe_http(&authority, "/").await.unwrap().0, 0);
        let (code, output) = probe_http(&authority, "/").await.unwrap();
        assert_eq!((code, output.as_str()), (1, "HTTP/1.1 500 No"));
    }
}
