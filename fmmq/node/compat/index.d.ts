/** A queue: 0 or more; -1 when there is none. */
type Queue = number;

export function CreateMmapSync(id: string, permissions: string, locking?: number): Queue;
export function ConnectMmapSync(program: string, id: string): Queue;
/** 0, or -1: the queue is full. */
export function WriteSync(queue: Queue, text: string): number;
/** Messages, each followed by a space. `mode` 0 consumes them; 1 does not. */
export function ReadSync(queue: Queue, mode: number): string;
export function WriteSharedStringSync(queue: Queue, text: string): number;
export function GetSharedStringSync(queue: Queue): string;

export function CreateMmapAsync(
  id: string, permissions: string, locking: number, callback: (queue: Queue) => void): void;
export function CreateMmapAsync(
  id: string, permissions: string, callback: (queue: Queue) => void): void;
export function ConnectMmapAsync(
  program: string, id: string, callback: (queue: Queue) => void): void;
export function WriteAsync(queue: Queue, text: string, callback?: (result: number) => void): void;
export function ReadAsync(queue: Queue, mode: number, callback: (text: string) => void): void;
export function WriteSharedStringAsync(
  queue: Queue, text: string, callback?: (result: number) => void): void;
export function GetSharedStringAsync(queue: Queue, callback: (text: string) => void): void;
