/** What belongs to an item: anything that JSON can hold. */
export type Metadata = { [key: string]: unknown };

/** A text, or a file: a picture or a document. Without an id it goes by its file's name, or by a digest of what it holds. */
export type Item = { id?: string; metadata?: Metadata } & ({ content: string; blob?: undefined } | { blob: Blob; content?: undefined });

/** An error of a call. Go by `type`, or by `key`: the words may change. */
export interface SemblanceError extends Error {
  /** A class of `py/semblance/errors.py`, such as `UnknownItem`. */
  type: string;
  /** Names the text of the message; empty if it is another program's. */
  key: string;
  values: { [name: string]: unknown };
  /** The item that it happened to. */
  where: string;
}

export interface Report {
  added: number;
  changed: number;
  unchanged: number;
  failed: { id: string; error: string }[];
}

export interface Match {
  id: string;
  /** A cosine, from -1 to 1. */
  score: number;
  content: string;
  metadata: Metadata;
}

export interface Hit extends Match {
  /** The merged score, which only orders the items of one search. */
  score: number;
  cosine: number;
  /** The words of the query that the item has. */
  words: string[];
}

export interface EmbedOptions {
  onProgress?: (progress: { done: number; total: number; failed: number }) => void;
  signal?: AbortSignal;
}

export interface Collection {
  readonly name: string;
  /** Add or update items. What did not change is not embedded again. */
  embedMulti(items: Item[], options?: EmbedOptions): Promise<Report>;
  /** Items like a text or a picture, best first. */
  similar(query: string | Blob, options?: { number?: number }): Promise<Match[]>;
  /** Items like a stored one, which is not among them. */
  similarById(id: string, options?: { number?: number }): Promise<Match[]>;
  /** Items that fit a text by words and by meaning. Where nothing fits there are none, unless `nearest` asks for the nearest. */
  search(query: string, options?: { number?: number; nearest?: boolean }): Promise<Hit[]>;
  ids(): Promise<string[]>;
  count(): Promise<number>;
  delete(ids: string[]): Promise<unknown>;
  /** Remove the collection. */
  drop(): Promise<unknown>;
}

export interface Ready {
  version: string;
  textModel: string;
  imageModel: string | null;
  threads: number;
  persisted: boolean;
}

export interface CollectionInfo {
  name: string;
  model: string;
  count: number;
  dims: number;
}

export interface Semblance {
  /** Once texts can be embedded. */
  readonly ready: Promise<Ready>;
  /** The collection of this name. It is made if there is none. */
  collection(name: string): Promise<Collection>;
  collections(): Promise<CollectionInfo[]>;
  /** The cosine of two texts, two pictures, or one of each. */
  similarity(a: string | Blob, b: string | Blob): Promise<number>;
}

export const semblance: Semblance;

/** Say in which folder of the host Semblance's files are, before the first call. It is `/semblance/` otherwise. */
export function assetsAt(address: string | URL): void;
