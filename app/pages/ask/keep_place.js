// The conversation breaks its lines anew when a source opens or closes beside it: what was pressed
// in it, or else what stands in its middle, keeps its place in the window. On a phone the source
// stands below the conversation: closed again, it leads back to what was pressed.
if (!window.clauseDeskKeepsPlace) {
  window.clauseDeskKeepsPlace = true;
  // a later change of width is the window's, and not of a source that comes
  const PATIENCE_MS = 10_000;
  let opener = null;
  let kept = null;
  let top = 0;
  let pressedAt = 0;
  let width = 0;

  const topOf = (part) => part.getBoundingClientRect().top;
  const isInWindow = (part) => part?.isConnected && topOf(part) > 0 && topOf(part) < window.innerHeight;
  const inTheMiddle = (column) => {
    const box = column.getBoundingClientRect();
    const part = document.elementFromPoint(box.left + box.width / 2, window.innerHeight / 2);
    return column.contains(part) && part !== column ? part : null;
  };

  const keep = () => {
    const column = document.querySelector(".st-key-desk .stColumn");
    if (!column || column.clientWidth === width) return;
    width = column.clientWidth;
    if (kept?.isConnected && performance.now() - pressedAt < PATIENCE_MS)
      document.querySelector(".stMain").scrollTop += topOf(kept) - top;
  };
  // it is called between the new lines and their drawing, so nothing is seen to jump
  const resized = new ResizeObserver(keep);

  const goBack = (tries = 600) => {
    if (document.querySelector(".st-key-source-pane")) {
      if (tries > 0) setTimeout(() => goBack(tries - 1), 50);
    } else if (opener?.isConnected && !isInWindow(opener)) opener.scrollIntoView({ block: "center" });
  };

  document.addEventListener(
    "click",
    (event) => {
      const column = document.querySelector(".st-key-desk .stColumn");
      if (!column) return;
      // a button is made anew when its colour changes, the place that holds it is not; and what a
      // link presses is not what was pressed
      const pressed = event.isTrusted && column.contains(event.target)
        ? event.target.closest('a, [class*="st-key-"]')
        : null;
      const pane = document.querySelector(".st-key-source-pane");
      if (pressed || !pane?.contains(event.target)) opener = pressed;
      const isBelow = pane && topOf(pane) >= column.getBoundingClientRect().bottom;
      if (isBelow && event.target.closest(".st-key-source-close")) goBack();
      kept = pressed ?? (isInWindow(kept) ? kept : inTheMiddle(column));
      if (!kept) return;
      top = topOf(kept);
      pressedAt = performance.now();
      width = column.clientWidth;
      resized.disconnect();
      resized.observe(column);
    },
    true,
  );
}
