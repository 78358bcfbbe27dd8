#!/usr/bin/env bash
# Everything one does with Lynceus, one verb each. `./deploy.sh help` lists them.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '%s\n' "$*" >&2; }
fail() { say "deploy.sh: $*"; exit 1; }

help() {
  cat <<'TEXT'
./deploy.sh VERB

  demo [FOLDER] [--once]   Cloud and hub on this machine: replays a card through the gate and shows it on a page; then a hub with a camera
                           that shows the same pictures takes a clip by hand and serves its setup page.
                           FOLDER is a card of yours; without it a sample is drawn. Ctrl-C ends it and removes its data.
                           --once ends after the replay; the last line is its summary as JSON.
  test [NAME]              Builds and runs all tests, or those of one project (Edge, Cloud, Vision, Contracts,
                           Scenes, Quantize, Journey).
  bench [--short] [PART...]  Measures, and prints each figure beside its floor; PART is look, gate, int8,
                           energy, peers, tiers, detect, link, spool, hub, start, now, jobs, import, old, quotes, ecology or camera.
                           --short takes a tenth of the turns, to see that it runs.
                           peers needs nodejs, npm and python3-opencv; what cannot be installed is left out, and says so.
  evaluate [ARGS]          Runs the whole gate over labelled pictures, prints what it finds and drops at each site, and writes a report
                           (artifacts/evaluation, unless ARGS name another --out). ARGS are those of `edge evaluate`: folders with a labels.csv, …
                           Without ARGS: the photographs in ../shared/data, each site judged by a model that has not seen it and beside an
                           off-the-shelf one, as far as these are here; without photographs a set of drawn scenes.
  torture [--short] [--keep] [CASE...]
                           Takes power, card, link, broker and clock from hub and cloud, and asks both ends what is lost; the last line says it.
                           Exit code 0 only when nothing is. --short is within 10 minutes. ./deploy.sh torture --help lists the cases.
                           Those with a network of their own need root.
  hub [--host pi@ADDRESS] [--arch arm64|x64] [--dry-run] [--rollback]
                           Publishes the hub's program with its runtime (artifacts/hub), copies it to the hub by ssh and rsync, installs it as a
                           service beside the version before, and ends with edge doctor there. The user needs sudo on the hub, or be root.
                           --host      the hub; without it the package is only made (for arm64, or as --arch says), as a folder and a .tar.gz.
                           --dry-run   prints each step and does none.
                           --rollback  goes back to the version before.
                           Options for ssh stand in your ~/.ssh/config, or in LYNCEUS_SSH ("ssh -p 2222").
  build                    Builds the programs (artifacts/bin/Edge/release/edge, artifacts/bin/Cloud/release/cloud).
  format                   Puts the code into its form, or with --check says where it is not.
  help                     This text.

What is needed: the .NET 10 SDK; for videos ffmpeg; for test mosquitto, rabbitmq-server and postgresql; for bench mosquitto-clients. Debian's packages are installed by apt-get where that is allowed.
TEXT
}

need_dotnet() {
  command -v dotnet >/dev/null || fail "the .NET 10 SDK is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
  dotnet --list-sdks | grep -q '^10\.' || fail "the .NET 10 SDK is needed, here are: $(dotnet --list-sdks | tr '\n' ' ')"
}

# need PROGRAM PACKAGE: installs Debian's package where that is allowed, else says what to type.
need() {
  command -v "$1" >/dev/null || install "$1" "$2"
}

install() {
  local root=()
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo -n); else fail "$1 is needed: sudo apt-get install $2"; fi
  fi
  command -v apt-get >/dev/null || fail "$1 is needed: install your system's package for it ($2 in Debian)"
  say "Installing $2 ..."
  "${root[@]}" apt-get update -qq || say "apt-get update failed; trying with the lists that are here"
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "$2" >/dev/null || fail "$2 could not be installed: sudo apt-get install $2"
}

build() {
  need_dotnet
  say "Building ..."
  dotnet build Edge.sln -c Release -v quiet --nologo "$@" >&2
}

