#!/usr/bin/env bash
# Workload 1 of PERFORMANCE.md: starts a silo with samples/workload1/plant, steps the rate up, writes bench/reports/workload1.json
# and prints one line of a Markdown table.
#
#   bench/workload1.sh HOST:PORT [COMMAND that starts the silo, with its arguments ...]
#
# Without a command the system at HOST:PORT is taken as it is (a peer, or a silo that runs already).
# FROM, TO (messages/s), SECONDS_PER_RUN, NAME and REPORT may be set in the environment.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
address=${1:?HOST:PORT}
shift
report=${REPORT:-$root/bench/reports/workload1.json}
mkdir -p "$(dirname "$report")"
dotnet build -c Release -v q --nologo "$root/bench/LoadGenerator" >&2

pid=0
stop() { [ "$pid" = 0 ] || { kill -TERM "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }; }
trap stop EXIT
if [ $# -gt 0 ]; then
  MILLWRIGHT_PLANT=$root/samples/workload1/plant "$@" >"${report%.json}.silo.log" 2>&1 &
  pid=$!
fi

# Ready when the port answers; the bound is a failure bound, not a wait.
host=${address%:*} port=${address#*:}
for _ in $(seq 1 300); do
  (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null && break
  if [ "$pid" != 0 ] && ! kill -0 "$pid" 2>/dev/null; then echo "the silo ended; see ${report%.json}.silo.log" >&2; exit 1; fi
  sleep 0.2
done

"$root/bench/LoadGenerator/bin/Release/net10.0/Millwright.LoadGenerator" --broker "$address" --rate "${FROM:-12000}" --search "${TO:-1500000}" \
  --duration "${SECONDS_PER_RUN:-15}" --pid "$pid" --json "$report" >&2 || true

python3 - "$report" "${NAME:-Millwright}" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
b = r["best"]
if b is None:
    print(f"| {sys.argv[2]} | not sustained at the lowest rate | | | |")
else:
    l = b["alertLatency"]
    print(f"| {sys.argv[2]} | {b['samplesPerSecond']:.0f} | {l['p50']} ms | {l['p99']} ms | {b['systemCpuMicroseconds']} us |")
PY
