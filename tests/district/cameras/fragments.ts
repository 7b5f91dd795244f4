/** Takes a fragmented MP4 (ISO/IEC 14496-12) apart and renumbers its fragments, so that a loop becomes an endless stream. */

export interface Movie {
  /** `ftyp` and `moov`. */
  initialisation: Buffer
  fragments: Buffer[]
  /** Duration of a fragment in the track's time scale; all are equal. */
  fragmentDuration: number
}

interface Box {
  type: string
  /** Where the content begins and ends. */
  from: number
  to: number
  at: number
}

function boxes(bytes: Buffer, from: number, to: number): Box[] {
  const found: Box[] = []
  for (let at = from; at + 8 <= to;) {
    const size = bytes.readUInt32BE(at)
    if (size < 8 || at + size > to) throw new Error('a box of the movie is cut off')
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), at, from: at + 8, to: at + size })
    at += size
  }
  return found
}

/** Follows a path of box types from the top. */
function find(bytes: Buffer, path: readonly string[]): Box {
  let box: Box = { type: '', at: 0, from: 0, to: bytes.length }
  for (const type of path) {
    const next = boxes(bytes, box.from, box.to).find((one) => one.type === type)
    if (!next) throw new Error(`the movie lacks ${path.join('/')}`)
    box = next
  }
  return box
}

/** `fragmentSeconds` is what one fragment lasts. */
export function takeApart(movie: Buffer, fragmentSeconds: number): Movie {
  const top = boxes(movie, 0, movie.length)
  const head = top.find(({ type }) => type === 'moof')
  if (!head) throw new Error('the movie has no fragments')
  const initialisation = movie.subarray(0, head.at)
  const header = find(initialisation, ['moov', 'trak', 'mdia', 'mdhd'])
  const wide = initialisation[header.from] === 1
  const timeScale = initialisation.readUInt32BE(header.from + (wide ? 20 : 12))
  const fragments = top.flatMap((box, at) => {
    const data = top[at + 1]
    return box.type === 'moof' && data?.type === 'mdat' ? [movie.subarray(box.at, data.to)] : []
  })
  return { initialisation, fragments, fragmentDuration: timeScale * fragmentSeconds }
}

/** Fragment number `number` of the endless stream: its sequence number and decode time continue over all loops, counted from `origin`. */
export function fragmentOf(movie: Movie, number: number, origin = 0): Buffer {
  const bytes = Buffer.from(movie.fragments[number % movie.fragments.length]!)
  bytes.writeUInt32BE(number % 2 ** 32, find(bytes, ['moof', 'mfhd']).from + 4)
  const time = find(bytes, ['moof', 'traf', 'tfdt'])
  if (bytes[time.from] !== 1) throw new Error('the decode time of the fragment has 32 bits')
  bytes.writeBigUInt64BE(BigInt(number - origin) * BigInt(movie.fragmentDuration), time.from + 4)
  return bytes
}
