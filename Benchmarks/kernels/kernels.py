# The jobs of kernels.tcb in Python: python3 kernels.py sum|fib|match|build
import sys
import time


def total(n):
    s = 0
    for i in range(n):
        s += i
    return s


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def folders():
    rules = {f"bucket/t{t}": 60 + t for t in range(10)}
    rules.update({f"bucket/t{t}/m{m}": 100 + t * 10 + m for t in range(10) for m in range(10)})
    rules.update({f"bucket/t{k // 100}/m{k // 10 % 10}/s{k % 10}": 1000 + k for k in range(890)})
    return rules


def paths(n):
    result = []
    for i in range(n):
        r = i * 7919 % 1000
        result.append(f"bucket/t{r % 10}/m{r // 10 % 10}/s{r // 100}/file_{i}.png")
    return result


def match(paths, rules):
    s = 0
    for path in paths:
        end = path.rfind("/")
        while end > 0:
            age = rules.get(path[:end])
            if age is not None:
                s += age
                break
            end = path.rfind("/", 0, end)
    return s


def build(n):
    return len("".join([f"cloud://env.bucket/t3/m4/file_{i}.png,3600,{i}\n" for i in range(n)]))


def timed(name, n, job):
    start = time.perf_counter()
    result = job()
    print(name, result, f"{(time.perf_counter() - start) * 1e9 / n:.1f}", "ns")


kernel = sys.argv[1]
if kernel == "sum":
    timed("sum", 10_000_000, lambda: total(10_000_000))
elif kernel == "fib":
    timed("fib", 635_621, lambda: fib(27))
elif kernel == "match":
    rules, files = folders(), paths(1_000_000)
    timed("match", 1_000_000, lambda: match(files, rules))
else:
    timed("build", 1_000_000, lambda: build(1_000_000))
