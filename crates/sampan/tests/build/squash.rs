//! One layer in the place of all steps.

use std::fs;

use serde_json::Value;

use crate::builds::{build, context, inspect};
use crate::host::Host;
use crate::machine::Machine;

const STEPS: &str = "FROM box\nRUN echo a > /a && mkdir /kept && echo b > /kept/b && chmod 750 /kept && chown 33:33 /kept/b\n\
     RUN rm /a /bin/stat && echo c > /c && ln /c /twin\nENV WHO=you\n";

fn layers(host: &Host, name: &str) -> Vec<Value> {
    inspect(host, name)["RootFS"]["Layers"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn all_steps_become_one_layer_with_the_same_files() {
    let Some(mut machine) = Machine::new() else { return };
    // It is one of Docker's experimental features.
    let refused = build(&machine, "squash=1", context(STEPS));
    assert!(refused.error.contains("experimental"), "{refused:?}");
    let settings = machine.run_dir().with_file_name("daemon.json");
    fs::write(&settings, r#"{"experimental": true}"#).unwrap();
    let flags = ["--config-file".to_owned(), settings.display().to_string()];
    machine.more.extend(flags);
    machine.stop();
    machine.start();

    build(&machine, "t=plain", context(STEPS)).id();
    let built = build(&machine, "t=squashed&squash=1", context(STEPS));
    let id = built.id();
    assert_eq!(layers(&machine, "plain").len(), 3);
    let all = layers(&machine, "squashed");
    assert_eq!(all.len(), 2);
    assert_eq!(all[0], layers(&machine, "box")[0]);
    let shown = inspect(&machine, "squashed");
    assert_eq!(shown["Id"], Value::String(id));
    assert!(
        shown["Config"]["Env"]
            .as_array()
            .unwrap()
            .contains(&"WHO=you".into())
    );
    let look = "ls -lnAR /kept /c /twin /bin | sort; ls /a; echo $WHO";
    let [plain, squashed] = ["plain", "squashed"].map(|image| {
        let ran = machine.run(look, serde_json::json!({ "Image": image }));
        (ran.out, ran.err)
    });
    assert_eq!(plain, squashed);
    assert!(plain.0.contains("33") && !plain.0.contains("stat"), "{plain:?}");
    // Nothing is to be squashed where there is no step.
    build(&machine, "t=none&squash=1", context("FROM box\n")).id();
    assert_eq!(inspect(&machine, "none")["Id"], inspect(&machine, "box")["Id"]);
}
