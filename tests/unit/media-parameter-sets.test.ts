import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeSpropParameterSets, parseSequenceParameterSet } from '../../native/media/parameter-sets.ts'
import { hex, sets } from './media-rtp-packets.ts'

describe('sequence parameter sets', () => {
  // Written by x264.
  test.each([
    ['67640016acd940a02ff970110000030001000003000a0f162d96', 'avc1.640016', 640, 360],
    ['6742c028d900780227e5c044000003000400000300283c60c920', 'avc1.42C028', 1920, 1080],
    ['674d400ceca0b0df5580880000030008000003005078a14cb0', 'avc1.4D400C', 350, 206],
    ['67640028acd94078044fde022000000300200000030143e2c5b2c0', 'avc1.640028', 1920, 1080],
    ['67f40016919b281405ff3e022000000300200000030141e2c5b2c0', 'avc1.F40016', 640, 362],
    ['677a0016bcd940a02ff9f0110000030001000003000a0f162d96', 'avc1.7A0016', 640, 362],
    ['67640016f3650280bfb8bc05b2000003000200000300141e2c5b2c', 'avc1.640016', 638, 358],
  ])('%s', (text, codec, width, height) => {
    expect(parseSequenceParameterSet(hex(text))).toEqual({ codec, width, height })
  })

  test('cut short or made up, they never fail and never make a size beyond reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (noise, length) => {
        const damaged = Uint8Array.from([...sets[0][0].slice(0, length), ...noise])
        const format = parseSequenceParameterSet(damaged)
        if (format) expect(Math.max(format.width, format.height)).toBeLessThanOrEqual(16_384)
      }),
    )
    expect(parseSequenceParameterSet(sets[0][1])).toBeNull()
  })

  test('are read from a session description', () => {
    const text = sets[0].map((set) => Buffer.from(set).toString('base64')).join(',')
    expect(decodeSpropParameterSets(text)).toEqual(sets[0])
    expect(decodeSpropParameterSets(',,%%')).toEqual([])
  })
})
