// What could come next in the line being typed: commands, refs with titles, statuses, people.

const MOST = 8;
const WINDOWS = [["7d", "In the next week"], ["14d", "In the next two weeks"], ["30d", "In the next 30 days"], ["this month", "Until the end of the month"]];
const TAKES_REF = new Set(["update", "show", "history", "why"]);
const plain = (text) => text.toLowerCase();

/**
 * line: what stands in the box; at: where the caret is. known: { commands: [{name, words}], refs, statuses, people } as the
 * sandbox hints them. Gives { from, to, typed, offers: [{ insert, name, words, kind }] }, `from` and `to` being what is replaced.
 */
export function completions(line, at, known) {
  const before = line.slice(0, at);
  const none = { from: at, to: at, typed: "", offers: [] };
  if (at < line.length && !/\s/.test(line[at])) return none;
  const person = /(?:^|\s)@([\p{L}\p{N}._'-]*)$/u.exec(before);
  if (person) return found(before, `@${person[1]}`, people(person[1], known));
  if (!before.startsWith("/") || before.includes("\n")) return none;
  const words = before.split(/\s+/);
  if (words.length === 1 || !/^\/cip$/i.test(words[0])) return whole(before, known);
  if (words.length === 2) return whole(before, known);
  return argument(before, words, known) || none;
}

const found = (before, typed, offers) => ({ from: before.length - typed.length, to: before.length, typed, offers: offers.slice(0, MOST) });

/** The command itself: "/", "/ci", "/cip o". */
function whole(before, known) {
  const typed = plain(before.replace(/\s+/g, " "));
  const offers = known.commands
    .filter(({ name }) => `/cip ${name}`.startsWith(typed.trimEnd()))
    .map(({ name, words }) => ({ insert: `/cip ${name}`, name: `/cip ${name}`, words, kind: "command", id: `command-${name}` }));
  return { from: 0, to: before.length, typed, offers };
}

function argument(before, words, known) {
  const verb = plain(words[1]);
  const typed = words.at(-1);
  const place = words.length - 2;
  if (TAKES_REF.has(verb)) {
    if (verb === "update" && place > 1) return status(before, known);
    // A title may be several words; everything after the verb is looked for in it.
    const said = before.replace(/^\S+\s+\S+\s+/, "");
    return found(before, said, refs(said, known));
  }
  if (verb === "due") {
    const said = before.replace(/^\S+\s+\S+\s+/, "");
    return found(before, said, WINDOWS.filter(([name]) => name.startsWith(plain(said))).map(([name, meaning]) => offer(name, meaning, "window")));
  }
  if (verb === "help" && place === 1) return found(before, typed, known.commands.filter(({ name }) => name.startsWith(plain(typed))).map(({ name, words: meaning }) => offer(name, meaning, "command")));
  if (verb === "link" && place === 2) return found(before, typed, people(typed, known));
  return null;
}

const offer = (name, words, kind) => ({ insert: name, name, words, kind });

/** After "/cip update REF": where REF may be two words ("S1 5.2"). */
function status(before, known) {
  const said = before.replace(/^\S+\s+\S+\s+/, "");
  const ref = known.refs.map((one) => one.ref).filter((one) => plain(said).startsWith(`${plain(one)} `)).sort((a, b) => b.length - a.length)[0] || said.split(/\s+/)[0];
  const typed = said.slice(ref.length).trimStart();
  if (/[\s,;:]/.test(typed)) return null;
  const fits = known.statuses.filter(({ name }) => name.startsWith(plain(typed)));
  return found(before, typed, fits.map(({ name, words }) => offer(name, words, "status")));
}

function refs(said, known) {
  const wanted = plain(said);
  const isRef = (one) => plain(one.ref).startsWith(wanted);
  const isPart = (one) => wanted !== "" && endings(plain(one.ref)).some((ending) => ending.startsWith(wanted));
  const isTitle = (one) => wanted.length > 1 && plain(one.title || "").includes(wanted);
  const fits = [isRef, isPart, isTitle].flatMap((fit, rank, every) => known.refs.filter((one) => fit(one) && !every.slice(0, rank).some((better) => better(one))));
  return fits.map((one) => ({ insert: one.ref, name: one.ref, words: one.title, detail: about(one), kind: "ref" }));
}

/** What a ref is known by without its section: "1/4.3" is "4.3", "S1 5.2" is "5.2". */
const endings = (ref) => [...ref.matchAll(/[/\s]+/g)].map((mark) => ref.slice(mark.index + mark[0].length));

const about = (one) => [one.owners, one.status_words, one.due_words && `due ${one.due_words}`].filter(Boolean).join(", ");

function people(typed, known) {
  const wanted = plain(typed.replace(/^@/, ""));
  const fits = known.people.filter((one) => plain(one.name).startsWith(wanted) || plain(one.real_name || "").split(/\s+/).some((word) => word.startsWith(wanted)));
  return fits.map((one) => ({ insert: `@${one.name}`, name: `@${one.name}`, words: one.real_name || one.name, detail: one.title, kind: "person" }));
}
