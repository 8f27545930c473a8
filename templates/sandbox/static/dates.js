// Dates and times in words: "31 March 2026", "9:00am". Seconds are Unix seconds; zones are IANA names.

const FALLBACK_ZONE = "Europe/London";
const formatters = new Map();

function parts(seconds, zone) {
  const key = zone || FALLBACK_ZONE;
  if (!formatters.has(key)) formatters.set(key, formatter(key));
  const found = {};
  for (const piece of formatters.get(key).formatToParts(new Date(seconds * 1000))) found[piece.type] = piece.value;
  return found;
}

function formatter(zone) {
  const options = {
    weekday: "long", day: "numeric", month: "long", year: "numeric",
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: FALLBACK_ZONE });
  }
}

/** "9:00am" */
export function timeWords(seconds, zone) {
  const { hour, minute } = parts(seconds, zone);
  const clock = Number(hour);
  return `${clock % 12 || 12}:${minute}${clock < 12 ? "am" : "pm"}`;
}

/** "31 March 2026" */
export function dateWords(seconds, zone) {
  const { day, month, year } = parts(seconds, zone);
  return `${day} ${month} ${year}`;
}

/** "Tuesday 31 March 2026" */
export function dayWords(seconds, zone) {
  return `${parts(seconds, zone).weekday} ${dateWords(seconds, zone)}`;
}

/** "Tue 31 Mar" */
export function shortDayWords(seconds, zone) {
  const { weekday, day, month } = parts(seconds, zone);
  return `${weekday.slice(0, 3)} ${day} ${month.slice(0, 3)}`;
}

const DAY = 86400;

/** "Today", "Yesterday" or "Tomorrow" beside `now`, else null. */
export function nearWords(seconds, now, zone) {
  const day = dateWords(seconds, zone);
  if (day === dateWords(now, zone)) return "Today";
  if (day === dateWords(now - DAY, zone)) return "Yesterday";
  if (day === dateWords(now + DAY, zone)) return "Tomorrow";
  return null;
}

/** "2026-03-31" in words, or "" when it is not a date. */
export function isoDateWords(iso) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(iso || "")) return "";
  const seconds = Date.parse(`${iso}T12:00:00Z`) / 1000;
  return Number.isNaN(seconds) ? "" : dayWords(seconds, "UTC");
}

/** Fills the {tokens} of a <!date^…> mention. */
export function fillDateFormat(format, seconds, { zone, now }) {
  const { day, month, year, weekday, hour, minute, second } = parts(seconds, zone);
  const short = `${day} ${month.slice(0, 3)} ${year}`;
  const long = `${weekday} ${day} ${month} ${year}`;
  const near = nearWords(seconds, now, zone);
  const values = {
    date_num: `${year}-${String(monthNumber(month)).padStart(2, "0")}-${day.padStart(2, "0")}`,
    date: `${day} ${month} ${year}`,
    date_short: short,
    date_long: long,
    date_pretty: near || `${day} ${month} ${year}`,
    date_short_pretty: near || short,
    date_long_pretty: near || long,
    time: timeWords(seconds, zone),
    time_secs: `${hour}:${minute}:${second}`,
    ago: agoWords(now - seconds),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"];
const monthNumber = (name) => MONTHS.indexOf(name) + 1;

function agoWords(seconds) {
  const size = Math.abs(seconds);
  const [count, unit] =
    size < 3600 ? [Math.round(size / 60), "minute"] : size < DAY ? [Math.round(size / 3600), "hour"] : [Math.round(size / DAY), "day"];
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}
