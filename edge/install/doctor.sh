#!/bin/sh
# edge doctor as the service sees the machine: as its user, with its settings and the password that only root may read. Runs as root.
#   doctor.sh [ARGUMENTS of edge doctor]
set -eu
[ ! -r /etc/lynceus/edge.env ] || {
  set -a
  # shellcheck source=/dev/null
  . /etc/lynceus/edge.env
  set +a
}
cd /
exec runuser -u lynceus -- /opt/lynceus/current/edge doctor --settings /etc/lynceus/settings.json --data /var/lib/lynceus "$@"
