"""The way to the daemon: HTTP over its socket, on a connection of each thread that stays open."""

import http.client
import json
import os
import socket
import threading


class CallError(Exception):
    """A call that was not made, or did not come back. `kind` is what the daemon's page of errors lists."""

    def __init__(self, message, kind="daemon", path=None, hint=None, status=None, limit=None, value=None):
        super().__init__(f"{message} ({hint})" if hint else message)
        self.message = message
        self.kind, self.path, self.hint = kind, path, hint
        self.status, self.limit, self.value = status, limit, value


def usual_host():
    """Where the command line finds the daemon, too."""
    named = os.environ.get("SAMPAN_HOST")
    if named:
        return named
    if os.geteuid() == 0:
        return "unix:///run/sampan/sampan.sock"
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(folder):
        return f"unix://{folder}/sampan/sampan.sock"
    raise CallError("nothing says where the daemon is: set SAMPAN_HOST to unix:///PATH")


class _Http(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("sampan")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


class Connection:
    def __init__(self, host=None):
        host = host or usual_host()
        if not host.startswith("unix://"):
            raise CallError(f"`{host}` is no address of a daemon's socket: write unix:///PATH")
        self.path = host[len("unix://"):]
        self.local = threading.local()

    def send(self, method, target, body=None):
        """Sends a request and gives status and body."""
        text = None if body is None else json.dumps(body)
        headers = {} if text is None else {"Content-Type": "application/json"}
        held = getattr(self.local, "http", None)
        # A connection that the daemon closed while it was idle is made again; then nothing was asked yet.
        for http_ in ([held] if held else []) + [None]:
            fresh = http_ is None
            if fresh:
                http_ = self.local.http = _Http(self.path)
            try:
                http_.request(method, target, text, headers)
                response = http_.getresponse()
                return response.status, response.read().decode("utf-8")
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
                http_.close()
                if fresh:
                    raise self._silent(error) from error
            except OSError as error:
                http_.close()
                self.local.http = None
                raise self._silent(error) from error

    def _silent(self, error):
        return CallError(
            f"the daemon at {self.path} does not answer: {error}", hint="start it with `sampan daemon`"
        )

    def json(self, method, target, body=None):
        """The document that a request gives; what fails is raised."""
        status, text = self.send(method, target, body)
        try:
            document = json.loads(text) if text else None
        except ValueError:
            document = {"message": text}
        if status < 400:
            return document
        document = document or {}
        fault = document.get("error", {})
        raise CallError(document.get("message", f"the daemon answered with {status}"), status=status, **fault)

    def close(self):
        held = getattr(self.local, "http", None)
        if held:
            held.close()
            self.local.http = None
