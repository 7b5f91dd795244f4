/**
 * Draws a vector tile as a calm ground beneath grids and marks: land, green, water, buildings, roads, borders, place names.
 *
 * Layers are those of the Protomaps basemap (versions 2 to 4); the OpenMapTiles names of the same things are understood too.
 */
import type RenderFeature from 'ol/render/Feature.js'

export interface VectorLook {
  theme: 'dark' | 'light'
  ratio: number
  font: string
}

interface Frame {
  level: number
  side: number
  look: VectorLook
}
type Context = OffscreenCanvasRenderingContext2D

const colours = {
  dark: {
    ...{ earth: '#191d23', built: '#1c2127', green: '#1b2a21', water: '#16354d', building: '#272d36' },
    ...{ minor: '#363e49', major: '#505b69', border: '#64707f', name: '#8b95a1', rim: '#15181d' },
  },
  light: {
    ...{ earth: '#f6f7f8', built: '#eef0f3', green: '#e1eddf', water: '#c9dff0', building: '#e0e4e9' },
    ...{ minor: '#d0d6de', major: '#b1bac6', border: '#8b96a4', name: '#5f6873', rim: '#ffffff' },
  },
} as const

const synonyms: Record<string, string> = {
  ...{ landcover: 'landuse', park: 'landuse', waterway: 'water', building: 'buildings' },
  ...{ transportation: 'roads', boundary: 'boundaries', place: 'places' },
}
const green = new Set([
  ...['park', 'forest', 'wood', 'grass', 'grassland', 'nature_reserve', 'garden', 'golf_course', 'cemetery', 'meadow'],
  ...['farmland', 'farmyard', 'orchard', 'vineyard', 'scrub', 'recreation_ground', 'village_green', 'allotments'],
])
const major = new Set(['highway', 'major_road', 'medium_road', 'motorway', 'trunk', 'primary', 'secondary', 'tertiary'])
/** From here on small roads are worth their ink. */
const minorFrom = 13

/** Features are in pixels of the page, y from 0 to -side. */
export function drawVectorTile(context: Context, features: readonly RenderFeature[], frame: Frame): void {
  const layers = new Map<string, RenderFeature[]>()
  for (const feature of features) {
    const name = String(feature.get('layer'))
    const layer = synonyms[name] ?? name
    const known = layers.get(layer)
    if (known) known.push(feature)
    else layers.set(layer, [feature])
  }
  const of = (layer: string) => layers.get(layer) ?? []
  const ink = colours[frame.look.theme]
  const kinds = (layer: string, wanted: ReadonlySet<string>, isIn: boolean) =>
    of(layer).filter((feature) => wanted.has(kindOf(feature)) === isIn)
  context.lineJoin = 'round'
  context.lineCap = 'round'
  fill(context, of('earth'), ink.earth)
  fill(context, kinds('landuse', green, false), ink.built)
  fill(context, kinds('landuse', green, true), ink.green)
  fill(context, of('water'), ink.water)
  stroke(context, of('water').filter(isLine), ink.water, frame.level < minorFrom ? 1 : 2.5)
  fill(context, of('buildings'), ink.building)
  if (frame.level >= minorFrom) stroke(context, kinds('roads', major, false), ink.minor, frame.level < 15 ? 1 : 2)
  stroke(context, kinds('roads', major, true), ink.major, Math.max(1, Math.min(5, frame.level - 10)))
  context.setLineDash([5, 4])
  stroke(context, of('boundaries'), ink.border, 1)
  context.setLineDash([])
  drawNames(context, of('places'), frame)
}

/** Protomaps says `kind` (before version 4 `pmap:kind`), OpenMapTiles `class`. */
function kindOf(feature: RenderFeature): string {
  return String(feature.get('kind') ?? feature.get('pmap:kind') ?? feature.get('class') ?? '')
}
const isLine = (feature: RenderFeature) => feature.getType() !== 'Polygon'

function fill(context: Context, features: readonly RenderFeature[], colour: string): void {
  context.beginPath()
  for (const feature of features) if (feature.getType() === 'Polygon') trace(context, feature)
  context.fillStyle = colour
  // Winding tells outer rings from holes (specification 4.3.4.4), and overlapping areas stay whole.
  context.fill('nonzero')
}

function stroke(context: Context, features: readonly RenderFeature[], colour: string, width: number): void {
  context.beginPath()
  for (const feature of features) if (!feature.getType().endsWith('Point')) trace(context, feature)
  context.strokeStyle = colour
  context.lineWidth = width
  context.stroke()
}

function trace(context: Context, feature: RenderFeature): void {
  const flat = feature.getFlatCoordinates()
  let from = 0
  for (const end of feature.getEnds() ?? [flat.length]) {
    for (let index = from; index < end; index += 2) {
      const [x, y] = [flat[index] as number, -(flat[index + 1] as number)]
      if (index === from) context.moveTo(x, y)
      else context.lineTo(x, y)
    }
    from = end
  }
}

const nameSize = 12

/** Each tile writes the names of its own places, whole, and where two would overlap only the more important. */
function drawNames(context: Context, places: readonly RenderFeature[], { side, look }: Frame): void {
  const ink = colours[look.theme]
  context.font = `${nameSize}px ${look.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineWidth = 3
  context.strokeStyle = ink.rim
  context.fillStyle = ink.name
  const taken: { x: number; y: number; half: number }[] = []
  for (const place of places.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    const [x = 0, down = 0] = place.getFlatCoordinates()
    const name = nameOf(place)
    if (!name || !place.getType().endsWith('Point') || x < 0 || x >= side || -down < 0 || -down >= side) continue
    const half = context.measureText(name).width / 2 + 4
    const at = { x: within(x, half, side), y: within(-down, nameSize, side), half }
    const isTaken = taken.some(
      (other) => Math.abs(other.x - at.x) < other.half + half && Math.abs(other.y - at.y) < nameSize * 1.6,
    )
    if (isTaken) continue
    taken.push(at)
    context.strokeText(name, at.x, at.y)
    context.fillText(name, at.x, at.y)
  }
}

const within = (value: number, margin: number, side: number) => Math.max(margin, Math.min(side - margin, value))

function nameOf(place: RenderFeature): string {
  const name: unknown = place.get('name:zh-Hans') ?? place.get('name:zh') ?? place.get('name')
  return typeof name === 'string' ? name : ''
}

/** What is shown from farther away is more important. */
function rankOf(place: RenderFeature): number {
  return Number(place.get('min_zoom') ?? place.get('pmap:min_zoom') ?? place.get('rank') ?? 99)
}
