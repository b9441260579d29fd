import { EditorView } from "@codemirror/view";

/**
 * Typing over a selection. Chromium keeps the look of what it replaces with a style attribute of its own, which the page's
 * policy refuses; so what is selected is replaced here, by the library's own means, and never by the browser.
 */
export const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const text = event.data;
    // The editor's own selection may not have heard of the browser's yet.
    const range = selected();
    if (event.inputType !== "insertText" || text === null || !range) return false;
    const from = view.posAtDOM(range.startContainer, range.startOffset);
    const to = view.posAtDOM(range.endContainer, range.endOffset);
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        userEvent: "input.type",
        scrollIntoView: true,
      });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
    return true;
  },
  /** An input method's text cannot be held back: it finds nothing selected. */
  compositionstart(_, view) {
    if (!view.state.selection.main.empty) view.dispatch(view.state.replaceSelection(""));
    return false;
  },
});

/** What is selected in the page, if anything is. */
function selected(): Range | undefined {
  const selection = document.getSelection();
  return selection?.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : undefined;
}
