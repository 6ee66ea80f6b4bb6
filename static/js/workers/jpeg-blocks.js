// Finds the end of a JPEG whose "end of image" is missing, as in some phones' pictures with a film behind them. Its blocks are
// counted, without their values. Only one kind can be told to be whole: all of it in one scan. Others may lack their finest details.

const SCAN = 0xda;
const FRAMES = [0xc0, 0xc1]; // sequential, with Huffman codes
const HUFFMAN_TABLES = 0xc4;
const RESTARTS = 0xdd;

class NotWhole extends Error {}

/** A Huffman table: for each length of codes the first code, how many there are, and where their values begin. */
function tableOf(bytes, at) {
  const lengths = [];
  let code = 0;
  let values = at + 16;
  for (let length = 0; length < 16; length++) {
    const count = bytes[at + length];
    lengths.push({ first: code, count, values });
    code = (code + count) << 1;
    values += count;
  }
  return { lengths, end: values };
}

/** The tables, the frame and the restarts that stand before the first scan, and where its data begins. */
function headersOf(bytes) {
  const word = (at) => (bytes[at] << 8) | bytes[at + 1];
  const tables = new Map();
  let frame;
  let restarts = 0;
  for (let at = 2; at + 4 < bytes.length; at += 2 + word(at + 2)) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1; // filling
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1];
    const end = at + 2 + word(at + 2);
    if (FRAMES.includes(marker)) {
      frame = { height: word(at + 5), width: word(at + 7), parts: new Map() };
      for (let part = at + 10; part + 3 <= end; part += 3) {
        frame.parts.set(bytes[part], { across: bytes[part + 1] >> 4, down: bytes[part + 1] & 15 });
      }
    } else if (marker === HUFFMAN_TABLES) {
      for (let next = at + 4; next < end; ) {
        const table = tableOf(bytes, next + 1);
        tables.set(bytes[next], table.lengths);
        next = table.end;
      }
    } else if (marker === RESTARTS) {
      restarts = word(at + 4);
    } else if (marker === SCAN) {
      const parts = Array.from({ length: bytes[at + 4] }, (_, number) => {
        const [id, codes] = [bytes[at + 5 + 2 * number], bytes[at + 6 + 2 * number]];
        return { ...frame?.parts.get(id), first: tables.get(codes >> 4), rest: tables.get(0x10 | (codes & 15)) };
      });
      return { frame, restarts, parts, data: end };
    }
  }
  throw new NotWhole();
}

/** Reads the bits of a scan. Zeros that follow 0xFF are no data; a marker ends it. */
class Bits {
  constructor(bytes, at) {
    Object.assign(this, { bytes, at, value: 0, left: 0 });
  }

  one() {
    if (!this.left) {
      if (this.at >= this.bytes.length) throw new NotWhole();
      this.value = this.bytes[this.at++];
      if (this.value === 0xff && this.bytes[this.at++] !== 0) throw new NotWhole();
      this.left = 8;
    }
    return (this.value >> --this.left) & 1;
  }

  skip(count) {
    while (count-- > 0) this.one();
  }

  coded(table) {
    let code = 0;
    for (const { first, count, values } of table) {
      code = (code << 1) | this.one();
      if (code - first < count) return this.bytes[values + code - first];
    }
    throw new NotWhole();
  }

  restart() {
    this.left = 0;
    if (this.bytes[this.at] !== 0xff || (this.bytes[this.at + 1] & 0xf8) !== 0xd0) throw new NotWhole();
    this.at += 2;
  }
}

function passBlock(bits, { first, rest }) {
  bits.skip(bits.coded(first) & 15);
  for (let at = 1; at < 64; ) {
    const code = bits.coded(rest);
    if (code === 0) return;
    at += (code >> 4) + 1;
    if (at > 64) throw new NotWhole();
    bits.skip(code & 15);
  }
}

/** Where the data of a JPEG ends, if all of its blocks are there; else 0. */
export function endOfBlocks(bytes) {
  try {
    const { frame, restarts, parts, data } = headersOf(bytes);
    const isTold = frame && parts.length === frame.parts.size && parts.every(({ across, first, rest }) => across && first && rest);
    if (!isTold) return 0;
    const alone = parts.length === 1; // then a unit is one block, whatever the header says
    const most = (key) => (alone ? 1 : Math.max(...parts.map((part) => part[key])));
    const units = Math.ceil(frame.width / (8 * most("across"))) * Math.ceil(frame.height / (8 * most("down")));
    const bits = new Bits(bytes, data);
    for (let unit = 0; unit < units; unit++) {
      if (restarts && unit && unit % restarts === 0) bits.restart();
      for (const part of parts) {
        for (let block = alone ? 1 : part.across * part.down; block > 0; block--) passBlock(bits, part);
      }
    }
    return bits.at;
  } catch (error) {
    if (error instanceof NotWhole) return 0;
    throw error;
  }
}
