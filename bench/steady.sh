#!/usr/bin/env bash
# Steady state: RATE messages/s (20,000) from ASSETS (1,000) at QoS 1 for MINUTES (30), with memory, disk and lag looked at every second.
# Writes bench/reports/steady.json and prints one line. Exit code 1 when samples are missing, alerts are missing or twice, the lag's p99
# is 1 s or more, or the log's bytes on disk in the last third exceed twice those of the first.
#
#   bench/steady.sh              starts a silo of this checkout with an empty data directory
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
report=${REPORT:-$root/bench/reports/steady.json}
mqtt=${MQTT:-18831} http=${HTTP:-18832}
mkdir -p "$(dirname "$report")"
dotnet build -c Release -v q --nologo "$root/bench/LoadGenerator" >&2
dotnet build -c Release -v q --nologo "$root/src/Silo" >&2
data=$(mktemp -d)
plant=$(mktemp -d)
last=$(printf %05d $((${ASSETS:-1000} - 1)))
for file in "$root"/samples/workload1/plant/*.yaml; do sed "s/{00000..00499}/{00000..$last}/" "$file" >"$plant/$(basename "$file")"; done
dotnet "$root/src/Silo/bin/Release/net10.0/Millwright.Silo.dll" --plant "$plant" --data "$data" \
  --http "$http" --mqtt "$mqtt" >"$data.log" 2>&1 &
pid=$!
stop() { kill "$sampler" 2>/dev/null || true; kill -TERM "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; rm -rf "$data" "$plant"; }
sampler=0
trap stop EXIT
for _ in $(seq 1 300); do
  curl -fs "127.0.0.1:$http/health/ready" >/dev/null 2>&1 && break
  kill -0 "$pid" 2>/dev/null || { echo "the silo ended; see $data.log" >&2; exit 1; }
  sleep 0.2
done

python3 - "$pid" "$http" "$data" "$data.samples" <<'PY' &
import json, os, sys, time, urllib.request
pid, http, data, out = sys.argv[1:]
def size(path, suffix=""):
    # Blocks, not lengths: a segment is reserved as a whole.
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try: total += os.stat(os.path.join(folder, name)).st_blocks * 512 if name.endswith(suffix) else 0
            except FileNotFoundError: pass
    return total
with open(out, "w") as file:
    while True:
        try:
            rss = next(int(l.split()[1]) for l in open(f"/proc/{pid}/status") if l.startswith("VmRSS")) * 1024
            system = json.load(urllib.request.urlopen(f"http://127.0.0.1:{http}/api/v1/system", timeout=5))
            row = {"t": time.time(), "rss": rss, "log": size(f"{data}/log"), "store": size(data) - size(f"{data}/log"),
                   "lag": system["log"]["lagSeconds"]}
            file.write(json.dumps(row) + "\n"); file.flush()
        except Exception as e:
            print("sample missed:", e, file=sys.stderr)
        time.sleep(1)
PY
sampler=$!

seconds=$(( ${MINUTES:-30} * 60 ))
"$root/bench/LoadGenerator/bin/Release/net10.0/Millwright.LoadGenerator" --broker "127.0.0.1:$mqtt" --rate "${RATE:-20000}" \
  --assets "${ASSETS:-1000}" --duration "${SECONDS_PER_RUN:-$seconds}" --pid "$pid" --json "$data.load" >&2 || true

python3 - "$data.samples" "$data.load" "$report" <<'PY'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
run = json.load(open(sys.argv[2]))["runs"][0]
third = max(1, len(rows) // 3)
def part(key, rows): return max(row[key] for row in rows)
lags = sorted(row["lag"] for row in rows)
report = {
    "seconds": round(rows[-1]["t"] - rows[0]["t"]), "samplesPerSecond": run["samplesPerSecond"],
    "sent": run["sent"], "acknowledged": run["acknowledged"],
    "alerts": run["spikes"], "alertsMissing": run["alertsMissing"], "alertsDoubled": run["alertsDoubled"],
    "alertLatencyMs": run["alertLatency"], "lagSeconds": {"p50": lags[len(lags) // 2], "p99": lags[int(len(lags) * .99)], "max": lags[-1]},
    "cpuMicrosecondsPerSample": run["systemCpuMicroseconds"],
    **{f"{key}Bytes": [part(key, rows[:third]), part(key, rows[third:2 * third] or rows), part(key, rows[-third:])] for key in ("rss", "log", "store")},
}
json.dump(report, open(sys.argv[3], "w"), indent=2)
mib = lambda values: " ".join(f"{value / 2**20:.0f}" for value in values)
print(f"{report['seconds']} s at {report['samplesPerSecond']:.0f} samples/s; alert p99 {run['alertLatency']['p99']} ms; "
      f"lag p99 {report['lagSeconds']['p99']:.2f} s; MiB per third: rss {mib(report['rssBytes'])}, "
      f"log {mib(report['logBytes'])}, store {mib(report['storeBytes'])}")
bad = (run["acknowledged"] != run["sent"] or run["alertsMissing"] or run["alertsDoubled"] or run["alertLatency"]["p99"] >= 1000
       or report["lagSeconds"]["p99"] >= 1 or report["logBytes"][2] > 2 * report["logBytes"][0])
sys.exit("steady state not reached; see " + sys.argv[3] if bad else 0)
PY
