#!/usr/bin/env bash
# Runs every test of the project and ends with one line: N passed, N failed[, N skipped].
# Installs the programs that the tests talk to (a real broker, a real browser) where it may; says so when it may not.
set -u
cd "$(dirname "$0")"
runtime="${MILLWRIGHT_RUNTIME:-Local}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need() { # binary, Debian package
  command -v "$1" >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    [ -n "${updated:-}" ] || { apt-get update -qq >/dev/null 2>&1; updated=1; }
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null 2>&1 && { [ "$2" = mosquitto ] && service mosquitto stop >/dev/null 2>&1; return; }
  fi
  echo "note: '$1' (Debian package '$2') is missing and could not be installed; the tests that need it will fail"
}
need mosquitto mosquitto
need mosquitto_pub mosquitto-clients
need chromium chromium
need gcc build-essential
[ -n "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need initdb postgresql

dotnet build Streaming.sln -c Release -v q -p:MillwrightRuntime="$runtime" || { echo "0 passed, 1 failed"; exit 1; }

passed=0 failed=0 skipped=0 status=0
results="$(mktemp -d)"
for project in tests/*.Tests tests/Orleans.Conformance; do
  name="$(basename "$project")"
  dotnet test "$project" -c Release --no-build -v q -p:MillwrightRuntime="$runtime" --logger "trx;LogFileName=$results/$name.trx" "$@" || status=1
  counters="$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null | head -1)"
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  p="$(count passed)"; f="$(count failed)"; t="$(count total)"
  [ -n "$t" ] || { echo "$name: no result"; failed=$((failed + 1)); status=1; continue; }
  passed=$((passed + p)); failed=$((failed + f)); skipped=$((skipped + t - p - f))
done
rm -rf "$results"
[ "$skipped" -gt 0 ] && echo "$passed passed, $failed failed, $skipped skipped" || echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$status" = 0 ]
