"""Values of Python to and from the JSON of the daemon's calls, by the types of the functions."""

import base64
import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from ._connection import CallError


def snake(name):
    """`word-count` is `word_count`."""
    return name.replace("-", "_")


class Record(SimpleNamespace):
    """A record: its fields are attributes."""


@dataclass
class Variant:
    """A case of a variant, with what it holds."""

    tag: str
    value: Any = None


@dataclass
class Ok:
    """A result that went well, inside of other values."""

    value: Any = None


@dataclass
class Err:
    """A result that failed, inside of other values."""

    value: Any = None


@dataclass
class Some:
    """An option that is there, where it holds an option itself."""

    value: Any = None


class ComponentError(Exception):
    """The error that a function answered with."""

    def __init__(self, value):
        super().__init__(value)
        self.value = value


def kind(type_):
    return type_ if isinstance(type_, str) else next(iter(type_))


def _wrong(path, wanted, value):
    return CallError(f"`{path}` is {wanted}, and not {value!r}", kind="bad-argument", path=path)


def lower(value, type_, path):
    """What is sent for a value."""
    what = kind(type_)
    if what in ("s64", "u64"):
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(path, what, value)
        return str(value)
    if what in ("f32", "f64") and isinstance(value, (int, float)):
        if math.isfinite(value):
            return value
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if what == "list":
        if isinstance(value, (bytes, bytearray, memoryview)) and type_["list"] == "u8":
            return base64.b64encode(value).decode()
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            raise _wrong(path, "a list", value)
        return [lower(item, type_["list"], f"{path}[{i}]") for i, item in enumerate(value)]
    if what == "tuple":
        if not isinstance(value, (tuple, list)) or len(value) != len(type_["tuple"]):
            raise _wrong(path, "a tuple", value)
        return [lower(v, t, f"{path}[{i}]") for i, (v, t) in enumerate(zip(value, type_["tuple"]))]
    if what == "record":
        record = {}
        for field in type_["record"]:
            name = snake(field["name"])
            missing = object()
            held = value.get(name, missing) if isinstance(value, dict) else getattr(value, name, missing)
            if held is missing:
                if kind(field["type"]) == "option":
                    continue
                raise _wrong(f"{path}.{name}", "there", "missing")
            record[field["name"]] = lower(held, field["type"], f"{path}.{name}")
        return record
    if what == "option":
        if value is None:
            return None
        if kind(type_["option"]) == "option":
            if not isinstance(value, Some):
                raise _wrong(path, "None or Some(…)", value)
            return {"some": lower(value.value, type_["option"], f"{path}.some")}
        return lower(value, type_["option"], path)
    if what == "variant":
        tag = value.tag if isinstance(value, Variant) else value
        for case in type_["variant"]:
            if snake(case["name"]) == tag or case["name"] == tag:
                if case["type"] is None:
                    return case["name"]
                held = getattr(value, "value", None)
                return {case["name"]: lower(held, case["type"], f"{path}.{tag}")}
        raise _wrong(path, "Variant(…)", value)
    if what == "result":
        if not isinstance(value, (Ok, Err)):
            raise _wrong(path, "Ok(…) or Err(…)", value)
        side = "ok" if isinstance(value, Ok) else "err"
        held = type_["result"][side]
        return {side: None if held is None else lower(value.value, held, f"{path}.{side}")}
    if what == "enum":
        for name in type_["enum"]:
            if value in (name, snake(name)):
                return name
        raise _wrong(path, f"one of {', '.join(type_['enum'])}", value)
    if what == "flags":
        return [name for name in type_["flags"] if name in value or snake(name) in value]
    if what == "map":
        key, held = type_["map"]
        return [[lower(k, key, path), lower(v, held, path)] for k, v in dict(value).items()]
    if what in ("own", "borrow"):
        handle = getattr(value, "_handle", None)
        if handle is None:
            raise _wrong(path, f"a {type_[what]}", value)
        return {"resource": handle}
    if value is None:
        raise _wrong(path, what, value)
    return value


def lift(json, type_, resource):
    """The value that was sent. `resource` makes an object of a resource's name and number."""
    if type_ is None:
        return None
    what = kind(type_)
    if what in ("s64", "u64"):
        return int(json)
    if what in ("f32", "f64"):
        return float(json)
    if what == "list":
        if type_["list"] == "u8":
            return base64.b64decode(json)
        return [lift(item, type_["list"], resource) for item in json]
    if what == "tuple":
        return tuple(lift(item, t, resource) for item, t in zip(json, type_["tuple"]))
    if what == "record":
        fields = {snake(f["name"]): lift(json[f["name"]], f["type"], resource) for f in type_["record"]}
        return Record(**fields)
    if what == "option":
        if json is None:
            return None
        if kind(type_["option"]) == "option":
            return Some(lift(json["some"], type_["option"], resource))
        return lift(json, type_["option"], resource)
    if what == "variant":
        if isinstance(json, str):
            return Variant(snake(json))
        (name, held), = json.items()
        held_type = next(case["type"] for case in type_["variant"] if case["name"] == name)
        return Variant(snake(name), lift(held, held_type, resource))
    if what == "result":
        (side, held), = json.items()
        return (Ok if side == "ok" else Err)(lift(held, type_["result"][side], resource))
    if what == "enum":
        return snake(json)
    if what == "flags":
        return {snake(name) for name in json}
    if what == "map":
        key, held = type_["map"]
        return {lift(k, key, resource): lift(v, held, resource) for k, v in json}
    if what in ("own", "borrow"):
        return resource(type_[what], json["resource"])
    return json
