// SentencePiece's Unigram tokenizer, as PyPI's tokenizers computes it: of all ways to cut a word into pieces, the one whose
// pieces have the highest sum of scores. A vocabulary of 250,000 pieces takes 20 MB here and 120 MB in @huggingface/tokenizers.

const SPACE = "\u2581"; // stands for a space, and begins a word
const UNKNOWN_PENALTY = 10; // below the lowest score

export class Unigram {
  #pieces;
  #scores;
  #special;
  #normalization;
  #trie;
  #unknownScore;

  /** `vocabulary` as `readPieces` of vocabulary.js gives it. */
  constructor(vocabulary) {
    this.#pieces = vocabulary.pieces;
    this.#scores = vocabulary.scores;
    this.#special = vocabulary.special;
    this.#normalization = vocabulary.normalization;
    this.#trie = new Trie(vocabulary);
    this.#unknownScore = this.#scores.reduce((lowest, score) => Math.min(lowest, score)) - UNKNOWN_PENALTY;
  }

  encode(text, addSpecialTokens) {
    const ids = addSpecialTokens ? [this.#special.beginning] : [];
    for (const word of this.#words(text)) this.#cut(word, ids);
    if (addSpecialTokens) ids.push(this.#special.end);
    return ids;
  }

  /** The piece that an id stands for; "" if there is none. */
  token = (id) => this.#pieces.at(id);

  /** The words of a text. Each begins with SPACE. */
  #words(text) {
    const spaced = this.#normalized(text).replace(/ {2,}/g, " ").replaceAll(" ", SPACE);
    if (!spaced) return [];
    return (spaced.startsWith(SPACE) ? spaced : SPACE + spaced).match(/\u2581?[^\u2581]+|\u2581/g);
  }

  #normalized(text) {
    let normal = "";
    for (const character of text) normal += this.#normalization.get(character.codePointAt(0)) ?? character;
    return normal;
  }

  /** Append the ids of a word's pieces. Unknown characters side by side are one piece. */
  #cut(word, ids) {
    const best = new Float64Array(word.length + 1).fill(-Infinity); // sum of scores of the best way up to a position
    const last = new Int32Array(word.length + 1); // the last piece of that way,
    const from = new Int32Array(word.length + 1); // and where it begins
    const offer = (start, end, id, score) => {
      if (best[start] + score <= best[end]) return;
      best[end] = best[start] + score;
      last[end] = id;
      from[end] = start;
    };
    best[0] = 0;
    for (let start = 0, next; start < word.length; start = next) {
      next = start + (word.codePointAt(start) > 0xffff ? 2 : 1);
      let known = false;
      for (let end = start, node = this.#trie.child(0, word.charCodeAt(end)); node; node = this.#trie.child(node, word.charCodeAt(end))) {
        const id = this.#trie.idAt(node);
        end++;
        if (id < 0) continue;
        offer(start, end, id, this.#scores[id]);
        known ||= end === next;
      }
      if (!known) offer(start, next, this.#special.unknown, this.#unknownScore);
    }
    const found = [];
    for (let end = word.length; end > 0; end = from[end]) {
      if (last[end] !== this.#special.unknown || found.at(-1) !== this.#special.unknown) found.push(last[end]);
    }
    while (found.length) ids.push(found.pop());
  }
}

/** The pieces by their UTF-16 units. A node is a number; 0 is the root. Its children are found by a hash. */
class Trie {
  #slots; // nodes by the hash of their parent and unit; 0: none
  #shift;
  #parents;
  #units;
  #ids; // of the pieces that end at nodes; -1: none
  #count = 1;

  constructor({ pieces, scores }) {
    const most = pieces.text.length + 1; // nodes
    const bits = Math.ceil(Math.log2(most));
    this.#slots = new Int32Array(1 << bits);
    this.#shift = 32 - bits;
    this.#parents = new Int32Array(most);
    this.#units = new Uint16Array(most);
    this.#ids = new Int32Array(most).fill(-1);
    scores.forEach((score, id) => score && this.#add(pieces, id)); // those of score 0 stand for no text
    this.#parents = this.#parents.slice(0, this.#count);
    this.#units = this.#units.slice(0, this.#count);
    this.#ids = this.#ids.slice(0, this.#count);
  }

  /** The node that a UTF-16 unit leads to; 0 if there is none. */
  child(node, unit) {
    return this.#slots[this.#slotOf(node, unit)];
  }

  /** The id of the piece that ends at a node; -1 if there is none. */
  idAt = (node) => this.#ids[node];

  #slotOf(node, unit) {
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> this.#shift;
    for (let child = this.#slots[slot]; child; child = this.#slots[slot]) {
      if (this.#parents[child] === node && this.#units[child] === unit) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #add({ text, starts }, id) {
    let node = 0;
    for (let at = starts[id]; at < starts[id + 1] - 1; at++) {
      const unit = text.charCodeAt(at);
      const slot = this.#slotOf(node, unit);
      if (!this.#slots[slot]) {
        this.#parents[this.#count] = node;
        this.#units[this.#count] = unit;
        this.#slots[slot] = this.#count++;
      }
      node = this.#slots[slot];
    }
    this.#ids[node] = id;
  }
}
