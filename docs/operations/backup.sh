#!/bin/sh
# One backup of the centre into a new folder below the one that is named; run as the centre's user, with its settings.
# The order matters (docs/operations.md): the database first, what changes fastest last. With SQLite, stop the service before.
set -eu
umask 077

: "${LIAISON_HOME:?is not set: read the settings first}"
into=${1:?usage: backup.sh FOLDER}/$(date -u +%Y-%m-%dT%H%M%SZ)
mkdir "$into"

if [ -n "${DATABASE_URL:-}" ]; then
    pg_dump --format=custom --dbname="$DATABASE_URL" --file="$into/register.dump"
else
    if [ -e "$LIAISON_HOME/serving" ]; then # held while the centre serves
        exec 9<"$LIAISON_HOME/serving"
        flock --nonblock 9 || { echo "The centre serves: stop the service first." >&2; rmdir "$into"; exit 1; }
    fi
    cp -p "$LIAISON_HOME"/db.sqlite3* "$into/"
fi
for name in blobs keys secret_key erased vacuum-due enrolled high_water; do # `erased` is not there before the first erasure
    if [ -e "$LIAISON_HOME/$name" ]; then cp -Rp "$LIAISON_HOME/$name" "$into/"; fi
done
: >"$into/complete"
echo "$into"
