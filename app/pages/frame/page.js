// What keys and links do on every page. The script holds no word written elsewhere.
if (!window.clauseDeskKeys) {
  window.clauseDeskKeys = true;

  const button = (key) => document.querySelector(`.st-key-${CSS.escape(key)} button`);
  const questionBox = () => document.querySelector('[data-testid="stChatInputTextArea"]');
  const isSeen = (element) => element !== null && element.checkVisibility();
  const LAYERS = '[data-testid="stPopoverBody"], [role="dialog"], [role="listbox"], [role="menu"]';

  // A link with data-press presses the button whose key it names: so a word in a text opens
  // what its button opens, without loading the page anew.
  const press = (event, link) => {
    const pressed = button(link.dataset.press);
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    pressed.click();
  };

  // A button with data-copy puts those words on the clipboard, which a browser keeps from
  // pages that came without encryption: these copy as a selection is copied.
  const toClipboard = async (words) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(words);
    const field = document.createElement("textarea");
    field.value = words;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  };
  const copy = async (chosen) => {
    await toClipboard(chosen.dataset.copy);
    chosen.dataset.label ??= chosen.textContent;
    chosen.textContent = chosen.dataset.copied;
    setTimeout(() => (chosen.textContent = chosen.dataset.label), 2000);
    chosen.focus();
  };

  // What a question may hold is counted when it is nearly full; one that is too long stays in
  // the box, and is not sent.
  const room = () => {
    const told = document.querySelector(".question-length");
    const most = Number(told?.dataset.most ?? Infinity);
    return [told, most, most - [...(questionBox()?.value ?? "")].length];
  };
  const count = () => {
    const [told, most, left] = room();
    if (!told) return;
    const words = left < 0 ? told.dataset.over : left < most / 5 ? told.dataset.left : "";
    told.textContent = words.replace("{count}", Math.abs(left).toLocaleString());
    told.classList.toggle("too-long", left < 0);
  };
  const keepIfTooLong = (event) => {
    const isSent = event.type === "click"
      ? event.target.closest?.('[data-testid="stChatInputSubmitButton"]')
      : event.target === questionBox() && event.key === "Enter" && !event.shiftKey;
    if (!isSent) return;
    setTimeout(count, 300);
    if (room()[2] >= 0) return closeMenu();
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("input", (event) => event.target === questionBox() && count());
  document.addEventListener("click", keepIfTooLong, true);
  document.addEventListener("keydown", keepIfTooLong, true);

  // on a phone the sidebar lies over what was chosen in it, and Streamlit opens it anew with the
  // page where it was open before
  const closeMenu = (tries = 0) => {
    const sidebar = document.querySelector('[data-testid="stSidebar"]');
    if (!sidebar && tries > 0) setTimeout(() => closeMenu(tries - 1), 50);
    if (window.innerWidth <= 768 && sidebar?.getBoundingClientRect().right > 0)
      sidebar.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  };
  closeMenu(100);

  const toQuestionBox = (tries = 40) => {
    const box = questionBox();
    if (isSeen(box)) return box.focus();
    // the large view leaves no room for it
    if (tries === 40) button("source-large")?.click();
    if (tries > 0) setTimeout(() => toQuestionBox(tries - 1), 50);
  };

  // The source goes back to its place beside the conversation, then it closes; the focus
  // goes back to what opened it.
  const leaveSource = () => {
    // several answers may cite the same clause: the one that is read
    const openers = [...document.querySelectorAll('[class*="st-key-cite-"] [kind="primary"]')];
    const isInWindow = (box) => box.bottom > 0 && box.top < window.innerHeight;
    const opener = openers.find((one) => isInWindow(one.getBoundingClientRect())) ?? openers.at(-1);
    const isLarge = document.querySelector(".st-key-source-pane .large-view") !== null;
    button(isLarge ? "source-large" : "source-close")?.click();
    if (!isLarge && opener) opener.focus();
  };

  // a day that is typed counts from Enter on, as it does from Escape on; of itself Enter would
  // open the calendar
  document.addEventListener(
    "keydown",
    (event) => {
      const typed = event.target.closest?.('[data-testid="stDateInput"] [role="spinbutton"]');
      if (event.key !== "Enter" || !typed) return;
      event.preventDefault();
      event.stopPropagation();
      typed.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-press]");
    if (link) press(event, link);
    if (event.target.closest?.('[data-testid="stSidebar"] :is(a, .stButton button)')) closeMenu();
    const chosen = event.target.closest?.("button[data-copy]");
    if (chosen) copy(chosen);
    if (event.target.closest?.("a[data-question-box]")) {
      event.preventDefault();
      toQuestionBox();
    }
  });

  // before anyone else hears of the key: what it closes elsewhere is still open now
  document.addEventListener(
    "keydown",
    (event) => {
      if (!event.isTrusted || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const field = event.target.closest?.("input, textarea, [contenteditable='true'], [role='spinbutton']");
      if (event.key === "/" && !field && questionBox()) {
        event.preventDefault();
        toQuestionBox();
      }
      // a field with words is emptied first
      if (event.key === "Escape" && !document.querySelector(LAYERS) && !(field?.type === "search" && field.value))
        leaveSource();
    },
    true,
  );
}
