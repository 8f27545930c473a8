// Images. Only those of the sandbox itself are fetched: this page asks nothing of any other host.

import { h, icon } from "./dom.js";
import { link } from "./mrkdwn.js";

const address = (image) => image.image_url || image.slack_file?.url || "";

const isOurs = (url) => {
  try {
    return new URL(url, location.href).origin === location.origin;
  } catch {
    return false;
  }
};

/** `size` is "small" (accessory, context) or "large" (an image block). */
export function picture(image, size) {
  const alt = image.alt_text || "";
  if (isOurs(address(image))) return h("img", { class: `picture picture-${size}`, src: address(image), alt, loading: "lazy" });
  const label = alt || "Picture";
  return h("span", { class: `picture-away picture-${size}` }, icon("image"), h("span", {}, "Picture kept elsewhere: ", link(address(image), label)));
}
