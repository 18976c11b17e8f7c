#!/usr/bin/env bash
# Wall time of freezelint beside ruff on the same trees, in one run.
#
# usage: benchmarks/linter_speed.sh [VENV]
#
# VENV (default .venv) holds freezelint, ruff and keras. Needs hyperfine. Prints, per tree, both times and the ratio,
# and for a tree without Keras (the standard library's json package) the ratio to `python -c pass`.
set -euo pipefail
bin=${1:-.venv}/bin
keras=$("$bin/python" -c 'import importlib.util as u; print(u.find_spec("keras").submodule_search_locations[0])')
json=$("$bin/python" -c 'import json, os; print(os.path.dirname(json.__file__))')

ratio() { # NAME REFERENCE COMMAND
    local out
    out=$(mktemp)
    hyperfine -N --ignore-failure --warmup 2 --runs "${RUNS:-10}" --export-json "$out" "$2" "$3" >/dev/null
    "$bin/python" - "$1" "$out" <<'PY'
import json, sys
reference, ours = json.load(open(sys.argv[2]))["results"]
print(f"{sys.argv[1]}: {ours['mean']:.3f} s ± {ours['stddev']:.3f}, reference {reference['mean']:.3f} s ± "
      f"{reference['stddev']:.3f}, ratio {ours['mean'] / reference['mean']:.2f}")
PY
    rm -f "$out"
}

"$bin/freezelint" --version
"$bin/ruff" --version
echo "keras package: $(find "$keras" -name '*.py' | wc -l) files, $(find "$keras" -name '*.py' -exec cat {} + | wc -l) lines"
ratio "keras package, ruff as reference" "$bin/ruff check --no-cache --isolated --quiet $keras" "$bin/freezelint check --no-cache --isolated $keras"
ratio "json package, python -c pass as reference" "$bin/python -c pass" "$bin/freezelint check --isolated $json"
