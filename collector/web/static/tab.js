// The browser's tab counts what is over the limit, in its title and in its icon.

const icon = document.querySelector("link[rel=icon]");
const plain = icon.href;
let shown = 0;

const drawn = (n) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="#b3261e"/><text x="16" y="23" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${n > 9 ? 17 : 21}" fill="#fff">${n > 99 ? "99" : n}</text></svg>`;

export function showInTab(over) {
  const title = `${over ? `(${over}) ` : ""}${document.body.dataset.title}`;
  if (document.title !== title) document.title = title;
  if (over === shown) return;
  shown = over;
  icon.href = over ? `data:image/svg+xml,${encodeURIComponent(drawn(over))}` : plain;
}
