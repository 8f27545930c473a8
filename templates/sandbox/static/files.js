// A field that takes files. They are sent with the form, as base64, so that nothing else need be kept.

import { freshId, h } from "./dom.js";

const MOST_BYTES = 10 * 1024 * 1024;

export function fileField(element) {
  const accept = (element.filetypes || []).map((kind) => `.${kind}`).join(",");
  const isMany = (element.max_files ?? 10) > 1;
  const control = h("input", { id: freshId("field"), type: "file", class: "input", accept: accept || undefined, multiple: isMany });
  return {
    node: control, control, isGroup: false,
    read: () => ({ type: element.type, files: [...control.files] }),
    check: () => fileProblem(element, [...control.files]),
    write: () => undefined,
    onCommit: (settled) => control.addEventListener("change", settled),
  };
}

function fileProblem(element, files) {
  const most = element.max_files ?? 10;
  if (files.length > most) return `Choose ${most} ${most === 1 ? "file" : "files"} at most.`;
  const big = files.find((file) => file.size > MOST_BYTES);
  return big ? `“${big.name}” is larger than 10 MB. Choose a smaller file.` : null;
}

/** Replaces every File in a form's values by {name, mimetype, size, content} (content in base64). */
export async function withFileContents(values) {
  for (const block of Object.values(values)) {
    for (const value of Object.values(block)) {
      if (value.type === "file_input") value.files = await Promise.all(value.files.map(described));
    }
  }
  return values;
}

async function described(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name, mimetype: file.type || "application/octet-stream", size: file.size, content: btoa(binary) };
}
