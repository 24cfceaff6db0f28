"""Asks two daemons the same, and writes how their answers differ.

    compare.py REQUESTS OURS THEIRS

REQUESTS is a list of [method, path, body, content type]. Of an error its words are compared, of anything else the keys
and the types beneath them. Ids are masked."""

import http.client
import json
import re
import socket
import sys


class Daemon(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("daemon", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, kind="application/json"):
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    daemon = Daemon(path)
    headers = {} if body is None else {"Content-Type": kind}
    daemon.request(method, "/v1.41" + target, text, headers)
    reply = daemon.getresponse()
    data = reply.read()
    try:
        found = json.loads(data) if data else None
    except ValueError:
        found = "no JSON"
    if isinstance(found, dict) and set(found) == {"message"}:
        return reply.status, re.sub(r"\b([0-9a-f]{64}|[0-9a-f]{12})\b", "ID", found["message"])
    return reply.status, shape(found, 0)


def shape(value, depth):
    if isinstance(value, dict) and depth < 2:
        return {key: shape(below, depth + 1) for key, below in value.items()}
    if isinstance(value, list) and value and depth < 2:
        return [shape(value[0], depth + 1)]
    return type(value).__name__


def keys(ours, theirs, before):
    for key in sorted(set(ours) | set(theirs)):
        name = before + key
        if key not in ours:
            print(f"    {name}: theirs alone")
        elif key not in theirs:
            print(f"    {name}: ours alone")
        elif isinstance(ours[key], dict) and isinstance(theirs[key], dict):
            keys(ours[key], theirs[key], name + ".")
        elif ours[key] != theirs[key]:
            print(f"    {name}: {ours[key]} | {theirs[key]}")


def main():
    requests, ours, theirs = sys.argv[1:]
    with open(requests, encoding="utf-8") as file:
        requests = json.load(file)
    for request in requests:
        answers = ask(ours, *request), ask(theirs, *request)
        if answers[0] == answers[1]:
            continue
        print(request[0], request[1], *(json.dumps(part) for part in request[2:3]))
        if answers[0][0] == answers[1][0] and all(isinstance(answer[1], dict) for answer in answers):
            keys(answers[0][1], answers[1][1], "")
        else:
            for name, (status, what) in zip(("ours", "theirs"), answers):
                print(f"    {name}: {status} {what}")


main()
