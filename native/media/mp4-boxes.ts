/** Writes boxes of ISO base media files (ISO/IEC 14496-12). */

export type BoxPart = Uint8Array | readonly number[]

/** Four bytes of size, four of type, and the parts; numbers are bytes. */
export function box(type: string, ...parts: BoxPart[]): Buffer {
  const contents = parts.map((part) => (part instanceof Uint8Array ? part : Buffer.from(part)))
  const size = contents.reduce((sum, { byteLength }) => sum + byteLength, 8)
  return Buffer.concat([u32(size), Buffer.from(type, 'latin1'), ...contents], size)
}

/** A box with a version and 24 bits of flags. */
export function fullBox(type: string, version: number, flags: number, ...parts: BoxPart[]): Buffer {
  return box(type, [version, (flags >> 16) & 0xff, (flags >> 8) & 0xff, flags & 0xff], ...parts)
}

export const u16 = (value: number) => Buffer.of((value >> 8) & 0xff, value & 0xff)

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

export function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** Of a whole number below 2^53. */
export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

export const zeros = (count: number) => Buffer.alloc(count)
