// Narrows a search to a tag and a year: two fields below the box.

/** A Map of names to Sets of posts. */
function readLists(fields) {
  return new Map(fields.strings().map((name) => [name, new Set(fields.ascending())]));
}

export class Filters {
  #chosen = []; // for each field, the posts that may be shown; null: all
  #node;

  /** Draw the fields below the box. A field with no choice is left out. `onChange` is called when a choice is made. */
  static async open(files, { form }, make, say, onChange) {
    const read = (fields) => [readLists(fields), readLists(fields)];
    const [tags, years] = (await files.optional("filters", "f", read)) ?? [new Map(), new Map()];
    const newestFirst = new Map([...years].reverse());
    return new Filters(form, make, [[say("tag"), say("all_tags"), tags], [say("year"), say("all_years"), newestFirst]], onChange);
  }

  constructor(form, make, fields, onChange) {
    const drawn = fields.filter(([, , lists]) => lists.size).map(([label, all, lists], i) => {
      const options = [...lists.keys()].map((name) => make("option", "option", { value: name }, name));
      const select = make("select", "select", {}, make("option", "option", { value: "" }, all), ...options);
      select.addEventListener("change", () => {
        this.#chosen[i] = lists.get(select.value) ?? null;
        onChange();
      });
      return make("label", "filter", {}, `${label} `, select);
    });
    this.#node = make("div", "filters", {}, ...drawn);
    if (drawn.length) form.append(this.#node);
  }

  /** Whether a post may be shown. */
  allows = (post) => this.#chosen.every((posts) => !posts || posts.has(post));

  remove() {
    this.#node.remove();
  }
}
