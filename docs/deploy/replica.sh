#!/bin/sh
# Starts a replica: makes its data directory of the backup in $1 at its first start, then serves from $2.
# The rest are arguments of blindbook serve.
set -eu
backup=$1 data=$2
shift 2
[ -e "$data/deployment" ] || /opt/blindbook/blindbook restore --data-dir "$data" "$backup"
exec /opt/blindbook/blindbook serve --data-dir "$data" "$@"
