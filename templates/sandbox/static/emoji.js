// Shortcodes as characters. Coloured circles and squares are drawn, so that they look the same on a machine
// without a colour font; each has words for those who cannot see it.

const CHARACTERS = {
  red_circle: "🔴", large_yellow_circle: "🟡", yellow_circle: "🟡", large_orange_circle: "🟠", orange_circle: "🟠",
  large_green_circle: "🟢", green_circle: "🟢", large_blue_circle: "🔵", blue_circle: "🔵", white_circle: "⚪",
  black_circle: "⚫", large_purple_circle: "🟣", large_brown_circle: "🟤",
  red_square: "🟥", large_red_square: "🟥", large_yellow_square: "🟨", large_orange_square: "🟧",
  large_green_square: "🟩", large_blue_square: "🟦", white_large_square: "⬜", black_large_square: "⬛",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", heavy_multiplication_x: "✖️",
  warning: "⚠️", rotating_light: "🚨", no_entry: "⛔", no_entry_sign: "🚫", exclamation: "❗", question: "❓",
  bangbang: "‼️", information_source: "ℹ️", bulb: "💡", mega: "📣", loudspeaker: "📢", bell: "🔔", no_bell: "🔕",
  calendar: "📆", date: "📅", spiral_calendar_pad: "🗓️", spiral_calendar: "🗓️", clock9: "🕘", clock3: "🕒",
  alarm_clock: "⏰", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", timer_clock: "⏲️", zzz: "💤",
  memo: "📝", pencil: "📝", pencil2: "✏️", clipboard: "📋", page_facing_up: "📄", page_with_curl: "📃",
  file_folder: "📁", open_file_folder: "📂", card_index_dividers: "🗂️", bar_chart: "📊", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", paperclip: "📎", link: "🔗", mag: "🔍", mag_right: "🔎", inbox_tray: "📥",
  outbox_tray: "📤", email: "✉️", envelope: "✉️", speech_balloon: "💬", thought_balloon: "💭", lock: "🔒", unlock: "🔓",
  key: "🔑", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", pushpin: "📌", round_pushpin: "📍", bookmark: "🔖",
  triangular_flag_on_post: "🚩", checkered_flag: "🏁", tada: "🎉", trophy: "🏆", star: "⭐", sparkles: "✨", rocket: "🚀",
  dart: "🎯", seedling: "🌱", moneybag: "💰", pound: "💷", scales: "⚖️", classical_building: "🏛️", office: "🏢", house: "🏠",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrow_upper_right: "↗️", arrow_lower_right: "↘️",
  arrows_counterclockwise: "🔄", leftwards_arrow_with_hook: "↩️", rewind: "⏪", fast_forward: "⏩",
  small_red_triangle: "🔺", small_red_triangle_down: "🔻", large_blue_diamond: "🔷", small_blue_diamond: "🔹",
  thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", wave: "👋", raised_hands: "🙌", pray: "🙏", clap: "👏",
  eyes: "👀", ok_hand: "👌", muscle: "💪", point_right: "👉", bust_in_silhouette: "👤", busts_in_silhouette: "👥",
  smile: "😄", slightly_smiling_face: "🙂", blush: "😊", grinning: "😀", thinking_face: "🤔", heart: "❤️", fire: "🔥", 100: "💯",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", robot_face: "🤖", construction: "🚧", palm_tree: "🌴",
};

const DRAWN = {
  "🔴": ["red", "circle"], "🟡": ["yellow", "circle"], "🟠": ["orange", "circle"], "🟢": ["green", "circle"],
  "🔵": ["blue", "circle"], "⚪": ["white", "circle"], "⚫": ["black", "circle"], "🟣": ["purple", "circle"],
  "🟤": ["brown", "circle"], "🟥": ["red", "square"], "🟨": ["yellow", "square"], "🟧": ["orange", "square"],
  "🟩": ["green", "square"], "🟦": ["blue", "square"], "⬜": ["white", "square"], "⬛": ["black", "square"],
};

const DRAWN_PATTERN = new RegExp(`(${Object.keys(DRAWN).join("|")})\uFE0F?`, "u");

export const characterOf = (name) =>
  Object.hasOwn(CHARACTERS, name.split("::")[0]) ? CHARACTERS[name.split("::")[0]] : null;

/** A node for `:name:`, or the shortcode itself when it is not one we know. */
export function emojiNode(name) {
  const character = characterOf(name);
  return character ? characterNode(character, name.replaceAll("_", " ")) : document.createTextNode(`:${name}:`);
}

function characterNode(character, words) {
  const node = document.createElement("span");
  node.textContent = character;
  node.setAttribute("role", "img");
  const drawn = DRAWN[character];
  node.className = drawn ? `drawn drawn-${drawn[0]} drawn-${drawn[1]}` : "emoji";
  node.setAttribute("aria-label", drawn ? drawn.join(" ") : words);
  return node;
}

/** Text as nodes, its coloured circles and squares drawn. */
export function textNodes(text) {
  const nodes = [];
  for (const piece of text.split(DRAWN_PATTERN)) {
    if (!piece) continue;
    nodes.push(Object.hasOwn(DRAWN, piece) ? characterNode(piece, "") : document.createTextNode(piece));
  }
  return nodes;
}
