#!/bin/sh
# Makes what compose.yaml builds upon: the image `debian-shop`, the two Wasm programs, and a password for the database.
# Needs root, debootstrap and Rust. What takes long (Debian, crates) is kept in ~/.cache/sampan-shop.
set -eu
cd "$(dirname "$0")"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sampan-shop
mkdir -p "$cache"

if [ ! -e "$cache/debian.tar" ]; then
    command -v debootstrap > /dev/null || { echo "error: debootstrap is missing: apt install debootstrap" >&2; exit 1; }
    tree=$(mktemp -d "$cache/tree.XXXXXX")
    trap 'rm -rf "$tree"' EXIT
    debootstrap --variant=minbase --include=postgresql-15,redis-server,nginx-light,wget bookworm "$tree"
    # Three quarters of it are not needed to run: packages and texts, Perl (scripts of packages), the database that Debian
    # makes, and the compiler of queries.
    (cd "$tree" && rm -rf var/cache/* var/lib/apt var/lib/dpkg usr/share/doc usr/share/man usr/share/locale usr/share/i18n \
        usr/share/perl* usr/lib/*/perl* usr/lib/*/libperl* usr/lib/*/gconv \
        var/lib/postgresql/15 usr/lib/postgresql/15/lib/bitcode usr/lib/postgresql/15/lib/llvmjit* \
        usr/lib/*/libLLVM* usr/lib/*/libz3*)
    tar -C "$tree" --numeric-owner --exclude='./dev/*' --exclude='./proc/*' -cf "$cache/debian.tar.part" .
    mv "$cache/debian.tar.part" "$cache/debian.tar"
fi
printf 'FROM scratch\nADD debian.tar /\n' > "$cache/Dockerfile"
printf '*\n!debian.tar\n' > "$cache/.dockerignore"
sampan build -q -t debian-shop "$cache"

cargo build --release --locked --target wasm32-wasip2 --manifest-path services/Cargo.toml --target-dir "$cache/target"
cp "$cache/target/wasm32-wasip2/release/shop.wasm" "$cache/target/wasm32-wasip2/release/ledger.wasm" services/

# Whoever runs as another user in its container must be able to read it.
[ -e password.txt ] || { head -c 18 /dev/urandom | base64 > password.txt; chmod 644 password.txt; }