# Deployments, statistics and the report of the demo.
said_and_seen() {
  local cloud=$1
  say "Deployments, with their camera-days:"
  "$cloud" deployments list --data "$data/cloud" >&2 &&
    say "Events of each kind, independent by 30 minutes:" &&
    "$cloud" statistics species --data "$data/cloud" --format csv | sed 's/^/  /' >&2 &&
    say "Events in 100 camera-days, with their 95 % interval:" &&
    "$cloud" statistics rates --data "$data/cloud" --format csv | sed 's/^/  /' >&2 &&
    "$cloud" report --data "$data/cloud" --out "$data/report.html" --title "The demo's sample card" >&2
}

demo() {
  local folder='' once=''
  for argument in "$@"; do
    case "$argument" in
      --once) once=yes ;;
      -*) fail "demo does not know $argument; ./deploy.sh help" ;;
      *) [ -z "$folder" ] || fail "demo takes one FOLDER"; folder=$argument ;;
    esac
  done
  [ -z "$folder" ] || [ -d "$folder" ] || fail "$folder is not a folder"
  build
  need ffmpeg ffmpeg
  local edge=artifacts/bin/Edge/release/edge cloud=artifacts/bin/Cloud/release/cloud scenes=artifacts/bin/Scenes/release/scenes
  if ! "$edge" models >/dev/null 2>"${TMPDIR:-/tmp}/lynceus-models.$$"; then
    cat "${TMPDIR:-/tmp}/lynceus-models.$$" >&2
    rm -f "${TMPDIR:-/tmp}/lynceus-models.$$"
    fail "the demo needs a detector: put the file named above into models/, or name its folder in LYNCEUS_MODELS, and try again"
  fi
  rm -f "${TMPDIR:-/tmp}/lynceus-models.$$"

  data=$(mktemp -d "${TMPDIR:-/tmp}/lynceus-demo.XXXXXX")
  cloud_pid=
  live_pid=
  # Ctrl-C reaches the cloud too; here it only ends the waiting.
  # shellcheck disable=SC2317
  end() {
    trap '' INT TERM EXIT
    [ -z "$live_pid" ] || { kill "$live_pid" 2>/dev/null; wait "$live_pid" 2>/dev/null; } || true
    [ -z "$cloud_pid" ] || { kill "$cloud_pid" 2>/dev/null; wait "$cloud_pid" 2>/dev/null; } || true
    rm -rf "$data"
  }
  trap end EXIT
  trap 'exit 130' INT TERM
  if [ -z "$folder" ]; then
    folder=$data/card
    say "Drawing a sample card ..."
    "$scenes" card "$folder" >&2
  fi

  "$cloud" run --data "$data/cloud" --http 127.0.0.1:0 --mqtt 127.0.0.1:0 >"$data/ready" 2>"$data/cloud.log" &
  cloud_pid=$!
  local ready='' http mqtt
  for _ in $(seq 300); do
    ready=$(grep -m1 '^ready ' "$data/ready" || true)
    [ -z "$ready" ] || break
    kill -0 "$cloud_pid" 2>/dev/null || { cat "$data/cloud.log" >&2; fail "the cloud did not start"; }
    sleep 0.1
  done
  [ -n "$ready" ] || { cat "$data/cloud.log" >&2; fail "the cloud was not ready within 30 s"; }
  read -r _ http mqtt <<<"$ready"
  say "The page:  $http"

  local code=0
  "$edge" replay "$folder" --cloud "$mqtt" --hub demo --data "$data/hub" >"$data/summary" || code=$?
  # The cloud looks at every picture again with its own model; that may take a moment longer than the sending.
  for _ in $(seq 600); do
    [ "$(curl -fsS "$http/api/v1/status" 2>/dev/null | grep -o '"waitingForDetection":[0-9]*' | grep -o '[0-9]*$' || echo 0)" = 0 ] && break
    sleep 0.2
  done
  [ "$code" != 0 ] || live
  # What it comes to: how long was looked, what was seen how often, and the report, all from what has just been recorded.
  [ "$code" != 0 ] || { say ""; said_and_seen "$cloud" || code=$?; }
  if [ -z "$once" ] && [ "$code" = 0 ]; then
    tail -n 1 "$data/summary"
    say ""
    say "Everything that should be sent is acknowledged. Look at it:  $http"
    say "Places and clocks: $http/deployments   Statistics: $http/statistics   The report: $data/report.html"
    say "Ctrl-C ends the demo and removes its data."
    wait "$cloud_pid" || true
  else
    tail -n 1 "$data/summary"
  fi
  exit "$code"
}

