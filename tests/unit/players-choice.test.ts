import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bar, createPathMemory } from '../../renderer/players/path-memory.ts'
import type { PlayerPath } from '../../renderer/players/player.ts'
import { choosePlayer } from '../../renderer/players/player-choice.ts'

describe('the choice of a player', () => {
  const all = { webCodecs: true, trackGenerator: true, mediaSource: true }
  const none = new Map<PlayerPath, Bar>()
  const units = { player: 'access-units', hasStills: true, can: all, bars: none } as const
  const hls = { ...units, player: 'hls' } as const
  const without = (...lacks: (keyof typeof all)[]) => ({
    ...all,
    ...Object.fromEntries(lacks.map((lack) => [lack, false])),
  })

  it('takes the shortest path for access units and hls.js for HLS', () => {
    expect(choosePlayer(units)).toEqual({ path: 'webcodecs', degraded: null, againAt: null })
    expect(choosePlayer(hls)).toEqual({ path: 'hls', degraded: null, againAt: null })
  })

  it('steps down where the browser lacks something, and says what', () => {
    const choose = (...lacks: (keyof typeof all)[]) => choosePlayer({ ...units, can: without(...lacks) })
    expect(choose('webCodecs')).toMatchObject({ path: 'mse', degraded: 'no-webcodecs' })
    expect(choose('trackGenerator')).toMatchObject({ path: 'mse', degraded: 'no-track-generator' })
    expect(choose('webCodecs', 'mediaSource')).toMatchObject({ path: 'stills', degraded: 'no-media-source' })
    expect(choosePlayer({ ...hls, can: without('mediaSource') })).toEqual({
      path: null,
      reason: 'no-media-source',
      againAt: null,
    })
  })

  it('shows H.265 that nothing here decodes as stills, and nothing where the camera has none', () => {
    const bars = new Map<PlayerPath, Bar>([
      ['webcodecs', { reason: 'codec', until: 7000 }],
      ['mse', { reason: 'codec', until: 5000 }],
    ])
    expect(choosePlayer({ ...units, bars })).toEqual({ path: 'stills', degraded: 'codec', againAt: 5000 })
    expect(choosePlayer({ ...units, bars, hasStills: false })).toEqual({ path: null, reason: 'codec', againAt: 5000 })
  })

  it('never takes a path that something stands against, nor a worse one than there is', () => {
    const order: readonly PlayerPath[] = ['webcodecs', 'mse', 'stills']
    const facts = fc.record({
      lacks: fc.subarray(['webCodecs', 'trackGenerator', 'mediaSource'] as const),
      hasStills: fc.boolean(),
      barred: fc.subarray([...order]),
    })
    fc.assert(
      fc.property(facts, ({ lacks, hasStills, barred }) => {
        const bars = new Map(barred.map((path) => [path, { reason: 'decoder', until: 9 } as const]))
        const can = without(...lacks)
        const isOpen = {
          webcodecs: can.webCodecs && can.trackGenerator && !bars.has('webcodecs'),
          mse: can.mediaSource && !bars.has('mse'),
          stills: hasStills && !bars.has('stills'),
        }
        const best = order.find((path) => isOpen[path as keyof typeof isOpen]) ?? null
        const choice = choosePlayer({ player: 'access-units', can, hasStills, bars })
        expect(choice.path).toBe(best)
        if (choice.path !== null) expect(choice.degraded === null).toBe(best === 'webcodecs')
      }),
    )
  })

  it('holds a path back longer each time, up to a quarter of an hour, and forgets after as long', () => {
    const memory = createPathMemory()
    const holds: number[] = []
    let now = 0
    for (let failures = 0; failures < 6; failures += 1) {
      memory.bar('camera-1', 'webcodecs', 'decoder', now)
      const until = memory.barsOf('camera-1', now).get('webcodecs')!.until
      holds.push((until - now) / 60_000)
      now = until
      expect(memory.barsOf('camera-1', now).size).toBe(0)
    }
    expect(holds).toEqual([1, 2, 4, 8, 15, 15])
    now += 900_000
    memory.bar('camera-1', 'webcodecs', 'decoder', now)
    expect(memory.barsOf('camera-1', now).get('webcodecs')!.until - now).toBe(60_000)
  })
})
