// The reader's choice of light or dark, taken before anything is painted.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; then the system's preference stands.
}
