use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};

use super::*;
use crate::net::Resolving;

/// A server that answers each connection in the same way, and counts them.
struct Server {
    address: SocketAddr,
    met: Arc<AtomicUsize>,
}

fn serve(answer: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let met = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&met);
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = Arc::clone(&answer);
            // What a client does to a connection is its own affair.
            std::thread::spawn(move || drop(answer(stream)));
        }
    });
    Server { address, met }
}

/// Reads the head of a request.
fn head(stream: &mut TcpStream) -> io::Result<String> {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        text.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Answers with the request's own head.
fn echo() -> Server {
    serve(|mut stream| {
        let head = head(&mut stream)?;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{head}",
            head.len()
        )
    })
}

fn says(text: &'static str) -> Server {
    serve(move |mut stream| {
        head(&mut stream)?;
        stream.write_all(text.as_bytes())?;
        // The connection stays open until the client has enough.
        let _ = stream.read(&mut [0]);
        Ok(())
    })
}

struct Known(HashMap<String, Vec<IpAddr>>);

impl Resolve for Known {
    fn resolve(&self, name: &str) -> Resolving {
        let answer = self.0.get(name).cloned();
        Box::pin(async move { answer.ok_or_else(|| io::Error::other("no such name")) })
    }
}

struct Guest {
    client: HttpClient,
    ledger: Arc<Ledger>,
}

fn guest_of(rules: &[&str], mode: Mode, authorities: Vec<CertificateDer<'static>>) -> Guest {
    let grants = Grants {
        http: rules.iter().map(|r| r.parse().unwrap()).collect(),
        ..Grants::default()
    };
    let ledger = Ledger::new(&grants);
    let here = vec![IpAddr::from([127, 0, 0, 1])];
    let known = ["localhost", "db", "rebound.example", "other.example"];
    let known = Known(known.iter().map(|n| ((*n).to_owned(), here.clone())).collect());
    Guest {
        client: HttpClient::with(&grants, mode, &ledger, Arc::new(known), authorities),
        ledger,
    }
}

fn guest(rules: &[&str]) -> Guest {
    guest_of(rules, Mode::Enforce, Vec::new())
}

fn request(uri: &str) -> http::Request<WasiBody> {
    let body = Empty::<Bytes>::new()
        .map_err(|never| match never {})
        .boxed_unsync();
    http::Request::get(uri)
        .header("host", "a lie")
        .body(body)
        .unwrap()
}

impl Guest {
    async fn begin(
        &self,
        request: http::Request<WasiBody>,
        options: RequestOptions,
    ) -> Result<http::Response<WasiBody>, Error> {
        let mut client = self.client.clone();
        let sent = client.send_request(request, Some(options), Box::new(std::future::ready(Ok(()))));
        let (response, rest) = Box::into_pin(sent).await?;
        tokio::spawn(Box::into_pin(rest));
        Ok(response)
    }

