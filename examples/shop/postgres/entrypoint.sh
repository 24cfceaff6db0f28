#!/bin/sh
# Makes the database where there is none yet, and serves it. A server that was killed puts its files right by itself.
set -eu

if [ ! -e "$PGDATA/made" ]; then
    # One that was killed while it was made is begun anew.
    find "$PGDATA" -mindepth 1 -delete
    initdb --username=shop --pwfile="$PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256
    echo 'host all all samenet scram-sha-256' >> "$PGDATA/pg_hba.conf"
    echo 'CREATE DATABASE shop' | postgres --single postgres > /dev/null
    postgres --single -j shop < /schema.sql > /dev/null
    touch "$PGDATA/made"
    sync
fi
exec postgres -c listen_addresses='*' -c jit=off
