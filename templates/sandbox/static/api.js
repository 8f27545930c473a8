// Everything the page asks of the sandbox. A Problem carries the sentence a person reads.

export class Problem extends Error {}

const NO_ANSWER = "The sandbox is not answering. Check that it is still running, then try again.";
const NOT_UNDERSTOOD = "The sandbox gave an answer this page does not understand. Reload the page and try again.";

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Problem(NO_ANSWER);
  }
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Problem(NOT_UNDERSTOOD);
  }
  if (!response.ok) throw new Problem(answer?.error || NOT_UNDERSTOOD);
  return answer;
}

// The platform's codes for an answer that did not come, as sentences. Anything else was an answer it could not show.
const FAILURES = {
  operation_timeout: "The bot did not answer in 3 seconds. Nothing was changed on screen; try again.",
  dispatch_failed: "The bot could not be reached, or answered with an error. Nothing was changed on screen; try again.",
};
const NOT_SHOWN = "The bot answered, but what it sent could not be shown. Look at what went over the wire to see why.";

function unlessFailed(answer) {
  if (!answer.failure) return answer;
  throw new Problem(FAILURES[answer.failure] || NOT_SHOWN);
}

/** A form's answer has no code: { ok, errors, view, error? }. */
function unlessRefused(answer) {
  if (answer.ok || Object.keys(answer.errors || {}).length > 0) return answer;
  throw new Problem("The bot did not take the form. What you typed is still here; try again.");
}

const query = (user) => `?user=${encodeURIComponent(user)}`;
const part = encodeURIComponent;

const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sandbox": "1" },
    body: JSON.stringify(body),
  });

/** A file goes as it is, so that a plan of some megabytes is no trouble. */
function upload({ user, file, text, channel }) {
  const body = new FormData();
  body.set("user", user);
  if (text) body.set("text", text);
  if (channel) body.set("channel", channel);
  body.set("file", file, file.name);
  return ask("/sandbox/upload", { method: "POST", headers: { "X-Sandbox": "1" }, body });
}

export const api = {
  state: (user) => ask(`/sandbox/state${user ? query(user) : ""}`),
  conversation: (channel, user, since = "") => ask(`/sandbox/conversations/${part(channel)}${query(user)}&since=${part(since)}`),
  thread: (channel, ts, user) => ask(`/sandbox/threads/${part(channel)}/${part(ts)}${query(user)}`),
  view: (user) => ask(`/sandbox/view${query(user)}`),
  home: (user) => ask(`/sandbox/home${query(user)}`),
  say: (body) => post("/sandbox/say", body).then(unlessFailed),
  edit: (body) => post("/sandbox/edit", body).then(unlessFailed),
  press: (body) => post("/sandbox/press", body).then(unlessFailed),
  useShortcut: (body) => post("/sandbox/shortcut", { ...body, callback_id: "use_as_update" }).then(unlessFailed),
  submit: (body) => post("/sandbox/submit", body).then(unlessRefused),
  openHome: (body) => post("/sandbox/open-home", body),
  closeView: (body) => post("/sandbox/close-view", body),
  upload: (given) => upload(given).then(unlessFailed),
  usedButtons: (user, values) => ask(`/sandbox/used-buttons${query(user)}${values.map((value) => `&value=${part(value)}`).join("")}`),
  hints: (user) => ask(`/sandbox/hints${query(user)}`),
  moveClock: (where) => post("/sandbox/clock", where),
  play: () => post("/sandbox/play", {}),
  stopPlaying: () => post("/sandbox/play/stop", {}),
  reset: () => post("/sandbox/reset", {}),
  wire: (after) => ask(`/sandbox/wire?after=${after}`),
  clearWire: () => post("/sandbox/wire/clear", {}),
  faults: () => ask("/sandbox/faults"),
  setFaults: (body) => post("/sandbox/faults", body),
  conditions: () => ask("/sandbox/conditions"),
  setConditions: (body) => post("/sandbox/conditions", body),
};

/**
 * Hears what changes, for one person. `heard(event)` gets {type, channel?}; `connected(bool)` follows the line.
 * Returns a function that stops listening.
 */
export function listen(user, { heard, connected }) {
  const source = new EventSource(`/sandbox/events${query(user)}`);
  source.onopen = () => connected(true);
  source.onerror = () => connected(false);
  source.onmessage = (event) => {
    try {
      heard(JSON.parse(event.data));
    } catch {
      // A line that is no JSON (a keep-alive) says nothing.
    }
  };
  return () => source.close();
}
