//! The Docker SDK for Python and Testcontainers.

use std::fs;

use crate::host::{HERE, Host};
use crate::install::python;

const SDK: &str = r#"
import docker, io, tarfile
client = docker.from_env()
assert client.ping() and 'GoVersion' in client.version()
assert client.containers.run('busybox', 'echo hi', remove=True) == b'hi\n'
try:
    client.containers.run('busybox', ['sh', '-c', 'exit 3'], remove=True)
    raise SystemExit('no error')
except docker.errors.ContainerError as e:
    assert e.exit_status == 3
box = client.containers.run('busybox', 'sleep 1000', detach=True, name='box', environment={'A': 'b'})
for n in range(50):
    # The output comes so soon that a client which reads the answer's head through a buffer would lose it, and the
    # exit code is asked for at once.
    code, out = box.exec_run(['sh', '-c', 'echo $A; echo err >&2; exit 4'], demux=True)
    assert (code, out) == (4, (b'b\n', b'err\n')), (n, code, out)
made = client.api.exec_create(box.id, 'echo framed', tty=True)
assert client.api.exec_start(made) == b'framed\r\n'
assert client.api.exec_start(client.api.exec_create(box.id, 'echo raw', tty=True), tty=True) == b'raw\r\n'
assert client.api.top(box.id, '-eopid,user')['Titles'] == ['PID', 'USER']
assert 'networks' in box.stats(stream=False)
image = box.commit('made', 'one', changes=['CMD ["echo", "changed"]', 'EXPOSE 80'])
assert image.attrs['Config']['ExposedPorts'] == {'80/tcp': {}}
assert client.containers.run('made:one', remove=True) == b'changed\n'
box.remove(force=True)
client.images.remove('made:one')
saved = b''.join(client.images.get('busybox').save(named=True))
assert client.images.load(saved)[0].tags == ['busybox:latest']
volume = client.volumes.create('vol', labels={'k': 'v'})
client.containers.run('busybox', ['sh', '-c', 'echo kept > /d/f'], volumes={'vol': {'bind': '/d'}}, remove=True)
assert client.containers.run('busybox', 'cat /d/f', volumes={'vol': {'bind': '/d', 'mode': 'ro'}}, remove=True) == b'kept\n'
volume.remove()
network = client.networks.create('net')
network.remove()
client.api.leave_swarm(force=True)
print('all')
"#;

#[test]
#[ignore = "accept: installs the Docker SDK for Python from PyPI"]
fn the_docker_sdk_for_python_drives_wasm_containers() {
    let python = python("client-docker-sdk", "docker==7.2.*");
    let host = Host::new();
    fs::write(host.path("sdk.py"), SDK).expect("a script can be written");
    assert_eq!(host.ok(&format!("{} sdk.py", python.display())), "all\n");
}

const TESTCONTAINERS: &str = r#"
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import HttpWaitStrategy, LogMessageWaitStrategy, PortWaitStrategy
import urllib.request
with Network() as net:
    box = DockerContainer('busybox').with_env('A', 'b').with_command(['sh', '-c', 'echo ready $A; sleep 1000'])
    box = box.with_network(net).with_network_aliases('al').waiting_for(LogMessageWaitStrategy('ready b'))
    with box as c:
        for n in range(20):
            done = c.exec(['sh', '-c', 'echo x; exit 3'])
            assert (done.exit_code, done.output) == (3, b'x\n'), (n, done)
        assert c.get_logs() == (b'ready b\n', b'')
        assert net.name in c.get_wrapped_container().attrs['NetworkSettings']['Networks']
for strategy in [PortWaitStrategy(80), HttpWaitStrategy(80).for_status_code(200)]:
    with DockerContainer('web').with_exposed_ports(80).waiting_for(strategy) as web:
        url = f'http://{web.get_container_host_ip()}:{web.get_exposed_port(80)}/'
        assert b'hello' in urllib.request.urlopen(url, timeout=10).read()
        assert web.exec(['wget', '-q', '-O', '-', 'http://localhost:80/']).output == urllib.request.urlopen(url).read()
print('all')
"#;

#[test]
#[ignore = "accept: installs Testcontainers for Python from PyPI"]
fn testcontainers_for_python_drives_wasm_containers() {
    let python = python("client-testcontainers", "testcontainers==4.15.*");
    let host = Host::new();
    host.serves("web");
    fs::write(host.path("tc.py"), TESTCONTAINERS).expect("a script can be written");
    let line = format!(
        "TESTCONTAINERS_RYUK_DISABLED=true {HERE} {} tc.py",
        python.display()
    );
    assert_eq!(host.ok(&line), "all\n");
    assert_eq!(host.ok("docker ps -aq"), "");
}
