use std::fs;

use tempfile::TempDir;

use super::*;
use crate::to_yaml;

struct Place(TempDir);

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            let path = place.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        place
    }

    fn options(&self) -> LoadOptions {
        LoadOptions {
            working_dir: self.0.path().to_path_buf(),
            name: Some("p".to_owned()),
            ..LoadOptions::default()
        }
    }

    fn load(&self) -> Result<Loaded, ComposeError> {
        load(&self.options())
    }

    fn error(&self) -> String {
        let error = self.load().unwrap_err().to_string();
        error.replace(&format!("{}/", self.0.path().display()), "")
    }

    fn service(&self, name: &str) -> Value {
        self.load().unwrap().tree["services"][name].clone()
    }
}

fn error_of(text: &str) -> String {
    Place::new(&[("compose.yaml", text)]).error()
}

#[test]
fn a_file_becomes_a_project() {
    let place = Place::new(&[
        (
            "compose.yaml",
            "services:\n  web:\n    image: web:${TAG:-1}\n    ports: ['8080:80']\n    depends_on: [db]\n    links: [cache]\n\
             \x20 db:\n    image: db\n    volumes: ['data:/d', './x:/y:ro']\n    env_file: e.env\n    environment: [A=2, PASS]\n\
             \x20 cache: {image: cache, network_mode: none}\n\
             volumes: {data: , unused: }\n",
        ),
        (".env", "TAG=7\nPASS=word\n"),
        ("e.env", "A=1\nB=$TAG\n"),
    ]);
    let loaded = place.load().unwrap();
    let project = loaded.project;
    assert_eq!(project.services["web"].image.as_deref(), Some("web:7"));
    assert_eq!(
        project.services["web"].ports[0].published.as_deref(),
        Some("8080")
    );
    assert_eq!(project.services["web"].depends_on.len(), 2);
    let environment = &project.services["db"].environment;
    assert_eq!(environment["A"].as_deref(), Some("2"));
    assert_eq!(environment["B"].as_deref(), Some("7"));
    assert_eq!(environment["PASS"].as_deref(), Some("word"));
    assert_eq!(
        project.services["db"].volumes[1].source.as_deref(),
        place.0.path().join("x").to_str()
    );
    assert_eq!(project.networks["default"].name, "p_default");
    assert_eq!(project.volumes.keys().collect::<Vec<_>>(), ["data"]);
    assert_eq!(project.volumes["data"].name, "p_data");
    // What `config` prints is read as the same.
    let printed = to_yaml(&loaded.tree);
    let again = Place::new(&[("compose.yaml", &printed)]).load().unwrap();
    assert_eq!(to_yaml(&again.tree), printed);
    assert_eq!(
        again.project.services["db"].config_hash(),
        project.services["db"].config_hash()
    );
}

#[test]
fn later_files_and_tags_change_earlier_ones() {
    let place = Place::new(&[
        (
            "compose.yaml",
            "services:\n  a:\n    image: one\n    command: [x]\n    ports: ['80', '81']\n    environment: {A: 1, B: 2}\n    labels: [l=1]\n",
        ),
        (
            "compose.override.yaml",
            "services:\n  a:\n    image: two\n    command: !reset null\n    ports: !override ['82']\n    environment: {A: !reset null, C: 3}\n    labels: {m: 2}\n",
        ),
    ]);
    let service = place.service("a");
    assert_eq!(service["image"], "two");
    assert_eq!(service.get("command"), None);
    assert_eq!(service["ports"].as_array().unwrap().len(), 1);
    assert_eq!(service["environment"], json!({"B": "2", "C": "3"}));
    assert_eq!(service["labels"], json!({"l": "1", "m": "2"}));
}

