"""Solves one query with stormpy and prints CPU seconds of load and solve, the value, and the peak memory in KiB."""
import json, resource, sys, time

import stormpy
from stormpy.developer import Environment, MinMaxMethod

mode, path, query, runs = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
begin = time.process_time()
model = stormpy.build_model_from_drn[stormpy.Rational if mode == "exact" else float](path)
load = time.process_time() - begin
environment = Environment()
solver = environment.solver()
if mode == "exact":
    solver.force_exact = True
    solver.min_max().method = MinMaxMethod.POLICY_ITERATION
else:
    solver.force_soundness = True
    solver.min_max().method = MinMaxMethod.OPTIMISTIC_VALUE_ITERATION
    solver.min_max().precision = stormpy.Rational("1/1000000")
    solver.min_max().relative_termination_criterion = True
formula = stormpy.parse_properties(query)[0]
times = []
for _ in range(runs):
    begin = time.process_time()
    result = stormpy.model_checking(model, formula, only_initial_states=True, environment=environment)
    times.append(time.process_time() - begin)
value = result.get_value(list(model.initial_states)[0])
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"load": load, "solve": sorted(times)[len(times) // 2], "value": str(value), "memory": memory}))
