#!/usr/bin/env bash
# Runs the Eclipse Paho interoperability suite (eclipse/paho.mqtt.testing, a checkout given as argument) against our endpoint:
# one process per test, each with a time limit, because a hanging test must not hide the others.
set -uo pipefail
suite="${1:-}"
port="${2:-21883}"
limit="${PAHO_LIMIT:-90}"
only="${PAHO_ONLY:-.}"
here="$(cd "$(dirname "$0")" && pwd)"

if [[ -z "$suite" || ! -f "$suite/interoperability/client_test5.py" ]]; then
  echo "paho: not run, give a checkout of github.com/eclipse/paho.mqtt.testing as first argument (second: port, default 21883)"
  exit 2
fi

dotnet build "$here/MqttHost" -v q -clp:ErrorsOnly >/dev/null || exit 1
work="$(mktemp -d)"
# A copy, so that a build meanwhile does not pull the files from under the running host.
cp -r "$here/MqttHost/bin/Debug/net10.0" "$work/host"
dotnet "$work/host/Millwright.MqttHost.dll" "$port" test/nosubscribe >"$work/host.log" 2>&1 &
host=$!
trap 'kill "$host" 2>/dev/null; wait "$host" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do grep -q '^ready' "$work/host.log" && break; kill -0 "$host" || { cat "$work/host.log"; exit 1; }; sleep 0.1; done

# The 3.1.1 suite reads its port from the command line and then hands the command line to unittest, which rejects it: set it here.
cat >"$work/one311.py" <<'PY'
import sys, unittest
import client_test as suite
suite.host, suite.port = "localhost", int(sys.argv[1])
suite.topics = ("TopicA", "TopicA/B", "Topic/C", "TopicA/C", "/TopicA")
suite.wildtopics = ("TopicA/+", "+/C", "#", "/#", "/+", "+/+", "TopicA/#")
suite.nosubscribe_topics = ("test/nosubscribe",)
result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromName("Test." + sys.argv[2], suite))
sys.exit(0 if result.wasSuccessful() else 1)
PY
sed -e 's/import client_test as suite/import client_test5 as suite/' -e '/^suite.topics\|^suite.wildtopics\|^suite.nosub/d' \
    -e 's/^suite.host.*/&\nsuite.topic_prefix = "client_test5\/"/' "$work/one311.py" >"$work/one5.py"

run() { # file, runner
  local passed=0 total=0 name
  for name in $(grep -oE 'def test\w+' "$suite/interoperability/$1.py" | cut -d' ' -f2 | grep -E "$only"); do
    total=$((total + 1))
    if (cd "$suite/interoperability" && PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 timeout "$limit" python3 "$work/$2" "$port" "$name") \
        >"$work/$name.log" 2>&1; then
      passed=$((passed + 1)); echo "pass $1 $name"
    else
      echo "FAIL $1 $name"; tail -n "${PAHO_TAIL:-8}" "$work/$name.log" | sed 's/^/     /'
    fi
  done
  echo "$1: $passed of $total passed"
}

run client_test one311.py
run client_test5 one5.py
kill -0 "$host" || echo "the endpoint died: $(tail -3 "$work/host.log")"
