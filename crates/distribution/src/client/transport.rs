//! Sends single requests: picks the connection, follows redirects without taking credentials along, and
//! waits no longer than allowed. It knows nothing of images, tokens or repeated attempts.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, LOCATION};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::Url;

use super::body::Body;
use super::config::{ClientConfig, Proxies};
use super::endpoint::{Endpoint, Security, clean, is_loopback, same_origin};
use super::error::ClientError;
use super::tls::{self, Peer};
use super::wire::{self, Broken};

const MAX_REDIRECTS: usize = 6;
/// How long a loopback port may take to show that it speaks TLS.
const PROBE: Duration = Duration::from_secs(3);

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// Sent to the origin of `url` alone.
    pub(crate) authorization: Option<HeaderValue>,
}

#[derive(Debug)]
pub(crate) struct Transport {
    config: Arc<ClientConfig>,
    /// Connection pools, made when first needed: `None` is for plain HTTP.
    clients: Mutex<HashMap<Option<(String, bool)>, reqwest::Client>>,
    /// Which scheme a host speaks, where that had to be found out.
    schemes: Mutex<HashMap<String, &'static str>>,
}

impl Transport {
    pub(crate) fn new(config: Arc<ClientConfig>) -> Self {
        Self {
            config,
            clients: Mutex::default(),
            schemes: Mutex::default(),
        }
    }

    /// An address of this endpoint, with the scheme that it speaks.
    pub(crate) async fn url(&self, endpoint: &Endpoint, path: &str) -> Result<Url, ClientError> {
        let scheme = match endpoint.security {
            Security::Tls => "https",
            Security::Plain => "http",
            Security::TlsOrPlain | Security::Anything => self.find_scheme(endpoint).await?,
        };
        endpoint.url(scheme, path)
    }

    /// Docker's way for registries where plain HTTP is allowed: TLS first, HTTP where no TLS is spoken. A
    /// certificate that is not trusted shows that TLS is spoken, and is an error.
    async fn find_scheme(&self, endpoint: &Endpoint) -> Result<&'static str, ClientError> {
        let known = lock(&self.schemes).get(&endpoint.host).copied();
        if let Some(scheme) = known {
            return Ok(scheme);
        }
        let url = endpoint.url("https", "/v2/")?;
        let limit = if is_loopback(&endpoint.host) {
            PROBE
        } else {
            self.config.timeouts.connect
        };
        let probe = self.client(endpoint, &url)?.get(url).timeout(limit).send().await;
        match probe.map_err(|e| wire::sort(&endpoint.name, e)) {
            Ok(_) => {
                self.learn(endpoint, "https");
                Ok("https")
            }
            Err(error @ ClientError::Certificate { .. }) => Err(error),
            // Nobody there looks the same; what is spoken is known when an answer comes.
            Err(_) => Ok("http"),
        }
    }

    fn learn(&self, endpoint: &Endpoint, scheme: &'static str) {
        let before = lock(&self.schemes).insert(endpoint.host.clone(), scheme);
        if before != Some(scheme) {
            tracing::debug!(host = endpoint.host, scheme, "found how the registry speaks");
        }
    }

    /// Whether a request on behalf of this endpoint may go to this address.
    pub(crate) fn check(
        &self,
        endpoint: &Endpoint,
        from: Option<&Url>,
        url: &Url,
    ) -> Result<(), ClientError> {
        let refuse = |why| {
            Err(ClientError::Pointer {
                registry: endpoint.name.clone(),
                target: shown(url),
                why,
            })
        };
        let host = authority(url);
        match url.scheme() {
            "https" => Ok(()),
            "http" if from.is_some_and(|from| same_origin(from, url)) => Ok(()),
            "http" if self.is_told_insecure(&host) => Ok(()),
            "http" if endpoint.security == Security::Plain && is_own(endpoint, url) => Ok(()),
            // A registry elsewhere has no business with the services of this machine.
            "http" if is_loopback(&host) && is_loopback(&endpoint.host) => Ok(()),
            "http" => refuse("which is not encrypted"),
            _ => refuse("which is not an HTTP address"),
        }
    }

    fn is_told_insecure(&self, host: &str) -> bool {
        self.config.registries.get(host).is_some_and(|r| r.insecure)
    }

    /// Sends, and follows redirects. Any status is an answer.
    pub(crate) async fn send(
        &self,
        endpoint: &Endpoint,
        mut request: Request,
    ) -> Result<reqwest::Response, ClientError> {
        self.check(endpoint, Some(&request.url), &request.url)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send_one(endpoint, &request).await?;
            if request.url.scheme() == "http" && is_own(endpoint, &request.url) {
                self.learn(endpoint, "http");
            }
            let Some(target) = redirect(&request, &response) else {
                return Ok(response);
            };
            let bad = |target: String, why| ClientError::Pointer {
                registry: endpoint.name.clone(),
                target,
                why,
            };
            let target = target.map_err(|text| bad(clean(&text), "which is not an address"))?;
            self.check(endpoint, Some(&request.url), &target)?;
            if !same_origin(&request.url, &target) {
                if matches!(request.body, Body::Secret(_)) {
                    return Err(bad(shown(&target), "which must not see the credentials"));
                }
                request.authorization = None;
            }
            if response.status() == StatusCode::SEE_OTHER && request.method != Method::HEAD {
                request.method = Method::GET;
                request.body = Body::Empty;
            }
            request.url = target;
        }
        Err(ClientError::Pointer {
            registry: endpoint.name.clone(),
            target: shown(&request.url),
            why: "after too many redirects",
        })
    }

    async fn send_one(
        &self,
        endpoint: &Endpoint,
        request: &Request,
    ) -> Result<reqwest::Response, ClientError> {
        let client = self.client(endpoint, &request.url)?;
        let mut builder = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if let Some(authorization) = &request.authorization {
            builder = builder.header(AUTHORIZATION, authorization.clone());
        }
        if !matches!(request.body, Body::Empty) || matches!(request.method, Method::POST | Method::PUT) {
            builder = builder
                .header(CONTENT_LENGTH, request.body.len())
                .body(request.body.to_reqwest());
        }
        let answer = builder.send();
        tokio::pin!(answer);
        let mut last_sent = None;
        // A long upload is alive as long as bytes leave.
        loop {
            match tokio::time::timeout(self.config.timeouts.idle, &mut answer).await {
                Ok(response) => return response.map_err(|e| wire::sort(&endpoint.name, e)),
                Err(_) => {
                    let sent = match &request.body {
                        Body::File(range) => Some(range.sent.load(Ordering::Relaxed)),
                        Body::Empty | Body::Bytes(_) | Body::Secret(_) => None,
                    };
                    if sent.is_none() || sent == last_sent {
                        return Err(self.timed_out(endpoint));
                    }
                    last_sent = sent;
                }
            }
        }
    }

    /// The next piece of an answer's body.
    pub(crate) async fn chunk(
        &self,
        endpoint: &Endpoint,
        response: &mut reqwest::Response,
    ) -> Result<Option<bytes::Bytes>, ClientError> {
        match tokio::time::timeout(self.config.timeouts.idle, response.chunk()).await {
            Ok(chunk) => chunk.map_err(|e| wire::sort(&endpoint.name, e)),
            Err(_) => Err(self.timed_out(endpoint)),
        }
    }

    fn timed_out(&self, endpoint: &Endpoint) -> ClientError {
        let seconds = self.config.timeouts.idle.as_secs();
        ClientError::Timeout {
            registry: endpoint.name.clone(),
            source: Broken::say(&format!("nothing came for {seconds} s")),
        }
    }

    fn client(&self, endpoint: &Endpoint, url: &Url) -> Result<reqwest::Client, ClientError> {
        let host = authority(url);
        let own = is_own(endpoint, url);
        let verify = !(own && endpoint.security == Security::Anything || self.is_told_insecure(&host));
        let key = (url.scheme() == "https").then(|| (host.clone(), verify));
        if let Some(client) = lock(&self.clients).get(&key) {
            return Ok(client.clone());
        }
        let peer = key.is_some().then(|| {
            let mut names = vec![host];
            if own {
                names.extend([endpoint.host.clone(), endpoint.name.clone()]);
            }
            names.dedup();
            Peer { names, verify }
        });
        let client = self.build(peer.as_ref())?;
        lock(&self.clients).insert(key, client.clone());
        Ok(client)
    }

    fn build(&self, peer: Option<&Peer>) -> Result<reqwest::Client, ClientError> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config(&self.config, peer)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(&self.config.user_agent)
            .connect_timeout(self.config.timeouts.connect)
            .http2_adaptive_window(true)
            .no_proxy();
        for proxy in proxies(&self.config.proxies)? {
            builder = builder.proxy(proxy);
        }
        builder.build().map_err(|e| ClientError::Setup {
            source: Broken::from_chain(&e.without_url()),
        })
    }
}