#[test]
fn services_extend_others_and_projects_include_others() {
    let place = Place::new(&[
        (
            "compose.yaml",
            "include:\n  - sub/compose.yaml\n  - path: [third.yaml]\n    env_file: third.env\nservices:\n  a:\n    extends: {file: base/b.yaml, service: base}\n    environment: {X: mine}\n\
             \x20 b:\n    extends: a\n    image: other\n",
        ),
        (
            "base/b.yaml",
            "services:\n  base:\n    extends: root\n    volumes: ['./v:/v']\n    environment: {X: base, Y: base}\n  root: {image: root, env_file: r.env}\n",
        ),
        ("base/r.env", "Z=root\n"),
        (
            "sub/compose.yaml",
            "services:\n  in-sub:\n    image: sub:$SUB\n    environment: {W: sub}\n    volumes: ['./here:/h']\n",
        ),
        ("sub/.env", "SUB=5\n"),
        ("third.yaml", "services:\n  third: {image: 'third:${T}'}\n"),
        ("third.env", "T=3\n"),
    ]);
    let a = place.service("a");
    assert_eq!(a["image"], "root");
    assert_eq!(a["environment"], json!({"X": "mine", "Y": "base", "Z": "root"}));
    assert_eq!(
        a["volumes"][0]["source"],
        place.0.path().join("base/v").to_str().unwrap()
    );
    assert_eq!(place.service("b")["image"], "other");
    assert_eq!(place.service("b")["environment"]["X"], "mine");
    let sub = place.service("in-sub");
    assert_eq!(
        (&sub["image"], &sub["environment"]["W"]),
        (&json!("sub:5"), &json!("sub"))
    );
    assert_eq!(
        sub["volumes"][0]["source"],
        place.0.path().join("sub/here").to_str().unwrap()
    );
    assert_eq!(place.service("third")["image"], "third:3");
}

#[test]
fn what_is_included_says_nothing_otherwise() {
    let of = |own: &str, sub: &str| {
        let text = format!("include: [sub.yaml]\n{own}\n");
        Place::new(&[("compose.yaml", text.as_str()), ("sub.yaml", sub)]).load()
    };
    let sub = "services: {a: {image: i}}\nvolumes: {v: }\n";
    of("services: {a: {image: i}, b: {image: j}}", sub).unwrap();
    for (own, place) in [
        ("services: {a: {image: other}}", "`services.a`"),
        (
            "services: {b: {image: i}}\nvolumes: {v: {driver: local}}",
            "`volumes.v`",
        ),
    ] {
        let error = of(own, sub).unwrap_err().to_string();
        assert!(
            error.contains(place) && error.contains("conflicts with imported resource"),
            "{error}"
        );
    }
    // A further file of the project may say more of it.
    let place = Place::new(&[
        ("compose.yaml", "include: [sub.yaml]\n"),
        ("sub.yaml", sub),
        ("compose.override.yaml", "services: {a: {image: other}}\n"),
    ]);
    assert_eq!(place.service("a")["image"], "other");
}

#[test]
fn of_two_things_at_one_place_the_last_one_stands() {
    let text = "services:\n  a:\n    image: i\n    volumes: ['./x:/a', 'v:/b', './y:/a']\nvolumes: {v: }\n";
    let place = Place::new(&[("compose.yaml", text)]);
    let volumes = place.service("a")["volumes"].clone();
    let targets: Vec<_> = volumes
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["target"].clone())
        .collect();
    assert_eq!(targets, ["/a", "/b"]);
    assert_eq!(volumes[0]["source"], place.0.path().join("y").to_str().unwrap());
    // A file of volumes alone can be shown, though not brought up.
    assert!(
        Place::new(&[("compose.yaml", "volumes: {v: }\n")])
            .load()
            .unwrap()
            .project
            .services
            .is_empty()
    );
}

#[test]
fn nothing_leads_back_to_itself() {
    let text = "services:\n  a: {extends: b}\n  b: {extends: a}\n";
    assert!(error_of(text).contains("extends itself"));
    assert!(error_of("include: [compose.yaml]\nservices: {a: {image: i}}\n").contains("includes itself"));
    let text = "services:\n  a: {image: i, depends_on: [b]}\n  b: {image: i, depends_on: [c]}\n  c: {image: i, depends_on: [a]}\n";
    assert!(error_of(text).contains("a → b → c → a"));
}

#[test]
fn profiles_choose_services() {
    let place = Place::new(&[(
        "compose.yaml",
        "services:\n  a: {image: i}\n  b: {image: i, profiles: [x]}\n  c: {image: i, profiles: [y], depends_on: [a]}\n",
    )]);
    let names = |profiles: &[&str], named: &[&str]| -> Vec<String> {
        let mut options = place.options();
        options.profiles = profiles.iter().map(|&name| name.to_owned()).collect();
        options.named = named.iter().map(|&name| name.to_owned()).collect();
        load(&options).unwrap().project.services.into_keys().collect()
    };
    assert_eq!(names(&[], &[]), ["a"]);
    assert_eq!(names(&["x"], &[]), ["a", "b"]);
    assert_eq!(names(&["*"], &[]), ["a", "b", "c"]);
    assert_eq!(names(&[], &["c"]), ["a", "c"]);
    assert_eq!(place.load().unwrap().profiles, ["x", "y"]);
}

