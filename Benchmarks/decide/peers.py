#!/usr/bin/env python3
"""Decisions a second of other engines over the rules and files of `decide`: 1,000 prefixes, the longest decides.

Prints a line for each engine that is installed (pip install cedarpy hobofan_regorus cel-expr-python), of processor time
on one thread, the best of three rounds. Each is given the rules in the way that suits it best as far as we know: Cedar one
policy a prefix, of which the longest of those that permit is taken; Rego both a list of prefixes and a table of folders
looked up by the parts of the path; CEL one list, longest first. Every engine's first answers are compared with a plain loop.
"""

import json
import sys
import time

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0


def folders():
    tops = [f"t{t}/" for t in range(10)]
    middles = [f"{top}m{m}/" for top in tops for m in range(10)]
    return (tops + middles + [f"{middle}s{s}/" for middle in middles for s in range(10)])[:1000]


def files(count):
    state, result = 12345, []
    for number in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        rest = state >> 8
        result.append(f"t{rest % 10}/m{rest // 10 % 10}/s{rest // 100 % 10}/file_{number:08d}.png")
    return result


RULES = {prefix: age + 1 for age, prefix in enumerate(folders())}
LONGEST_FIRST = sorted(RULES, key=len, reverse=True)
PATHS = files(20_000)


def plain(path):
    return next((RULES[prefix] for prefix in LONGEST_FIRST if path.startswith(prefix)), None)


def cedar():
    import cedarpy

    policies = cedarpy.PolicySet.from_str("\n".join(
        f'permit(principal, action, resource) when {{ context.path like "{prefix}*" }};' for prefix in RULES))
    entities = cedarpy.Entities.from_json_str("[]")
    ages = {f"policy{index}": (len(prefix), age) for index, (prefix, age) in enumerate(RULES.items())}

    def decide(path):
        request = {"principal": 'User::"u"', "action": 'Action::"get"', "resource": 'File::"f"', "context": {"path": path}}
        answer = cedarpy.is_authorized(request, policies, entities)
        return max((ages[reason] for reason in answer.diagnostics.reasons), default=(0, None))[1]

    return decide


def rego(indexed):
    import hobofan_regorus

    engine = hobofan_regorus.Engine()
    body = """
        parts := split(input.path, "/")
        found := [age | some end in [3, 2, 1]; age := data.folders[concat("/", array.slice(parts, 0, end))]]
        count(found) > 0
        result := found[0]""" if indexed else """
        found := [rule[1] | some rule in data.rules; startswith(input.path, rule[0])]
        count(found) > 0
        result := found[0]"""
    engine.add_policy("decide.rego", "package decide\nimport rego.v1\nage := result if {" + body + "\n}\n")
    engine.add_data_json(json.dumps({
        "rules": [[prefix, RULES[prefix]] for prefix in LONGEST_FIRST],
        "folders": {prefix[:-1]: age for prefix, age in RULES.items()}}))

    def decide(path):
        engine.set_input_json('{"path":"' + path + '"}')
        return int(engine.eval_rule("data.decide.age"))

    return decide


def cel():
    from cel_expr_python import cel as language

    environment = language.NewEnv(variables={"path": language.Type.STRING})
    prefixes = ", ".join(f'"{prefix}"' for prefix in LONGEST_FIRST)
    expression = environment.compile(f"([{prefixes}].filter(prefix, path.startsWith(prefix)) + [''])[0]")
    return lambda path: RULES.get(str(expression.eval(data={"path": path}).value()))


ENGINES = {"Cedar": cedar, "Rego, a list": lambda: rego(False), "Rego, a table": lambda: rego(True), "CEL": cel}

for name, make in ENGINES.items():
    try:
        decide = make()
    except ImportError as error:
        print(f"{name:16} is not installed ({error})")
        continue
    if wrong := [path for path in PATHS[:30] if decide(path) != plain(path)]:
        sys.exit(f"{name} decides {wrong[0]} wrongly: {decide(wrong[0])}, not {plain(wrong[0])}")
    rates = []
    for _ in range(3):
        start, done = time.process_time(), 0
        while time.process_time() - start < SECONDS:
            for path in PATHS[done % 19_000:done % 19_000 + 20]:
                decide(path)
            done += 20
        rates.append(done / (time.process_time() - start))
    print(f"{name:16} {max(rates):12,.0f} decisions a second")
