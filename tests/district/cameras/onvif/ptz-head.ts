/** The motor of a PTZ camera: where it points at any time, computed from when it was told what. */

export interface Aim {
  /** -1 left to 1 right, -1 down to 1 up, 0 wide to 1 tele. */
  pan: number
  tilt: number
  zoom: number
}
export interface Preset {
  token: string
  name: string
  aim: Aim
}
export interface PtzHead {
  /** Turns with this velocity (shares of full speed, -1 to 1) for at most `timeout` ms. */
  turn: (velocity: Aim, timeout: number) => void
  /** Goes to a position and stops there. */
  goTo: (aim: Aim) => void
  stop: (axes: { panTilt: boolean; zoom: boolean }) => void
  status: () => { aim: Aim; panTilt: boolean; zoom: boolean }
  presets: () => Preset[]
  /** Keeps the present position; without a token a new preset is made. Null for an unknown token. */
  keepPreset: (token: string | null, name: string | null) => Preset | null
  /** False for an unknown token. */
  removePreset: (token: string) => boolean
}

const axes = ['pan', 'tilt', 'zoom'] as const
const lowest: Aim = { pan: -1, tilt: -1, zoom: 0 }
/** Units a second at full speed: from end to end in ten seconds. */
const fullSpeed = 0.2
const still: Aim = { pan: 0, tilt: 0, zoom: 0 }

export function createPtzHead(presetNames: readonly string[], now: () => number): PtzHead {
  let from: Aim = still
  let velocity: Aim = still
  let startedAt = now()
  let endsAt = startedAt
  const presets = new Map<string, Preset>()
  presetNames.forEach((name, at) => {
    const aim = { pan: Math.sin(at * 2) * 0.8, tilt: -0.1 * (at % 4), zoom: (at % 3) * 0.3 }
    presets.set(`preset-${at + 1}`, { token: `preset-${at + 1}`, name, aim })
  })
  let made = presetNames.length

  const aimNow = (): Aim => {
    const seconds = (Math.min(now(), endsAt) - startedAt) / 1000
    return mapAim((axis) => clamp(axis, from[axis] + velocity[axis] * fullSpeed * seconds))
  }
  const begin = (next: Aim, duration: number): void => {
    from = aimNow()
    velocity = next
    startedAt = now()
    endsAt = startedAt + duration
  }
  return {
    turn: (next, timeout) =>
      begin(
        mapAim((axis) => Math.max(-1, Math.min(1, next[axis]))),
        timeout,
      ),
    goTo(aim) {
      const present = aimNow()
      const way = mapAim((axis) => clamp(axis, aim[axis]) - present[axis])
      const longest = Math.max(...axes.map((axis) => Math.abs(way[axis])))
      const seconds = longest / fullSpeed
      begin(seconds === 0 ? still : mapAim((axis) => way[axis] / seconds / fullSpeed), seconds * 1000)
    },
    stop({ panTilt, zoom }) {
      const remaining = Math.max(0, endsAt - now())
      begin(
        mapAim((axis) => ((axis === 'zoom' ? zoom : panTilt) ? 0 : velocity[axis])),
        remaining,
      )
    },
    status() {
      const moving = now() < endsAt
      const panTilt = moving && (velocity.pan !== 0 || velocity.tilt !== 0)
      return { aim: aimNow(), panTilt, zoom: moving && velocity.zoom !== 0 }
    },
    presets: () => [...presets.values()],
    keepPreset(token, name) {
      const known = token === null ? null : presets.get(token)
      if (known === undefined) return null
      const key = known?.token ?? `preset-${++made}`
      const preset = { token: key, name: name ?? known?.name ?? `预置位${made}`, aim: aimNow() }
      presets.set(key, preset)
      return preset
    },
    removePreset: (token) => presets.delete(token),
  }
}

function mapAim(value: (axis: keyof Aim) => number): Aim {
  return { pan: value('pan'), tilt: value('tilt'), zoom: value('zoom') }
}

function clamp(axis: keyof Aim, value: number): number {
  return Math.max(lowest[axis], Math.min(1, value))
}