#[test]
fn errors_name_file_line_and_place() {
    assert_eq!(
        error_of("services:\n  a:\n    image: i\n    prots: []\n"),
        "`compose.yaml` line 4: `services.a.prots` is not a key that this place has"
    );
    assert_eq!(
        error_of("services:\n  a:\n    image: i\n    ports:\n      - '80'\n      - 'x:y'\n"),
        "`compose.yaml` line 6: `services.a.ports.1` is `x:y`, which is no port: write `[ADDRESS:][PUBLISHED:]TARGET[/udp]`"
    );
    assert_eq!(
        error_of("services:\n  a:\n    image: ${NO?say one}\n"),
        "`compose.yaml` line 3: `services.a.image` needs the variable `NO`: say one"
    );
    assert_eq!(
        error_of("services: [\n").split(':').next().unwrap(),
        "`compose.yaml` line 2"
    );
    for (text, what) in [
        ("services: {a: {image: i, networks: [n]}}", "names network `n`"),
        ("services: {a: {image: i, volumes: ['v:/v']}}", "names volume `v`"),
        ("services: {a: {image: i, secrets: [s]}}", "names secret `s`"),
        ("services: {a: {image: i, depends_on: [b]}}", "names service `b`"),
        ("services: {a: {}}", "neither `image` nor `build`"),
        (
            "services: {a: {image: i, scale: 2, container_name: cc}}",
            "several containers",
        ),
        (
            "services: {a: {image: i, mem_limit: 1m, deploy: {resources: {limits: {memory: 2m}}}}}",
            "another number",
        ),
        ("services: {a: {image: i, env_file: none.env}}", "cannot read"),
        (
            "services: {a: {build: {dockerfile: X, dockerfile_inline: FROM x}}}",
            "excludes `dockerfile_inline`",
        ),
        (
            "services: {a: {image: i}}\nconfigs: {s: {file: x, content: y}}",
            "excludes `content`",
        ),
        (
            "services: {a: {image: i}}\nsecrets: {s: {file: x, environment: y}}",
            "excludes `environment`",
        ),
        ("services: {a: {image: 'i${}'}}", "invalid interpolation format"),
    ] {
        let error = error_of(text);
        assert!(error.contains(what), "{text}: {error}");
    }
}

#[test]
fn the_name_is_the_given_one_the_files_or_the_folders() {
    let place = Place::new(&[(
        "My Project_1/compose.yml",
        "services: {a: {image: $COMPOSE_PROJECT_NAME}}",
    )]);
    let folder = place.0.path().join("My Project_1");
    let mut options = LoadOptions {
        working_dir: folder.join("deep/er"),
        ..LoadOptions::default()
    };
    fs::create_dir_all(&options.working_dir).unwrap();
    let loaded = load(&options).unwrap();
    assert_eq!(loaded.project.name, "myproject_1");
    assert_eq!(loaded.project.services["a"].image.as_deref(), Some("myproject_1"));
    assert_eq!(loaded.project.folder, folder);
    fs::write(
        folder.join("compose.yml"),
        "name: own${X:-1}\nservices: {a: {image: i}}",
    )
    .unwrap();
    assert_eq!(load(&options).unwrap().project.name, "own1");
    options
        .variables
        .insert("COMPOSE_PROJECT_NAME".to_owned(), "env".to_owned());
    assert_eq!(load(&options).unwrap().project.name, "env");
    options.name = Some("Bad Name".to_owned());
    assert!(matches!(load(&options), Err(ComposeError::ProjectName(_))));
}

#[test]
fn no_file_is_one_clear_error() {
    let place = Place::new(&[]);
    assert!(matches!(place.load(), Err(ComposeError::NoFile { .. })));
    let mut options = place.options();
    options.files = vec!["none.yaml".into()];
    assert!(matches!(load(&options), Err(ComposeError::Read { .. })));
    options.files = vec!["-".into()];
    options.stdin = Some("services: {a: {image: i}}".to_owned());
    assert_eq!(load(&options).unwrap().project.services.len(), 1);
}