    async fn get(&self, uri: &str) -> Result<(u16, String), Error> {
        let response = self.begin(request(uri), RequestOptions::default()).await?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

fn run<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

#[test]
fn what_is_granted_is_sent_with_its_own_host() {
    let server = echo();
    let port = server.address.port();
    let guest = guest(&[&format!("http://127.0.0.1:{port}"), &format!("localhost:{port}")]);
    let (status, text) = run(guest.get(&format!("http://127.1:{port}/a?b=c"))).unwrap();
    assert_eq!(status, 200);
    assert!(text.starts_with("GET /a?b=c HTTP/1.1\r\n"), "{text}");
    assert!(text.contains(&format!("host: 127.0.0.1:{port}\r\n")), "{text}");
    assert!(!text.contains("a lie"), "{text}");
    let (_, text) = run(guest.get(&format!("http://LocalHost:{port}"))).unwrap();
    assert!(
        text.starts_with("GET / HTTP/1.1\r\n") && text.contains("host: localhost"),
        "{text}"
    );
    let used = guest.ledger.used();
    assert!(used.requests.iter().all(|r| r.allowed) && used.requests.len() == 2);
    let learnt = used.smallest_grants(&Grants::default());
    assert_eq!(learnt.http[1].to_string(), format!("http://localhost:{port}"));
}

#[test]
fn what_is_not_granted_reaches_nobody() {
    let server = echo();
    let port = server.address.port();
    let guest = guest(&[
        "example.com",
        "https://localhost",
        "http://10.0.0.0/8:*",
        &format!("https://127.0.0.1:{port}"),
    ]);
    for uri in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://0177.0.0.1:{port}/"),
        format!("http://example.com.evil.example:{port}/"),
        "http://localhost/".to_owned(),
    ] {
        let result = run(guest.get(&uri));
        assert!(
            matches!(result, Err(Error::HttpRequestDenied)),
            "{uri}: {result:?}"
        );
    }
    assert_eq!(server.met.load(Ordering::SeqCst), 0);
    let told = guest.ledger.refusals();
    assert_eq!(
        told[0].to_string(),
        format!("a request to http://127.0.0.1:{port}")
    );
    assert_eq!(told[0].hint(), format!("add `--allow-http 127.0.0.1:{port}`"));
    assert!(guest.ledger.used().requests.iter().all(|r| !r.allowed));
}

#[test]
fn a_public_name_does_not_lead_inside() {
    let server = echo();
    let port = server.address.port();
    let uri = format!("http://rebound.example:{port}/");
    let plain = guest(&[&format!("rebound.example:{port}")]);
    assert!(matches!(run(plain.get(&uri)), Err(Error::HttpRequestDenied)));
    assert_eq!(server.met.load(Ordering::SeqCst), 0);
    assert_eq!(plain.ledger.refusals()[0].hint(), "add `--allow-http 127.0.0.1`");

    let both = guest(&[&format!("rebound.example:{port}"), &format!("127.0.0.1:{port}")]);
    assert_eq!(run(both.get(&uri)).unwrap().0, 200);
    // The address's rule does not bring in names that have none.
    assert!(run(both.get(&format!("http://other.example:{port}/"))).is_err());
    let inside = guest(&[&format!("db:{port}")]);
    assert_eq!(run(inside.get(&format!("http://db:{port}/"))).unwrap().0, 200);
}

#[test]
fn what_is_learnt_is_enough() {
    let server = echo();
    let uri = format!("http://rebound.example:{}/", server.address.port());
    let learner = guest_of(&[], Mode::Learn, Vec::new());
    assert_eq!(run(learner.get(&uri)).unwrap().0, 200);
    let learnt = learner.ledger.used().smallest_grants(&Grants::default());
    let rules: Vec<String> = learnt.http.iter().map(ToString::to_string).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    assert_eq!(run(guest(&rules).get(&uri)).unwrap().0, 200, "{rules:?}");
}

#[test]
fn redirects_are_the_guests_business() {
    let other = echo();
    let text = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{}/\r\nContent-Length: 0\r\n\r\n",
        other.address.port()
    );
    let server = says(text.leak());
    let (status, _) = run(guest(&["*:*"]).get(&format!("http://{}/", server.address))).unwrap();
    assert_eq!(status, 302);
    assert_eq!(other.met.load(Ordering::SeqCst), 0);
}

#[test]
fn what_can_be_read_in_two_ways_is_not_sent() {
    let guest = guest(&["*:*"]);
    for uri in [
        "http://good@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0/",
    ] {
        let result = run(guest.get(uri));
        assert!(
            matches!(result, Err(Error::HttpRequestUriInvalid)),
            "{uri}: {result:?}"
        );
    }
    let mut tunnel = request("http://127.0.0.1:1/");
    *tunnel.method_mut() = http::Method::CONNECT;
    let result = run(guest.begin(tunnel, RequestOptions::default()));
    assert!(matches!(result, Err(Error::HttpRequestMethodInvalid)));
}

#[test]
fn silence_ends() {
    let short = RequestOptions {
        first_byte_timeout: Some(Duration::from_millis(50)),
        between_bytes_timeout: Some(Duration::from_millis(50)),
        ..RequestOptions::default()
    };
    let guest = guest(&["*:*"]);
    let mute = says("");
    let result = run(guest.begin(request(&format!("http://{}/", mute.address)), short));
    assert!(matches!(result, Err(Error::ConnectionReadTimeout)), "{result:?}");

    let stuck = says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    let result = run(async {
        let response = guest
            .begin(request(&format!("http://{}/", stuck.address)), short)
            .await?;
        response.into_body().collect().await
    });
    assert!(matches!(result, Err(Error::ConnectionReadTimeout)));
}

#[test]
fn a_hostile_server_gets_little() {
    let guest = guest(&["*:*"]);
    let endless = serve(|mut stream| {
        head(&mut stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
        loop {
            stream.write_all(b"x-more: and more and more and more and more\r\n")?;
        }
    });
    let cut = serve(|mut stream| {
        head(&mut stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    });
    let noise = serve(|mut stream| {
        head(&mut stream)?;
        stream.write_all(&[0xff; 1000])
    });
    let nobody = serve(|_| Ok(()));
    for server in [endless, cut, noise, nobody] {
        assert!(run(guest.get(&format!("http://{}/", server.address))).is_err());
    }
    // A port where nobody listens any more.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(matches!(
        run(guest.get(&format!("http://{gone}/"))),
        Err(Error::Connect(_))
    ));
}

