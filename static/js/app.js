// The one script pages load. Each module wires itself to the page by data attributes.
document.documentElement.dataset.js = "";
