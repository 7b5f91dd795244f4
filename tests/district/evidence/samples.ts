/** Gives reports from handsets and residents something to show: the files lie at the hub, the first step refers to them. */
import { createHash } from 'node:crypto'
import type { Evidence } from '../../../native/contract/case.ts'
import { createRandom } from '../random.ts'
import type { Life } from '../traffic/report.ts'
import type { HubEvidence } from './evidence-server.ts'
import { drawPhoto, makeFilm, makeRecording } from './sample-files.ts'

export interface Samples {
  /** The life with evidence on its first step, which is put to the hub; other channels' lives stay as they are. */
  attach(hub: { evidence: HubEvidence }, life: Life): Life
}

interface Sample {
  content: Buffer
  sha256: string
}

/** As many as the channel says there are, e.g. `3 张`. */
const countOf = (words = '') => Number(/^\d+/.exec(words)?.[0] ?? 0)

/** Different photos; a district needs no more. */
const photos = 8
const sampleOf = (content: Buffer): Sample => ({ content, sha256: createHash('sha256').update(content).digest('hex') })

export function createSamples(seed: number): Samples {
  const made = new Map<string, Sample>()
  let film: Sample | null | undefined
  const sample = (name: string, make: () => Buffer): Sample => {
    const known = made.get(name) ?? sampleOf(make())
    made.set(name, known)
    return known
  }
  const photo = (number: number) => sample(`photo ${number}`, () => drawPhoto(createRandom(seed, `photo ${number}`)))
  const recording = (seconds: number) =>
    sample(`recording ${seconds}`, () => makeRecording(createRandom(seed, `recording ${seconds}`), seconds))

  /** Encoded beside the traffic: the first reports go without. */
  function filmIfReady(): Sample | null {
    if (film !== undefined) return film
    film = null
    void makeFilm().then((content) => (film = content && sampleOf(content)))
    return null
  }

  return {
    attach(hub, life) {
      const { id: caseId, channel, subCenter } = life.head
      const isHandset = channel === 'field-handset'
      const [first, ...further] = life.steps
      if (!first || (!isHandset && channel !== 'wechat')) return life
      const random = createRandom(seed, `evidence ${caseId}`)
      const pieces: Evidence[] = []
      const add = (kind: Evidence['kind'], name: string, { content, sha256 }: Sample) => {
        const piece = { id: `${caseId}-${pieces.length + 1}`, kind, name, bytes: content.length, sha256 }
        hub.evidence.put(subCenter, piece, content)
        pieces.push(piece)
      }
      const { details = {} } = life.head.origin ?? {}
      for (let number = 1; number <= countOf(details[isHandset ? '现场照片' : '照片']); number += 1)
        add('photo', `现场照片${number}.png`, photo(random.below(photos)))
      const seconds = isHandset ? countOf(details['现场录音']) : 0
      if (seconds > 0) add('audio', '现场录音.wav', recording(seconds))
      const moving = isHandset && random.chance(0.3) ? filmIfReady() : null
      if (moving) add('video', '现场录像.mp4', moving)
      return { ...life, steps: [{ ...first, evidence: pieces }, ...further] }
    },
  }
}
