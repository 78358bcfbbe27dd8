#!/bin/sh
# Runs on the hub, as root, from an unpacked package. Makes this version the current one, keeps the one before it beside, and goes back to that one if the new one does not start.
#   install.sh            installs this package
#   install.sh --rollback goes back to the version before
#   install.sh --dry-run  prints each step and does none
# DESTDIR=/some/folder puts everything below that folder and starts nothing, as when an image of a card is made.
set -eu

DESTDIR=${DESTDIR:-}
place=$DESTDIR/opt/lynceus
unit=$DESTDIR/etc/systemd/system/lynceus-edge.service
rules=$DESTDIR/etc/udev/rules.d/60-lynceus.rules
settings=$DESTDIR/etc/lynceus/settings.json
secrets=$DESTDIR/etc/lynceus/edge.env
here=$(cd "$(dirname "$0")/.." && pwd)
dry=
goal=install
for argument in "$@"; do
  case "$argument" in
    --rollback) goal=rollback ;;
    --dry-run) dry=yes ;;
    *) echo "install.sh: $argument is not known; --rollback or --dry-run" >&2; exit 2 ;;
  esac
done

say() { printf '%s\n' "$*" >&2; }
fail() { say "install.sh: $*"; exit 1; }

# Each step is said before it is done; in a dry run it is only said.
step() {
  say "+ $*"
  [ -n "$dry" ] || "$@"
}

running_systemd() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

make_user() {
  [ -z "$DESTDIR" ] || return 0
  for group in gpio i2c video dialout; do
    getent group "$group" >/dev/null || step groupadd --system "$group"
  done
  getent passwd lynceus >/dev/null || step useradd --system --user-group --home-dir /var/lib/lynceus --no-create-home --shell /usr/sbin/nologin lynceus
}

# Videos and clips need it; without a network the hub runs all the same, and its doctor says what is missing.
need_ffmpeg() {
  [ -z "$DESTDIR" ] && ! command -v ffmpeg >/dev/null || return 0
  step env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ffmpeg >&2 || say "ffmpeg could not be installed: sudo apt-get install ffmpeg, when there is a network"
}

copy_files() {
  version=$(cat "$here/VERSION")
  step mkdir -p "$place/versions" "${unit%/*}" "${rules%/*}" "${settings%/*}"
  if [ "$here" != "$place/versions/$version" ]; then
    step rm -rf "$place/versions/$version.new"
    step cp -a "$here" "$place/versions/$version.new"
    step rm -rf "$place/versions/$version"
    step mv "$place/versions/$version.new" "$place/versions/$version"
  fi
  # What a station has set up stays as it is.
  [ -e "$settings" ] || step install -m 0644 "$here/install/settings.json" "$settings"
  [ -e "$secrets" ] || step install -m 0600 /dev/null "$secrets"
}

# A link is replaced by renaming another over it, so that at every instant there is a version to start.
point() {
  step ln -sfn "$2" "$place/$1.new"
  step mv -T "$place/$1.new" "$place/$1"
}

activate() {
  old=$(readlink "$place/current" 2>/dev/null || true)
  [ -z "$old" ] || [ "$old" = "versions/$version" ] || point previous "$old"
  point current "versions/$version"
  settle "$place/versions/$version"
}

# The unit and the rules belong to the version that runs.
settle() {
  step install -m 0644 "$1/install/lynceus-edge.service" "$unit"
  step install -m 0644 "$1/install/60-lynceus.rules" "$rules"
}

start() {
  if ! running_systemd; then
    say "systemd does not run here: the hub is installed and not started"
    return 0
  fi
  step udevadm control --reload
  step udevadm trigger --subsystem-match=gpio --subsystem-match=i2c-dev --subsystem-match=video4linux --subsystem-match=media
  step systemctl daemon-reload
  step systemctl enable lynceus-edge
  # Type=notify: this returns when the hub has said that it is ready, or has failed.
  step systemctl restart lynceus-edge
}

back() {
  old=$(readlink "$place/previous" 2>/dev/null) || fail "there is no version before this one"
  [ -x "$place/$old/edge" ] || fail "the version before this one is not there any more: $place/$old"
  bad=$(readlink "$place/current")
  point current "$old"
  point previous "$bad"
  settle "$place/$old"
  start || fail "the version before does not start either: journalctl -u lynceus-edge"
  say "Went back to $(basename "$old"); $(basename "$bad") is kept beside"
}

# Two versions stay on the card: the one that runs and the one before.
sweep() {
  for folder in "$place"/versions/*; do
    case "versions/$(basename "$folder")" in
      "$(readlink "$place/current")" | "$(readlink "$place/previous" 2>/dev/null || echo none)") ;;
      *) step rm -rf "$folder" ;;
    esac
  done
}

if [ -z "$DESTDIR" ] && [ -z "$dry" ] && [ "$(id -u)" != 0 ]; then fail "must run as root: sudo $0"; fi
if [ "$goal" = rollback ]; then
  back
  exit 0
fi
make_user
need_ffmpeg
copy_files
activate
if ! start; then
  if [ -e "$place/previous" ] && [ "$(readlink "$place/previous")" != "$(readlink "$place/current")" ]; then
    say "The new version does not start: journalctl -u lynceus-edge"
    back
    exit 1
  fi
  fail "it does not start, and there is no version before it: journalctl -u lynceus-edge"
fi
[ -n "$dry" ] || sweep
say "Installed $version in $place"
