//! `kill -9`, and an error, at every step of unpacking, packing, loading and importing: a name never points
//! to less than a whole image, a root filesystem is whole or not there, and doing it again works.
//!
//! A child process runs each scenario once and counts the failpoints that it passes; then one child after the
//! other is killed, or fails, at the first, the second, … of them.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Fixture, ImageSpec, MODULE, gzip, reference, tree};
use sampan_image::unpack::{UnpackLimits, UnpackOptions};
use sampan_image::{ArchiveFormat, PackOptions, Request, import_layout, load, pack, prepare, save};
use sampan_store::{GcPolicy, Store};
use sampan_testkit::layer::Layer;

const JOB: &str = "SAMPAN_IMAGE_TEST_JOB";
const NAME: &str = "app:1";

/// All failpoints of the source.
fn points() -> BTreeSet<String> {
    fn collect(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            let names = text
                .split('"')
                .filter(|word| word.starts_with("image::") && !word.contains(' '));
            found.extend(names.map(str::to_owned));
        }
    }
    let mut found = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() >= 8, "{found:?}");
    found
}

fn image(fix: &Fixture, text: &str) -> sampan_store::Descriptor {
    fix.image(&ImageSpec {
        layers: vec![
            Layer::new()
                .file("app.wasm", MODULE)
                .folder("d")
                .file("d/x", "1")
                .tar(),
            Layer::new().file("d/.wh.x", "").file("y", text).tar(),
        ],
        compress: gzip,
        ..ImageSpec::default()
    })
}

/// What scenarios read: an archive, a layout folder, and an image in the store that is worked on.
fn inputs(folder: &Path, store: &Store) {
    let fix = Fixture::new();
    let image = image(&fix, "in the archive");
    fix.tag(NAME, &image);
    let mut file = std::fs::File::create(folder.join("archive.tar")).unwrap();
    let images = [(image, vec![reference(NAME)])];
    save(
        &fix.lease,
        &images,
        Some(ArchiveFormat::Oci),
        &Request::any(),
        &mut file,
    )
    .unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(fix.store.layout_path())
        .arg(folder.join("layout"))
        .status();
    assert!(copied.unwrap().success());
    let lease = store.lease().unwrap();
    let kept = pack(
        &lease,
        MODULE,
        Some(&reference("kept:1")),
        &PackOptions::default(),
    );
    kept.unwrap();
}

fn run(scenario: &str, folder: &Path, store: &Store) -> Result<(), sampan_image::ImageError> {
    let lease = store.lease()?;
    let limits = UnpackLimits::default();
    match scenario {
        "unpack" => {
            let record = lease.images().resolve(&reference("rooted:1"))?;
            let options = UnpackOptions::default();
            let prepared = prepare(
                store,
                &lease,
                &record.descriptor,
                &Request::any(),
                None,
                &[],
                &options,
            )?;
            assert_eq!(
                tree(prepared.rootfs.unwrap().path()),
                ["app.wasm=\0asm\u{1}\0\0\0", "d/", "y=2"]
            );
        }
        "pack" => {
            let options = PackOptions {
                created: 1,
                ..PackOptions::default()
            };
            pack(&lease, common::COMPONENT, Some(&reference("packed:1")), &options)?;
        }
        "load" => {
            load(
                &lease,
                std::fs::File::open(folder.join("archive.tar")).unwrap(),
                &limits,
            )?;
        }
        "import" => {
            import_layout(&lease, &folder.join("layout"), &limits)?;
        }
        other => panic!("{other}"),
    }
    Ok(())
}

static PASSED: AtomicUsize = AtomicUsize::new(0);
static NAMES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

#[allow(
    clippy::disallowed_methods,
    reason = "a test's own child takes its job from the environment"
)]
fn job() -> Option<Vec<String>> {
    Some(std::env::var(JOB).ok()?.split('\n').map(str::to_owned).collect())
}

