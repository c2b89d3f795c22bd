// Find in the open source: all hits are marked as one types, Enter and Shift+Enter go on and back.
// The hits are highlights of the browser; no word of the document is touched.
if (!window.clauseDeskFinds) {
  window.clauseDeskFinds = true;
  let hits = [];
  let at = -1;
  const field = () => document.querySelector('.find input');
  const source = () => document.getElementById("source-text");

  const mark = () => {
    CSS.highlights.set("found", new Highlight(...hits));
    CSS.highlights.set("found-now", new Highlight(...(at >= 0 ? [hits[at]] : [])));
    const told = document.querySelector(".find output");
    const words = field().value.trim();
    if (told)
      told.textContent = !words
        ? ""
        : hits.length
          ? told.dataset.position.replace("{at}", at + 1).replace("{count}", hits.length)
          : told.dataset.none;
  };

  const show = () => {
    if (at < 0) return;
    const hit = hits[at].getBoundingClientRect();
    const frame = source().getBoundingClientRect();
    if (hit.top < frame.top || hit.bottom > frame.bottom)
      source().scrollTop += hit.top - frame.top - frame.height / 3;
  };

  // words may run across a link or a line's end
  const rangesOf = (block, pattern) => {
    const pieces = [];
    let text = "";
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      pieces.push([text.length, walker.currentNode]);
      text += walker.currentNode.data;
    }
    const place = (index, isEnd) => {
      const [start, node] = pieces.findLast(([from]) => (isEnd ? from < index : from <= index));
      return [node, index - start];
    };
    return [...text.matchAll(pattern)].map((match) => {
      const range = new Range();
      range.setStart(...place(match.index, false));
      range.setEnd(...place(match.index + match[0].length, true));
      return range;
    });
  };

  const search = (event) => {
    if (!field() || !source() || !CSS.highlights) return;
    const words = field().value.trim();
    const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
    const pattern = new RegExp(escaped, "gi");
    hits = words ? [...source().querySelectorAll(".block")].flatMap((block) => rangesOf(block, pattern)) : [];
    // from where one reads
    const top = source().getBoundingClientRect().top;
    at = hits.findIndex((hit) => hit.getBoundingClientRect().top >= top);
    if (at < 0 && hits.length) at = 0;
    mark();
    // a source just opened stays at its cited words
    if (event.type === "input") show();
  };

  const go = (by) => {
    if (!hits.length) return;
    at = (at + by + hits.length) % hits.length;
    mark();
    show();
  };

  document.addEventListener("input", (event) => event.target.matches?.(".find input") && search(event));
  document.addEventListener("clause-desk-source", search);
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest?.(".find button");
    if (chosen) go(Number(chosen.dataset.by));
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".find input") || event.isComposing) return;
    if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
    if (event.key === "Escape" && field().value) {
      field().value = "";
      search(event);
    }
  });
}
