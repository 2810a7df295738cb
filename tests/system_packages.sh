#!/bin/sh
# Makes sure that the browser and the database server that the tests use are there: installs Debian's
# packages as root, and says what to install otherwise.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $missing; } >/dev/null && exit 0
    echo "The packages $missing could not be installed with apt-get." >&2
    exit 1
fi
echo "The tests need a browser and a database server; install: $missing (Debian: sudo apt-get install $missing)." >&2
exit 1
