-- The jobs of kernels.tcb that are measured against Lua: lua5.4 kernels.lua sum|fib|match|build
local function total(n)
  local s = 0
  for i = 0, n - 1 do s = s + i end
  return s
end

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

local function folders()
  local rules = {}
  for t = 0, 9 do rules["bucket/t" .. t] = 60 + t end
  for t = 0, 9 do for m = 0, 9 do rules["bucket/t" .. t .. "/m" .. m] = 100 + t * 10 + m end end
  for k = 0, 889 do
    rules["bucket/t" .. k // 100 .. "/m" .. k // 10 % 10 .. "/s" .. k % 10] = 1000 + k
  end
  return rules
end

local function paths(n)
  local list = {}
  for i = 0, n - 1 do
    local r = i * 7919 % 1000
    list[i + 1] = "bucket/t" .. r % 10 .. "/m" .. r // 10 % 10 .. "/s" .. r // 100 .. "/file_" .. i .. ".png"
  end
  return list
end

local function match(list, rules)
  local s = 0
  for _, path in ipairs(list) do
    local folder = path:match("^(.*)/")
    while folder do
      local age = rules[folder]
      if age then
        s = s + age
        break
      end
      folder = folder:match("^(.*)/")
    end
  end
  return s
end

local function build(n)
  local lines = {}
  for i = 0, n - 1 do lines[i + 1] = "cloud://env.bucket/t3/m4/file_" .. i .. ".png,3600," .. i .. "\n" end
  return #table.concat(lines)
end

local function timed(name, n, job)
  local start = os.clock()
  local result = job()
  print(name, result, string.format("%.1f", (os.clock() - start) * 1e9 / n), "ns")
end

local kernel = arg[1]
if kernel == "sum" then timed("sum", 10000000, function() return total(10000000) end)
elseif kernel == "fib" then timed("fib", 635621, function() return fib(27) end)
elseif kernel == "match" then
  local rules, list = folders(), paths(1000000)
  timed("match", 1000000, function() return match(list, rules) end)
else timed("build", 1000000, function() return build(1000000) end) end