/// The child: dies or fails at one step, or writes down all that it passed.
#[test]
fn child() {
    let Some(job) = job() else { return };
    let [scenario, folder, how, at] = &job[..] else {
        panic!("{job:?}")
    };
    let at: usize = at.parse().unwrap();
    let folder = Path::new(folder);
    for point in points() {
        if how == "fail" {
            // Counted down over all points is not possible; each fails at its own first, second, … time.
            fail::cfg(&point, &format!("{at}*off->return")).unwrap();
            continue;
        }
        let name = point.clone();
        fail::cfg_callback(point, move || {
            NAMES.lock().unwrap().insert(name.clone());
            if PASSED.fetch_add(1, Ordering::Relaxed) == at {
                let me = rustix::process::getpid();
                rustix::process::kill_process(me, rustix::process::Signal::KILL).unwrap();
                loop {
                    std::thread::park();
                }
            }
        })
        .unwrap();
    }
    let store = Store::open(&folder.join("state")).unwrap();
    let result = run(scenario, folder, &store);
    if how == "fail" {
        let text = result
            .as_ref()
            .err()
            .map(|e| common::chain(e))
            .unwrap_or_default();
        assert!(result.is_ok() || text.contains("failpoint"), "{text}");
        std::fs::write(
            folder.join("report"),
            if result.is_ok() { "done" } else { "failed" },
        )
        .unwrap();
        return;
    }
    result.unwrap();
    let names: Vec<String> = NAMES.lock().unwrap().iter().cloned().collect();
    let passed = PASSED.load(Ordering::Relaxed);
    std::fs::write(folder.join("report"), format!("{passed}\n{}", names.join("\n"))).unwrap();
}

fn spawn(scenario: &str, folder: &Path, how: &str, at: usize) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(
            JOB,
            [scenario, folder.to_str().unwrap(), how, &at.to_string()].join("\n"),
        )
        .env_remove("FAILPOINTS")
        .output()
        .unwrap()
}

/// A fresh state with its inputs.
fn state() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("state")).unwrap();
    inputs(folder.path(), &store);
    let fix = Fixture::new();
    let rooted = image(&fix, "2");
    fix.tag("rooted:1", &rooted);
    let lease = store.lease().unwrap();
    import_layout(&lease, &fix.store.layout_path(), &UnpackLimits::default()).unwrap();
    (folder, store)
}

fn look_over(store: &Store) {
    let names = store.images().list().unwrap();
    assert!(names.iter().any(|record| record.reference == reference("kept:1")));
    for record in names {
        for reached in store.images().walk(&record.descriptor).unwrap() {
            assert!(
                reached.present,
                "{} lost {:?}",
                record.reference, reached.descriptor
            );
        }
    }
}

fn everywhere(scenario: &str) -> BTreeSet<String> {
    let (folder, _store) = state();
    let output = spawn(scenario, folder.path(), "kill", usize::MAX);
    assert!(
        output.status.success(),
        "{scenario}: {}",
        String::from_utf8_lossy(&output.stdout)
    );
    let report = std::fs::read_to_string(folder.path().join("report")).unwrap();
    let mut lines = report.lines();
    let count: usize = lines.next().unwrap().parse().unwrap();
    assert!(count > 1, "{scenario}");
    for at in 0..count {
        let (folder, store) = state();
        let output = spawn(scenario, folder.path(), "kill", at);
        assert_eq!(output.status.signal(), Some(9), "{scenario} at {at} of {count}");
        look_over(&store);
        run(scenario, folder.path(), &store).unwrap();
        look_over(&store);
        store.gc(&GcPolicy::now()).unwrap();
        look_over(&store);
    }
    let mut failed = 0;
    for at in 0..count {
        let (folder, store) = state();
        let names = store.images().list().unwrap().len();
        let output = spawn(scenario, folder.path(), "fail", at);
        assert!(
            output.status.success(),
            "{scenario}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        if std::fs::read_to_string(folder.path().join("report")).unwrap() == "failed" {
            failed += 1;
            // Naming is the last step, and the points lie before or right after it.
            assert!(store.images().list().unwrap().len() <= names + 1);
        }
        look_over(&store);
        run(scenario, folder.path(), &store).unwrap();
    }
    assert!(failed > 0, "{scenario} never failed");
    lines.map(str::to_owned).collect()
}

#[test]
fn at_every_step() {
    if job().is_some() {
        return;
    }
    let mut passed = BTreeSet::new();
    for scenario in ["unpack", "pack", "load", "import"] {
        passed.extend(everywhere(scenario));
    }
    assert_eq!(passed, points(), "every failpoint is passed by some scenario");
}
