-- Sends the signed requests of a file, each once, and prints what came of them as one line of JSON.
-- A line of the file: time stamp, signature and body, with tabs between.
local requests, place = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local stamp, signature, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    requests[#requests + 1] = wrk.format("POST", "/slack/events", {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["X-Slack-Request-Timestamp"] = stamp,
      ["X-Slack-Signature"] = signature,
    }, body)
  end
end

function request()
  place = place + 1
  return requests[(place - 1) % #requests + 1]
end

function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format(
    '{"median": %f, "p99": %f, "per_second": %f, "errors": %d}\n',
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.requests / summary.duration * 1e6,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout
  ))
end
