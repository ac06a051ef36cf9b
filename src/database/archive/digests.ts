import { createHash } from 'node:crypto';

/** Bytes between two recorded digests. */
export const BLOCK_SIZE = 16 * 1024 * 1024;

/** What a stream was, byte for byte. */
export interface Digests {
  /** Bytes. */
  readonly size: number;
  /** Of the whole, in hexadecimal: what `sha256sum` prints. */
  readonly sha256: string;
  /** Bytes. */
  readonly blockSize: number;
  /**
   * One for each block, the last may be shorter: the SHA-256 of everything **up to the end of the block**, which
   * `head -c` and `sha256sum` can check too. So one pass is enough for the whole and for the blocks, and the first of
   * them that differs says where the damage begins.
   */
  readonly blocks: readonly string[];
}

/** Hashes a stream as it passes. */
export class StreamHasher {
  private readonly hash = createHash('sha256');
  private readonly blocks: string[] = [];
  private readonly blockSize: number;
  private readonly onBlock: (digest: string, index: number) => void;
  private size = 0;

  /** @param onBlock told of each digest as soon as its block is complete */
  constructor(blockSize = BLOCK_SIZE, onBlock: (digest: string, index: number) => void = () => undefined) {
    this.blockSize = blockSize;
    this.onBlock = onBlock;
  }

  update(chunk: Uint8Array): void {
    let rest = chunk;
    for (let room = this.room(); rest.length >= room; room = this.room()) {
      this.add(rest.subarray(0, room));
      this.endBlock(this.hash.copy().digest('hex'));
      rest = rest.subarray(room);
    }
    if (rest.length > 0) this.add(rest);
  }

  finish(): Digests {
    const sha256 = this.hash.digest('hex');
    if (this.room() < this.blockSize) this.endBlock(sha256);
    return { size: this.size, sha256, blockSize: this.blockSize, blocks: this.blocks };
  }

  /** Bytes until the block is full; never 0. */
  private room(): number {
    return this.blockSize - (this.size % this.blockSize);
  }

  private add(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.size += bytes.length;
  }

  private endBlock(digest: string): void {
    this.blocks.push(digest);
    this.onBlock(digest, this.blocks.length - 1);
  }
}
