/** Counts time while it is not paused, and rings once when the time is up. */
export class Clock {
  #left; // ms
  #ring;
  #since = 0;
  #timer = null;

  constructor(seconds, ring) {
    this.#left = seconds * 1000;
    this.#ring = ring;
    this.resume();
  }

  resume() {
    this.#since = performance.now();
    this.#timer = setTimeout(this.#ring, this.#left);
  }

  pause() {
    clearTimeout(this.#timer);
    this.#left -= performance.now() - this.#since;
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
