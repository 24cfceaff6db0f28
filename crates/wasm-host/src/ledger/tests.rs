use std::net::SocketAddr;
use std::sync::atomic::AtomicUsize;

use super::*;

fn given() -> Grants {
    Grants {
        mounts: vec![
            "/a:/a".parse().unwrap(),
            "/b:/b".parse().unwrap(),
            "/c:/c".parse().unwrap(),
        ],
        tmpfs: vec!["/tmp".parse().unwrap()],
        net: vec!["*:*".parse().unwrap()],
        http: vec!["*".parse().unwrap()],
        ..Grants::default()
    }
}

#[test]
fn a_run_leaves_the_smallest_grants() {
    let ledger = Ledger::new(&given());
    ledger.touch_mount(0, false);
    ledger.touch_mount(2, false);
    ledger.touch_mount(2, true);
    ledger.touch_mount(3, true);
    ledger.connect(
        Some("db"),
        "10.0.0.7".parse().unwrap(),
        5432,
        Transport::Tcp,
        true,
    );
    ledger.connect(None, "10.0.0.8".parse().unwrap(), 1, Transport::Udp, false);
    ledger.request(true, "api.example.com", 443, true);
    ledger.read_env();
    let used = ledger.used();
    assert_eq!(
        used.mounts,
        [Some(Access::ReadOnly), None, Some(Access::ReadWrite)]
    );
    assert!(used.env && !used.tmpfs[0] && !used.truncated);
    let least = used.smallest_grants(&given());
    assert_eq!(
        serde_json::to_value(&least).unwrap(),
        serde_json::json!({
            "mounts": [
                { "source": "/a", "target": "/a", "access": "read-only" },
                { "source": "/c", "target": "/c", "access": "read-write" },
            ],
            "tmpfs": [],
            "net": ["db:5432"],
            "http": ["https://api.example.com"],
            "listen": [],
        })
    );
}

#[test]
fn a_guest_that_asks_without_end_fills_nothing() {
    let ledger = Ledger::new(&Grants::default());
    for i in 0..20_000_u32 {
        let address = IpAddr::from(i.to_be_bytes());
        ledger.connect(None, address, 1, Transport::Tcp, false);
        ledger.lookup(&format!("n{i}"), &[], false);
        ledger.refuse(Refusal::Lookup {
            name: format!("n{i}"),
        });
    }
    let used = ledger.used();
    assert_eq!(used.connects.len(), ENTRIES);
    assert_eq!(used.names.len(), ENTRIES);
    assert_eq!(ledger.refusals().len(), REFUSALS);
    assert!(used.truncated);
}

#[test]
fn a_refusal_is_told_once() {
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    let ledger = Ledger::telling(&Grants::default(), |_| {
        TOLD.fetch_add(1, Ordering::Relaxed);
    });
    for _ in 0..3 {
        ledger.refuse(Refusal::Lookup { name: "db".into() });
    }
    ledger.refuse(Refusal::Lookup { name: "other".into() });
    assert_eq!(TOLD.load(Ordering::Relaxed), 2);
}

#[test]
fn threads_write_into_one_record() {
    let ledger = Ledger::new(&given());
    std::thread::scope(|scope| {
        for t in 0..4_u16 {
            let ledger = Arc::clone(&ledger);
            scope.spawn(move || {
                for port in 0..100 {
                    ledger.connect(
                        None,
                        IpAddr::from([127, 0, 0, 1]),
                        100 * t + port,
                        Transport::Tcp,
                        true,
                    );
                    ledger.touch_mount(usize::from(t), port % 2 == 0);
                }
            });
        }
    });
    assert_eq!(ledger.used().connects.len(), 400);
}

#[test]
fn refusals_name_the_flag_that_grants_them() {
    let address = |a: &str| a.parse::<SocketAddr>().unwrap();
    let cases = [
        (
            Refusal::Connect {
                name: Some("db".into()),
                address: address("10.0.0.7:5432"),
                transport: Transport::Tcp,
            },
            "a connection to db:5432",
            "add `--allow-net db:5432`",
        ),
        (
            Refusal::Connect {
                name: None,
                address: address("[::1]:53"),
                transport: Transport::Udp,
            },
            "a connection to [::1]:53/udp",
            "add `--allow-net [::1]:53/udp`",
        ),
        (
            Refusal::Listen {
                address: address("0.0.0.0:80"),
                transport: Transport::Tcp,
            },
            "listening on 0.0.0.0:80",
            "add `--allow-listen 0.0.0.0:80`",
        ),
        (
            Refusal::Request {
                tls: true,
                host: "api.example.com".into(),
                port: 443,
            },
            "a request to https://api.example.com:443",
            "add `--allow-http api.example.com`",
        ),
        (
            Refusal::Inward {
                name: "a.example.com".into(),
                address: "169.254.169.254".parse().unwrap(),
                http: false,
            },
            "the inside address 169.254.169.254 by the public name a.example.com",
            "add `--allow-net 169.254.169.254:PORT`",
        ),
    ];
    for (refusal, text, hint) in cases {
        assert_eq!(refusal.to_string(), text);
        assert_eq!(refusal.hint(), hint);
    }
}
