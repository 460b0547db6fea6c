// As much of @types/node as index.d.ts and use.ts need, for machines without it (Debian's nodejs
// has it: /usr/share/nodejs/@types).
interface Buffer extends Uint8Array {
  toString(encoding?: BufferEncoding): string;
  readUInt8(offset: number): number;
}
declare const Buffer: {
  alloc(size: number): Buffer;
  from(text: string): Buffer;
};
type BufferEncoding = 'utf8' | 'hex' | 'base64' | 'latin1';
interface AbortSignal {
  readonly aborted: boolean;
}
declare class AbortController {
  readonly signal: AbortSignal;
}
declare const console: { log(...values: unknown[]): void };
declare module 'stream' {
  interface ReadableOptions {
    highWaterMark?: number;
  }
  interface WritableOptions {
    highWaterMark?: number;
  }
  class Readable {
    pipe(to: Writable): Writable;
  }
  class Writable {
    end(): void;
  }
}
