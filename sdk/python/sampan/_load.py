"""From an image to an object whose methods are the image's functions."""

import json
import uuid
from urllib.parse import quote

from ._connection import CallError, Connection
from ._values import ComponentError, kind, lift, lower, snake

_OWN = ("env", "memory", "cpus", "volumes", "network", "security_opt")


def load(image, host=None, timeout=0, **options):
    """Loads an image. `timeout` is in seconds. With any of the grants and limits `env`, `memory`, `cpus`, `volumes`,
    `network` and `security_opt` it gets a container of its own, which `close()` removes."""
    unknown = set(options) - set(_OWN)
    if unknown:
        raise TypeError(f"load() has no option {sorted(unknown)[0]!r}")
    connection = Connection(host)
    own = _own_container(connection, image, options) if options else None
    target = f"/sampan/v1/{own or 'images/' + quote(image, safe='')}"
    functions = _present(connection, image, lambda: connection.json("GET", f"{target}/functions"))
    return Loaded(connection, target, functions, round(timeout * 1000), own)


def _present(connection, image, work):
    """Does it, and once again behind a pull where the image is not here."""
    try:
        return work()
    except CallError as error:
        if error.status != 404 or "no such image" not in error.message.lower():
            raise
    status, text = connection.send("POST", f"/images/create?fromImage={quote(image, safe='')}")
    lines = [json.loads(line) for line in text.splitlines() if line]
    failed = next((line["error"] for line in lines if "error" in line), None)
    if failed or status >= 400:
        raise CallError(failed or f"`{image}` cannot be pulled", kind="image", status=status)
    return work()


def _own_container(connection, image, options):
    body = {
        "Image": image,
        "Env": [f"{name}={value}" for name, value in options.get("env", {}).items()],
        "HostConfig": {
            "AutoRemove": True,
            "Memory": options.get("memory", 0),
            "NanoCpus": round(options.get("cpus", 0) * 1e9),
            "Binds": options.get("volumes", []),
            "NetworkMode": options.get("network", "default"),
            "SecurityOpt": options.get("security_opt", []),
        },
    }
    made = _present(connection, image, lambda: connection.json("POST", "/containers/create", body))
    connection.json("POST", f"/containers/{made['Id']}/start")
    return f"containers/{made['Id']}"


class Loaded:
    """The functions of an image; an attribute for each interface, and in it a class for each resource."""

    def __init__(self, connection, target, functions, timeout, own, session=None):
        self._connection, self._target, self._functions = connection, target, functions
        self._timeout, self._own, self._session = timeout, own, session
        for function in functions:
            self._add(function)

    def _place(self, interface):
        if interface is None:
            return self
        name = snake(interface.split("@")[0].rsplit("/", 1)[-1])
        if name not in self.__dict__:
            setattr(self, name, _Interface())
        return getattr(self, name)

    def _resource(self, interface, name):
        place, name = self._place(interface), "".join(part.capitalize() for part in name.split("-"))
        if name not in place.__dict__:
            setattr(place, name, type(name, (_Resource,), {}))
        return getattr(place, name)

    def _add(self, function):
        def call(*values):
            return self._call(function, values)

        if function["kind"] == "function":
            call.__name__ = snake(function["name"])
            setattr(self._place(function["interface"]), call.__name__, call)
            return
        resource, _, method = function["name"].partition(".")
        of = self._resource(function["interface"], resource)
        if function["kind"] == "constructor":
            of._make = staticmethod(call)
        elif function["kind"] == "static":
            setattr(of, snake(method), staticmethod(call))
        else:
            setattr(of, snake(method), lambda resource, *values: call(resource, *values))

    def _call(self, function, values):
        params = function["params"]
        needed = max((i + 1 for i, p in enumerate(params) if kind(p["type"]) != "option"), default=0)
        if not needed <= len(values) <= len(params):
            names = ", ".join(snake(p["name"]) for p in params)
            raise TypeError(f"{snake(function['name'])}({names}) was given {len(values)} values")
        body = {
            "function": function["call"],
            "arguments": [lower(v, p["type"], snake(p["name"])) for v, p in zip(values, params)],
            "timeout": self._timeout,
        }
        if self._session:
            body["session"] = self._session

        def resource(name, handle):
            of = self._resource(function["interface"], name)
            made = of.__new__(of)
            made._handle = handle
            return made

        result = function["result"]
        fails = result["result"] if isinstance(result, dict) and "result" in result else None
        try:
            answer = self._connection.json("POST", f"{self._target}/call", body)
        except CallError as error:
            if error.kind != "failed":
                raise
            raise ComponentError(lift(error.value, fails["err"], resource)) from None
        return lift(answer["value"], fails["ok"] if fails else result, resource)

    def session(self):
        """The same functions in an instance that stays, and in which resources live. Use it in a `with` block."""
        return Loaded(
            self._connection, self._target, self._functions, self._timeout, None, session=uuid.uuid4().hex
        )

    def close(self):
        """Ends the session, or removes the container that was made for this object."""
        if self._session:
            self._connection.json("POST", f"{self._target}/call", {"session": self._session, "end": True})
            return
        if self._own:
            self._connection.json("POST", f"/{self._own}/kill")
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class _Interface:
    pass


class _Resource:
    _make = None

    def __init__(self, *values):
        if self._make is None:
            raise TypeError(f"{type(self).__name__} has no constructor: a function gives it")
        self._handle = type(self)._make(*values)._handle