# The same card before a hub of its own, as if it were its camera: always on, with a clip by hand and the setup page.
live() {
  local quoted=${folder//\\/\\\\}
  quoted=${quoted//\"/\\\"}
  say "A hub with a camera that shows these pictures takes a clip by hand ..."
  cat >"$data/live.json" <<JSON
{
  "Hub": { "Name": "demo-live" },
  "Uplink": { "Cloud": "$mqtt", "EffortEverySeconds": 1 },
  "Setup": { "Enabled": true, "Listen": "127.0.0.1:0", "Code": "demo-demo" },
  "Cameras": [{ "CameraID": "live", "Source": "replay:$quoted", "FrameRate": 4, "SettleSeconds": 0, "Clip": { "PreRollSeconds": 1, "PostRollSeconds": 2 } }]
}
JSON
  "$edge" run --settings "$data/live.json" --data "$data/live" 2>"$data/live.log" &
  live_pid=$!
  local taken='' page
  for _ in $(seq 300); do
    [ -n "$taken" ] || ! "$edge" trigger live --data "$data/live" 2>/dev/null || taken=yes
    [ -z "$taken" ] || ! grep -q ' live: [0-9]* frames' "$data/live.log" || break
    kill -0 "$live_pid" 2>/dev/null || break
    sleep 0.2
  done
  grep -o ' live: [0-9]* frames.*' "$data/live.log" >&2 || { cat "$data/live.log" >&2; fail "the hub took no clip"; }
  ask
  page=$(grep -o 'http://127[^ ]*' "$data/live.log" | head -n 1)
  [ -n "$once" ] || say "Its setup page, with the code demo-demo:  $page"
}

# The link carried the record, a thumbnail and a small frame; the rest lies on the hub's card, and the cloud asks for it.
ask() {
  local media='' tier=clip what='the video' said=''
  for _ in $(seq 50); do
    media=$(media_of_hub /video)
    [ -z "$media" ] || break
    sleep 0.2
  done
  if [ -z "$media" ]; then
    say "The hub kept no video of it, since somebody may be in one of its frames."
    media=$(media_of_hub '') tier=original what='a picture as it was taken'
  fi
  curl -fsS -o /dev/null -H 'Content-Type: application/json' -d "{\"mediaID\":\"$media\",\"tier\":\"$tier\"}" "$http/api/v1/hubs/demo-live/requests"
  for _ in $(seq 300); do
    said=$(curl -fsS "$http/api/v1/hubs/demo-live/requests" | grep -o '"stand":"[a-zA-Z]*"' | head -n 1 | cut -d'"' -f4 || true)
    case "$said" in done | gone | notAllowed | refused) break ;; esac
    sleep 0.2
  done
  say "The cloud asked the hub for $what, which lay on its card: $said"
}

# The first media of the live hub whose id ends so.
media_of_hub() {
  curl -fsS "$http/api/v1/media?hub=demo-live&limit=50" | grep -oE "\"mediaID\":\"[0-9a-f-]+/[0-9a-z]+\"" | cut -d'"' -f4 | grep -E "$1\$" | head -n 1 || true
}

# One after the other; what each says is in a file of its name.
run_test_projects() {
  local logs=$1 only=$2 project name
  for project in "${@:3}"; do
    name=$(basename "${project%+*}")
    [ -z "$only" ] || [ "$name" = "$only.Tests" ] || continue
    # The tests of the cloud that touch rows run on both databases.
    local rows='' which=()
    [ "$name" != Cloud.Tests ] || which=(-trait- Rows=postgres)
    [ "$project" != tests/Cloud.Tests+postgres ] || { rows=postgres; which=(-trait Rows=postgres -trait Rows=any); }
    say "== $name${rows:+ on PostgreSQL}"
    # A test that never ends fails by its name in the log, rather than holding up all others for ever.
    LYNCEUS_TEST_DB=$rows DOTNET_gcServer=0 timeout --foreground -k 30 50m "artifacts/bin/$name/release/$name" -noColor -longRunning 60 "${which[@]}" 2>&1 | tee "$logs/$(basename "$project")" >&2 || true
  done
}

run_tests() {
  local only=${1:-} total=0 failed=0 skipped=0 others=() groups=() project logs log line n
  build
  need ffmpeg ffmpeg
  # A hub is installed by ssh on a machine that the tests make, and its arm64 build is started under emulation; where these are not to be had, those tests say so and skip.
  if [ -z "$only" ] || [ "$only" = Journey ]; then
    (need rsync rsync && need /usr/sbin/sshd openssh-server && need qemu-aarch64-static qemu-user-static) || true
  fi
  # An upload by a client that nobody here wrote, and a layer between a program and its disk.
  (need node nodejs && need npm npm && need gcc build-essential) || true
  # Real brokers, started by the tests on free ports; Debian's rabbitmq-server also starts one of its own, which the tests leave alone.
  (need /usr/sbin/mosquitto mosquitto && need /usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server) || true
  # A real PostgreSQL, started by the tests; Debian's package also starts one of its own, which they leave alone.
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || (install PostgreSQL postgresql) || true
  logs=$(mktemp -d)
  for project in tests/*.Tests; do [[ $project =~ (Cloud|Edge|Journey).Tests$ ]] || others+=("$project"); done
  # Three at a time, about as long each, the cloud's on either database and the hub's: they wait more than they compute.
  set -m # in groups of their own: what a script puts behind it is deaf to Ctrl+C otherwise, and so would be all that the tests start
  (run_test_projects "$logs" "$only" tests/Cloud.Tests+postgres "${others[@]}") &
  groups=(-"$!")
  (run_test_projects "$logs" "$only" tests/Edge.Tests tests/Journey.Tests) &
  groups+=(-"$!")
  set +m
  trap 'kill -- '"${groups[*]}"' 2>/dev/null; exit 130' INT TERM
  run_test_projects "$logs" "$only" tests/Cloud.Tests
  wait
  trap - INT TERM
  for log in "$logs"/*; do
    [ -e "$log" ] || continue
    # Each test project is a program; it ends with 'Total: T, Errors: E, Failed: F, Skipped: S'.
    line=$(grep -oE "Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+" "$log" | tail -n 1)
    if [ -z "$line" ]; then
      say "$(basename "$log") ended without a summary"
      failed=$((failed + 1)); total=$((total + 1))
      continue
    fi
    read -r -a n <<<"$(grep -oE '[0-9]+' <<<"$line" | tr '\n' ' ')"
    total=$((total + n[0])); failed=$((failed + n[1] + n[2])); skipped=$((skipped + n[3]))
  done
  rm -rf "$logs"
  [ "$total" -gt 0 ] || fail "no tests of that name"
  if [ "$skipped" -gt 0 ]; then
    printf '%s passed, %s failed, %s skipped\n' "$((total - failed - skipped))" "$failed" "$skipped"
  else
    printf '%s passed, %s failed\n' "$((total - failed))" "$failed"
  fi
  [ "$failed" = 0 ]
}

bench() {
  build
  local parts=" ${*#--short} "
  [[ $parts =~ [a-z] ]] || parts=' link peers jobs '
  [[ $parts != *' link '* ]] || bench_link
  [[ $parts != *' peers '* ]] || bench_peers
  [[ $parts != *' jobs '* ]] || bench_jobs
  artifacts/bin/Benchmarks/release/Benchmarks "$@"
  [ -n "${bench_db:-}" ] || return 0
  local short=()
  [[ " $* " != *' --short '* ]] || short=(--short)
  LYNCEUS_BENCH_DB=$bench_db artifacts/bin/Benchmarks/release/Benchmarks "${short[@]}" jobs
}

# Each in a shell of its own: what is missing is left out of the figures, with its reason, and stops nothing else.
bench_link() {
  (need mosquitto_pub mosquitto-clients) || true
  (need mosquitto mosquitto) || true
}

# A PostgreSQL for the time of the measurement, behind a socket in its own folder; as root it runs as its own user.
bench_jobs() {
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || (install PostgreSQL postgresql) || true
  local bin as=()
  bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || { say "No PostgreSQL: its figures are left out."; return 0; }
  postgres=$(mktemp -d "${TMPDIR:-/tmp}/lynceus-postgres.XXXXXX")
  [ "$(id -u)" != 0 ] || { chown postgres "$postgres"; as=(setpriv --reuid=postgres --regid=postgres --clear-groups --); }
  trap 'kill -INT "$(head -n 1 "$postgres/rows/postmaster.pid")" 2>/dev/null || true; sleep 1; rm -rf "$postgres"' EXIT
  "${as[@]}" "$bin/initdb" -D "$postgres/rows" -U postgres -A trust -E UTF8 --no-locale >/dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$postgres/rows" -l "$postgres/log" -o "-k $postgres -c listen_addresses=" -w start >/dev/null || { say "PostgreSQL does not start: its figures are left out."; return 0; }
  bench_db="Host=$postgres;Database=lynceus;Username=postgres"
}

bench_peers() {
  (/usr/bin/python3 -c 'import cv2' 2>/dev/null || install "OpenCV for Python" python3-opencv) || true
  (need node nodejs && need npm npm) || true
  local peers=tests/Benchmarks/peers
  # The installed list is npm's own mark of what lies there; the runtime's installer would fetch parts for graphics cards.
  if command -v npm >/dev/null && [ $peers/package-lock.json -nt $peers/node_modules/.package-lock.json ]; then
    say "Installing sharp and onnxruntime-node ..."
    ONNXRUNTIME_NODE_INSTALL=skip npm ci --prefix $peers --ignore-scripts --silent --no-audit --no-fund >&2 || say "npm ci failed in $peers"
  fi
}

torture() {
  need_dotnet
  need gcc build-essential
  # Without one of these the cases that want it are skipped, and say so.
  (need ip iproute2 && need curl curl && need mkfs.ext4 e2fsprogs) || true
  (need /usr/sbin/mosquitto mosquitto) || true
  say "Building ..."
  dotnet build tests/Torture -c Release -v quiet --nologo >&2
  artifacts/bin/Torture/release/torture "$@"
}

evaluate() {
  need_dotnet
  say "Building ..."
  dotnet build edge -c Release -v quiet --nologo >&2
  local edge=artifacts/bin/Edge/release/edge photographs=../shared/data out=artifacts/evaluation arguments=("$@")
  if [ $# = 0 ]; then
    arguments=(--model gate)
    if "$edge" models 2>/dev/null | grep -q '^yolox-nano-coco '; then arguments+=(--against yolox-nano-coco); fi
    if [ -f "$photographs/images/labels.csv" ]; then
      arguments+=("$photographs/images")
      [ ! -f "$photographs/train/boxes.csv" ] || arguments+=(--empties "$photographs/train")
      if compgen -G 'models/gate/folds/*/manifest.json' >/dev/null; then arguments+=(--held-out); else say "models/gate/folds has no models that hold sites out: figures of sites that the gate was trained on say little."; fi
    else
      say "No photographs in $photographs: drawing scenes ..."
      dotnet build models/Scenes -c Release -v quiet --nologo >&2
      local class drawn=artifacts/evaluation-scenes
      for class in animal empty person vehicle; do
        artifacts/bin/Scenes/release/scenes frames "$drawn/$class" --class "$class" --count 60 --seed 9201 >&2
        arguments+=("$drawn/$class")
      done
    fi
  fi
  case " ${arguments[*]} " in *" --out "* | *" --out="* | *" --help "* | *" -h "*) ;; *) arguments+=(--out "$out") ;; esac
  "$edge" evaluate "${arguments[@]}"
}

