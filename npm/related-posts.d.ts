// Importing this module defines the element <related-posts>.

declare global {
  interface HTMLElementTagNameMap {
    "related-posts": HTMLElement;
  }
}

export {};
