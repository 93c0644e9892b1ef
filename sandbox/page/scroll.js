// Keeps what a person is reading in its place while messages come, grow, shrink and disappear.

const NEAR_BOTTOM = 40;
const MARGIN = 8;

/** Holds a pane at its bottom if the person is there, otherwise at the message they are reading. */
export class ScrollKeeper {
  constructor(pane, list, onMove) {
    this.pane = pane;
    this.list = list;
    this.onMove = onMove;
    this.atBottom = true;
    this.anchor = null;
    this.top = 0;
    pane.addEventListener("scroll", () => this.remember(), { passive: true });
    const observer = new ResizeObserver(() => this.hold());
    observer.observe(pane);
    observer.observe(list);
  }

  get shown() {
    return this.pane.clientHeight > 0;
  }

  /** Notes where the person is; growth of the content alone (same scrollTop) is not their movement. */
  remember() {
    if (!this.shown || this.pane.scrollTop === this.top) return;
    this.top = this.pane.scrollTop;
    const below = this.pane.scrollHeight - this.top - this.pane.clientHeight;
    this.atBottom = below < NEAR_BOTTOM;
    this.anchor = this.atBottom ? null : this.firstVisible();
    this.onMove();
  }

  /** Puts the person back where they were, after the content has changed. */
  hold() {
    if (!this.shown) return;
    if (this.atBottom) {
      this.pane.scrollTop = this.pane.scrollHeight;
    } else if (this.anchor?.node.isConnected) {
      this.pane.scrollTop += this.offset(this.anchor.node) - this.anchor.offset;
    } else {
      this.anchor = this.firstVisible();
    }
    this.top = this.pane.scrollTop;
  }

  toBottom() {
    this.atBottom = true;
    this.anchor = null;
    this.hold();
    this.onMove();
  }

  /** Whether any part of the message can be seen now. */
  sees(node) {
    if (!this.shown) return false;
    const [view, box] = [this.pane.getBoundingClientRect(), node.getBoundingClientRect()];
    return box.bottom > view.top && box.top < view.bottom;
  }

  /** Brings the end of a message above the fold, without pushing its beginning out of sight. */
  reveal(node) {
    if (!this.shown) return;
    const [view, box] = [this.pane.getBoundingClientRect(), node.getBoundingClientRect()];
    const hidden = box.bottom + MARGIN - view.bottom;
    const room = box.top - MARGIN - view.top;
    if (hidden <= 0 || room <= 0) return;
    this.pane.scrollTop += Math.min(hidden, room);
    this.remember();
  }

  offset(node) {
    return node.getBoundingClientRect().top - this.pane.getBoundingClientRect().top;
  }

  firstVisible() {
    const nodes = this.list.children;
    let [low, high] = [0, nodes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const node = nodes[middle];
      if (node.offsetTop + node.offsetHeight > this.pane.scrollTop) high = middle;
      else low = middle + 1;
    }
    return low < nodes.length ? { node: nodes[low], offset: this.offset(nodes[low]) } : null;
  }
}