# step COMMAND...: says what is done before it is done; in a dry run it is only said.
step() {
  say "+ $*"
  [ -n "$dry" ] || "$@"
}

hub() {
  local host='' arch='' back=''
  dry=
  while [ $# -gt 0 ]; do
    case "$1" in
      --host) host=${2:?deploy.sh: --host needs pi@ADDRESS}; shift ;;
      --arch) arch=${2:?deploy.sh: --arch needs arm64 or x64}; shift ;;
      --dry-run) dry=yes ;;
      --rollback) back=yes ;;
      *) fail "hub does not know $1; ./deploy.sh help" ;;
    esac
    shift
  done
  [[ $host != -* && $host != *[[:space:]]* ]] || fail "--host $host is no address; pi@ADDRESS is needed"
  local ssh=${LYNCEUS_SSH:-ssh} package
  [ -z "$host" ] || [ "${ssh%% *}" != ssh ] || need ssh openssh-client
  if [ -n "$back" ]; then
    [ -n "$host" ] || fail "--rollback needs --host"
    on_hub /opt/lynceus/current/install/install.sh --rollback
    doctor_on_hub
    return
  fi
  [ -n "$arch" ] || arch=$(arch_of_hub) || exit 1
  case "$arch" in arm64 | x64) ;; *) fail "there is no package for $arch; arm64 (Raspberry Pi OS 64 bit) or x64" ;; esac
  package_hub
  if [ -z "$host" ]; then
    say "To install it by hand: copy the .tar.gz to the hub, unpack it there, and run sudo ./lynceus-*/install/install.sh"
    [ -n "$dry" ] || printf '%s\n' "$package.tar.gz"
    return
  fi
  need rsync rsync
  # Unpacked beside what runs, as the user who logs in; install.sh takes it from there as root. Only what changed crosses the link.
  local progress=()
  [ ! -t 2 ] || progress=(--info=progress2)
  step rsync -rlpt --delete --partial "${progress[@]}" -z -e "$ssh" "$package/" "$host:lynceus-package/"
  on_hub ./lynceus-package/install/install.sh
  doctor_on_hub
}

