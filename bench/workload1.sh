#!/usr/bin/env bash
# Workload 1 of PERFORMANCE.md: steps the rate up, writes bench/reports/workload1.json and prints one line of a Markdown table.
#
#   bench/workload1.sh              starts a silo of this checkout with samples/workload1/plant and an empty data directory
#   bench/workload1.sh HOST:PORT    takes what answers there: a peer, or a silo that runs already (PID gives its CPU and memory)
#
# FROM, TO (messages/s), SECONDS_PER_RUN, NAME and REPORT may be set in the environment.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
address=${1:-127.0.0.1:18830}
report=${REPORT:-$root/bench/reports/workload1.json}
mkdir -p "$(dirname "$report")"
dotnet build -c Release -v q --nologo "$root/bench/LoadGenerator" >&2

pid=${PID:-0}
data=$(mktemp -d)
stop() { [ $# = 0 ] || [ -z "${own:-}" ] || { kill -TERM "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }; rm -rf "$data"; }
trap 'stop all' EXIT
if [ $# = 0 ]; then
  dotnet build -c Release -v q --nologo "$root/src/Silo" >&2
  dotnet "$root/src/Silo/bin/Release/net10.0/Millwright.Silo.dll" --plant "$root/samples/workload1/plant" --data "$data" \
    --http 0 --mqtt "${address#*:}" >"$data.log" 2>&1 &
  pid=$! own=1
fi

# Ready when the port answers; the bound is a failure bound, not a wait.
host=${address%:*} port=${address#*:}
for _ in $(seq 1 300); do
  (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null && break
  if [ "$pid" != 0 ] && ! kill -0 "$pid" 2>/dev/null; then echo "the silo ended; see $data.log" >&2; exit 1; fi
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

# Speed is a figure, and loss is a failure: at the lowest rate nothing may be missing, and at no rate anything twice.
first = r["runs"][0]
if first["alertsMissing"] or first["acknowledged"] != first["sent"] or any(run["alertsDoubled"] for run in r["runs"]):
    sys.exit("workload 1: samples unacknowledged, or alerts missing or twice; see " + sys.argv[1])
PY
