//! What the shop promises its customers.

use std::collections::{BTreeMap, BTreeSet};

use sampan_testkit::until;
use serde_json::json;

use crate::customers::{Customers, Known, ask, order};
use crate::install;
use crate::remains::{Remains, ids};
use crate::shop::{SERVICES, Shop};

#[test]
#[ignore = "accept: makes images of Debian's packages and builds crates"]
fn no_committed_order_is_lost_whoever_is_killed() {
    let Some(mut shop) = Shop::open() else { return };
    shop.ok("sampan compose build");
    let before = Remains::of(&shop.host, &BTreeSet::new());
    shop.ok("sampan compose up -d --wait");
    let mut seen = ids(&shop.host);
    the_front_sees_the_shop_alone(&shop);
    what_cannot_be_is_refused();

    let customers = Customers::come(4);
    customers.are_served();
    for service in SERVICES {
        let was = shop.kill(service);
        shop.is_back(service, was);
        customers.are_served();
    }
    // Without a daemon orders are placed as well. Who dies meanwhile comes back with it.
    shop.host.fell();
    customers.are_served();
    shop.host.start();
    let [postgres, front] = ["postgres", "shop"].map(|service| (service, shop.kill(service)));
    shop.host.fell();
    shop.host.start();
    for (service, was) in [postgres, front] {
        shop.is_back(service, was);
    }
    customers.are_served();
    let known = customers.leave();
    let kept = books_are_right(&shop, &known);

    shop.ok("sampan compose down");
    shop.ok("sampan compose up -d --wait");
    seen.extend(ids(&shop.host));
    assert_eq!(books_are_right(&shop, &known), kept);
    assert_eq!(order("after", "tea", 2).unwrap().0, 201);

    shop.ok("sampan compose down -v");
    let mut after = None;
    let what = "what the shop leaves to be as before";
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while std::time::Instant::now() < end && after.as_ref() != Some(&before) {
        after = Some(Remains::of(&shop.host, &seen));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(after.as_ref(), Some(&before), "{what}");
}

#[test]
#[ignore = "accept: makes images of Debian's packages, and unpacks docker-compose 2.40 from Debian sid"]
fn docker_compose_2_40_brings_the_same_file_up() {
    let Some(shop) = Shop::open() else { return };
    let compose = install::docker_compose();
    let compose = compose.display();
    shop.ok(&format!("{compose} up -d --build --wait"));
    let (status, placed) = order("one", "rice", 3).unwrap();
    assert_eq!(status, 201, "{placed}");
    is_booked(1);
    shop.ok(&format!("{compose} down -v"));
    assert_eq!(ids(&shop.host), BTreeSet::new());
}

/// Networks keep the front away from the database, and the database from the world.
fn the_front_sees_the_shop_alone(shop: &Shop) {
    let found = |service: &str, name: &str| {
        let line = format!("sampan compose exec -T {service} getent hosts {name} || echo nobody");
        shop.ok(&line) != "nobody\n"
    };
    assert!(found("nginx", "shop"));
    assert!(!found("nginx", "postgres"));
    assert!(found("postgres", "redis"));
}

fn what_cannot_be_is_refused() {
    for (key, item, quantity, wanted) in [
        ("a", "nothing", 1, 404),
        ("b", "junk", 2, 409),
        ("c", "tea", 0, 400),
        ("d", "junk", 1, 201),
        // The same once more is the same order; another one of the same key is none.
        ("d", "junk", 1, 200),
        ("d", "tea", 1, 409),
        ("e", "junk", 1, 409),
    ] {
        let (status, answer) = order(key, item, quantity).unwrap();
        assert_eq!(status, wanted, "{key} {item}: {answer}");
    }
    assert_eq!(ask("POST", "/orders", "{").unwrap().0, 400);
    assert_eq!(ask("GET", "/orders/1000000", "").unwrap().0, 404);
    is_booked(1);
}

/// Waits until this many orders are there, and all of them booked.
#[track_caller]
fn is_booked(orders: usize) {
    let mut last = String::new();
    let wanted = json!({ "orders": orders, "booked": orders });
    until("all orders to be booked", || {
        let answer = ask("GET", "/orders", "");
        last = format!("{answer:?}");
        answer.is_ok_and(|(_, counts)| counts == wanted).then_some(())
    });
}

/// Holds the database to what its customers know; gives the orders that it has.
#[track_caller]
fn books_are_right(shop: &Shop, known: &Known) -> BTreeMap<String, u64> {
    let rows = shop.sql("SELECT key, id FROM orders WHERE item = 'tea'");
    let rows = rows.lines().filter_map(|row| row.split_once('|'));
    let rows: Vec<(String, u64)> = rows
        .map(|(key, id)| (key.to_owned(), id.parse().unwrap()))
        .collect();
    let kept: BTreeMap<String, u64> = rows.iter().cloned().collect();
    assert_eq!(rows.len(), kept.len(), "an order is there twice");
    for (key, id) in &known.placed {
        assert_eq!(
            kept.get(key),
            Some(id),
            "the order `{key}` was answered as placed"
        );
    }
    for key in kept.keys() {
        assert!(
            known.placed.contains_key(key) || known.open.contains(key),
            "nobody sent `{key}`"
        );
    }
    // With the one of junk.
    is_booked(kept.len() + 1);
    // Each at its price, once; and as much is missing in the stock as was sold.
    let sums = "SELECT count(*), count(DISTINCT order_id), sum(amount) FROM ledger";
    let (count, amount) = (kept.len() + 1, kept.len() * 6 + 900);
    assert_eq!(shop.sql(sums), format!("{count}|{count}|{amount}\n"));
    let left = shop.sql("SELECT remaining FROM stock WHERE item = 'tea'");
    assert_eq!(left, format!("{}\n", 1_000_000 - 2 * kept.len()));
    kept
}