fn proxies(config: &Proxies) -> Result<Vec<reqwest::Proxy>, ClientError> {
    let direct = format!(
        "localhost,127.0.0.0/8,::1,{}",
        config.no_proxy.as_deref().unwrap_or_default()
    );
    let mut found = Vec::new();
    for (scheme, address) in [("http", &config.http), ("https", &config.https)] {
        let Some(address) = address
            .as_ref()
            .map(|a| a.expose().trim())
            .filter(|a| !a.is_empty())
        else {
            continue;
        };
        let proxy = match scheme {
            "http" => reqwest::Proxy::http(address),
            _ => reqwest::Proxy::https(address),
        };
        let proxy = proxy.map_err(|_| ClientError::ProxyAddress { scheme })?;
        found.push(proxy.no_proxy(reqwest::NoProxy::from_string(&direct)));
    }
    Ok(found)
}

/// Where an answer sends the client, or the text that should have been an address.
fn redirect(request: &Request, response: &reqwest::Response) -> Option<Result<Url, String>> {
    let status = response.status();
    let safe = matches!(request.method, Method::GET | Method::HEAD);
    let follow = match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => safe,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        _ => false,
    };
    if !follow {
        return None;
    }
    let text = String::from_utf8_lossy(response.headers().get(LOCATION)?.as_bytes()).into_owned();
    let target = request.url.join(&text);
    // The query may be a signature, which no message shows.
    Some(target.map_err(|_| text.split('?').next().unwrap_or_default().to_owned()))
}

fn is_own(endpoint: &Endpoint, url: &Url) -> bool {
    let own = endpoint.url(url.scheme(), "/");
    own.is_ok_and(|own| same_origin(&own, url))
}

/// Host with the port that is written, as registries are named.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// An address without its query, which may hold a signature, nor a password.
fn shown(url: &Url) -> String {
    clean(&format!("{}://{}{}", url.scheme(), authority(url), url.path()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