arch_of_hub() {
  [ -n "$host" ] || { echo arm64; return; }
  local machine
  if [ -n "$dry" ]; then
    say "+ $ssh $host uname -m"
    echo arm64
    return
  fi
  # shellcheck disable=SC2086
  machine=$($ssh "$host" uname -m) || fail "$host cannot be reached: try $ssh $host"
  case "$machine" in
    aarch64 | arm64) echo arm64 ;;
    x86_64) echo x64 ;;
    *) fail "$host is $machine; a 64-bit system is needed (Raspberry Pi OS 64 bit, Debian)" ;;
  esac
}

# As root there, by sudo unless that is who logs in.
on_hub() {
  # shellcheck disable=SC2086,SC2016
  step $ssh "$host" 'root=; [ "$(id -u)" = 0 ] || root=sudo; $root '"$*"
}

doctor_on_hub() {
  on_hub /opt/lynceus/current/install/doctor.sh || fail "it is installed; what the doctor finds red is for you to mend"
}

# The folder artifacts/hub/lynceus-VERSION-linux-ARCH and the same as .tar.gz.
package_hub() {
  local version limit=120 bytes
  version=$(grep -o '<Version>[^<]*' Directory.Build.props | cut -d'>' -f2)
  if git rev-parse --short HEAD >/dev/null 2>&1; then
    version=$version-$(git rev-parse --short=8 HEAD)
    [ -z "$(git status --porcelain 2>/dev/null)" ] || version=$version-changed
  fi
  package=artifacts/hub/lynceus-$version-linux-$arch
  [ -n "$dry" ] || need_dotnet
  step rm -rf "$package" "$package.tar.gz"
  step dotnet publish edge -c Release -r "linux-$arch" -o "$package" -v quiet --nologo >&2
  # Not for a hub: the cloud's model, and what serves a debugger.
  step rm -rf "$package/models/detect" "$package/libmscordaccore.so" "$package/libmscordbi.so" "$package/libcoreclrtraceptprovider.so" "$package/createdump"
  step cp -r edge/install "$package/"
  if [ -n "$dry" ]; then say "+ echo $version > $package/VERSION"; else echo "$version" >"$package/VERSION"; fi
  step tar -C artifacts/hub -czf "$package.tar.gz" "${package##*/}"
  [ -z "$dry" ] || return 0
  bytes=$(du -sb "$package" | cut -f1)
  [ "$bytes" -le $((limit * 1000 * 1000)) ] || fail "the package has $((bytes / 1000000)) MB; at most $limit MB are meant to be carried to a hub"
  say "$package: $((bytes / 1000000)) MB, $(($(stat -c %s "$package.tar.gz") / 1000000)) MB as .tar.gz"
}

format() {
  need_dotnet
  if [ "${1:-}" = --check ]; then dotnet format Edge.sln --verify-no-changes --no-restore; else dotnet format Edge.sln; fi
}

verb=${1:-help}
[ $# = 0 ] || shift
case "$verb" in
  demo) demo "$@" ;;
  test) run_tests "$@" ;;
  bench) bench "$@" ;;
  torture) torture "$@" ;;
  evaluate) evaluate "$@" ;;
  hub) hub "$@" ;;
  build) build "$@" ;;
  format) format "$@" ;;
  help | -h | --help) help ;;
  *) help >&2; fail "no verb $verb" ;;
esac
