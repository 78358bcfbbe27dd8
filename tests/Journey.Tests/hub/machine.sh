#!/bin/sh
# Another machine on this one: its own mounts over /etc, /opt, /root, /var/lib and /usr/local, and an ssh server on a port of its own. What is installed there is gone when it ends.
#   machine.sh FOLDER  runs until it is killed; FOLDER holds sshd_config and bin/ (what stands in for systemd there)
set -eu
folder=$1
mkdir -p "$folder/over"
mount -t tmpfs tmpfs "$folder/over"
for place in etc opt root var/lib usr/local; do
  mkdir -p "$folder/over/$place.up" "$folder/over/$place.work"
  mount -t overlay overlay -o "lowerdir=/$place,upperdir=$folder/over/$place.up,workdir=$folder/over/$place.work" "/$place"
done
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd /run/systemd/system
cp "$folder"/bin/* /usr/local/bin/
exec /usr/sbin/sshd -D -e -f "$folder/sshd_config"
