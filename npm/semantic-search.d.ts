// Importing this module defines the element <semantic-search>.

declare global {
  interface HTMLElementTagNameMap {
    "semantic-search": HTMLElement;
  }
}

export {};
