//! Builds, and what they told.

use sampan_testkit::layer::Layer;
use serde_json::Value;

use crate::host::Host;

/// What a build told.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) status: u16,
    /// All text.
    pub(crate) text: String,
    /// Why it failed; empty where it did not.
    pub(crate) error: String,
    /// The exit code of the step that failed.
    pub(crate) code: i64,
    /// The ids that were told beside.
    pub(crate) images: Vec<String>,
}

impl Built {
    /// The image.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        assert!(self.error.is_empty(), "{self:?}");
        self.images.last().expect("an image was told").clone()
    }

    /// How often an earlier build was of use.
    pub(crate) fn cached(&self) -> usize {
        self.text.matches(" ---> Using cache\n").count()
    }
}

/// A context with a Dockerfile.
pub(crate) fn context(dockerfile: &str) -> Layer {
    Layer::new().file("Dockerfile", dockerfile)
}

/// Builds; the query goes behind `networkmode=none`.
#[track_caller]
pub(crate) fn build(host: &Host, query: &str, context: Layer) -> Built {
    build_of(host, query, &context.tar())
}

#[track_caller]
pub(crate) fn build_of(host: &Host, query: &str, archive: &[u8]) -> Built {
    build_as(host, query, "application/x-tar", archive)
}

/// Builds as Sampan's own client has it built: with secrets, and with further contexts in the archive.
#[track_caller]
pub(crate) fn build_with(
    host: &Host,
    query: &str,
    secrets: &[(&str, &[u8])],
    contexts: &[&str],
    archive: Layer,
) -> Built {
    let secrets = secrets.iter().map(|(id, bytes)| {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        ((*id).to_owned(), Value::String(digits))
    });
    let head = serde_json::json!({
        "secrets": secrets.collect::<serde_json::Map<_, _>>(), "contexts": contexts,
    });
    let head = head.to_string();
    let length = u32::try_from(head.len()).unwrap().to_be_bytes();
    let body = [&length[..], head.as_bytes(), &archive.tar()].concat();
    build_as(host, query, "application/vnd.sampan.build.v1", &body)
}

#[track_caller]
pub(crate) fn build_as(host: &Host, query: &str, kind: &str, body: &[u8]) -> Built {
    let query: String = query
        .chars()
        .map(|letter| match letter {
            '"' | '{' | '}' | '[' | ']' | ' ' => format!("%{:02X}", u32::from(letter)),
            plain => plain.to_string(),
        })
        .collect();
    let path = format!("/build?networkmode=none&{query}");
    let answer = host
        .client()
        .request("POST", &path, kind, body)
        .unwrap_or_else(|error| panic!("{path}: {error}\n{}", host.log()));
    let mut built = Built {
        status: answer.status,
        text: String::new(),
        error: String::new(),
        code: 0,
        images: Vec::new(),
    };
    if answer.status != 200 {
        built.error = answer.json()["message"].as_str().unwrap_or_default().to_owned();
        return built;
    }
    let text = String::from_utf8(answer.body).unwrap();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        built.text.push_str(line["stream"].as_str().unwrap_or_default());
        built.images.extend(line["aux"]["ID"].as_str().map(str::to_owned));
        if line["id"] == "moby.buildkit.trace" {
            // What steps wrote stands in it as it was written.
            let message = decoded(line["aux"].as_str().unwrap_or_default());
            built.text.push_str(&String::from_utf8_lossy(&message));
        }
        if let Some(error) = line["error"].as_str() {
            assert!(!error.contains("the daemon failed"), "{error}\n{}", host.log());
            error.clone_into(&mut built.error);
            assert_eq!(line["errorDetail"]["message"], error);
            built.code = line["errorDetail"]["code"].as_i64().unwrap_or_default();
        }
    }
    built
}

/// The configuration of an image.
#[track_caller]
pub(crate) fn inspect(host: &Host, name: &str) -> Value {
    host.done("GET", &format!("/images/{name}/json"), "").json()
}

/// Bytes of base64.
fn decoded(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().take_while(|letter| *letter != b'=') {
        let value = LETTERS
            .iter()
            .position(|one| *one == letter)
            .expect("it is base64");
        held = held << 6 | u32::try_from(value).unwrap();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}
