// Only the console carries cards; phones need not load what does that.
if (document.querySelector("body.console")) import("../elements/card-board.js")