#[test]
fn requests_under_way_are_bounded() {
    let server = says("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    let uri = format!("http://{}/", server.address);
    let guest = guest(&["*:*"]);
    run(async {
        let mut open = Vec::new();
        for _ in 0..REQUESTS_AT_A_TIME {
            open.push(
                guest
                    .begin(request(&uri), RequestOptions::default())
                    .await
                    .unwrap(),
            );
        }
        let more = guest.begin(request(&uri), RequestOptions::default()).await;
        assert!(matches!(more, Err(Error::ConnectionLimitReached)));
        open.pop();
        assert!(
            guest
                .begin(request(&uri), RequestOptions::default())
                .await
                .is_ok()
        );
    });
}

/// A server of TLS with a certificate for `localhost`, and that certificate.
fn secure() -> (SocketAddr, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls_pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let server = serve(move |mut socket| {
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
        let mut stream = rustls::Stream::new(&mut tls, &mut socket);
        let mut seen = [0; 1];
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut seen)?;
            head.push(seen[0]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    });
    (server.address, certificate)
}

#[test]
fn tls_proves_whom_it_speaks_to() {
    let (address, certificate) = secure();
    let rules = [
        &*format!("https://localhost:{}", address.port()),
        &*format!("https://{address}"),
    ];
    let uri = format!("https://localhost:{}/", address.port());
    let trusting = guest_of(&rules, Mode::Enforce, vec![certificate]);
    assert_eq!(run(trusting.get(&uri)).unwrap(), (200, "ok".to_owned()));
    let elsewhere = run(trusting.get(&format!("https://{address}/")));
    assert!(
        matches!(elsewhere, Err(Error::Tls(_))),
        "the certificate is not for the address: {elsewhere:?}"
    );
    let wary = guest_of(&rules, Mode::Enforce, Vec::new());
    assert!(matches!(run(wary.get(&uri)), Err(Error::Tls(_))));
}

/// Answers every request of a connection with its own head.
fn keeps() -> Server {
    serve(|mut stream| {
        loop {
            let head = head(&mut stream)?;
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{head}",
                head.len()
            )?;
        }
    })
}

#[test]
fn a_connection_rests_for_the_next_request_to_the_same_server_of_the_same_guest() {
    run(async {
        let (one, other) = (keeps(), keeps());
        let guest = guest(&["localhost:*", "db:*"]);
        let uri = |host: &str, server: &Server| format!("http://{host}:{}/", server.address.port());
        for _ in 0..5 {
            assert_eq!(guest.get(&uri("localhost", &one)).await.unwrap().0, 200);
        }
        assert_eq!(
            one.met.load(Ordering::SeqCst),
            1,
            "one connection for five requests"
        );
        guest.get(&uri("localhost", &other)).await.unwrap();
        assert_eq!(
            other.met.load(Ordering::SeqCst),
            1,
            "another port is another server"
        );
        guest.get(&uri("db", &one)).await.unwrap();
        assert_eq!(
            one.met.load(Ordering::SeqCst),
            2,
            "another name is another server"
        );
        let stranger = guest_of(&["localhost:*"], Mode::Enforce, Vec::new());
        stranger.get(&uri("localhost", &one)).await.unwrap();
        assert_eq!(one.met.load(Ordering::SeqCst), 3, "another guest has its own");
        // What is not granted is refused, although a connection to that server rests.
        assert!(matches!(
            stranger.get(&uri("db", &one)).await,
            Err(Error::HttpRequestDenied)
        ));
    });
}

#[test]
fn a_connection_that_its_server_closed_or_that_was_not_read_is_not_used_again() {
    run(async {
        // One response for each connection, which is closed behind it.
        let closing = echo();
        let guest = guest(&["localhost:*"]);
        let uri = format!("http://localhost:{}/", closing.address.port());
        for i in 1..=5 {
            assert_eq!(guest.get(&uri).await.unwrap().0, 200);
            assert_eq!(closing.met.load(Ordering::SeqCst), i);
        }
        let keeping = keeps();
        let uri = format!("http://localhost:{}/", keeping.address.port());
        for i in 1..=3 {
            let unread = guest
                .begin(request(&uri), RequestOptions::default())
                .await
                .unwrap();
            drop(unread);
            assert_eq!(keeping.met.load(Ordering::SeqCst), i);
        }
    });
}
