// Bodies as a person can read them: JSON indented, forms as one field a line, JSON within a form indented too.

const indented = (text) => {
  try {
    const found = JSON.parse(text);
    return typeof found === "object" && found !== null ? JSON.stringify(found, null, 2) : text;
  } catch {
    return null;
  }
};

const looksLikeForm = (text) => /^[\w.~%+-]+=[^\s]*$/.test(text);

export function readable(text) {
  if (!text) return "";
  const json = indented(text.trim());
  if (json !== null) return json;
  return looksLikeForm(text) ? form(text) : text;
}

function form(text) {
  const lines = [];
  for (const [name, value] of new URLSearchParams(text)) lines.push(`${name}: ${/^\s*[[{]/.test(value) ? (indented(value) ?? value) : value}`);
  return lines.join("\n");
}
