/** The district's outline and where its sub-centers sit: drawn by hand after the shape of Tongzhou, scaled to 906 km². */
import { centroid, type Point, type Position, project, signedArea } from './plane.ts'

const drawn: readonly Position[] = [
  [116.655, 40.015],
  [116.63, 39.97],
  [116.605, 39.93],
  [116.605, 39.895],
  [116.58, 39.86],
  [116.56, 39.82],
  [116.525, 39.785],
  [116.535, 39.74],
  [116.59, 39.715],
  [116.64, 39.69],
  [116.69, 39.675],
  [116.72, 39.64],
  [116.77, 39.605],
  [116.83, 39.61],
  [116.87, 39.66],
  [116.9, 39.71],
  [116.9, 39.755],
  [116.925, 39.785],
  [116.94, 39.835],
  [116.905, 39.875],
  [116.86, 39.905],
  [116.83, 39.945],
  [116.785, 39.975],
  [116.76, 40.01],
  [116.705, 40.027],
]

/** Sites of the sub-centers: the ground nearest to a site is that sub-center's. */
const sites: Readonly<Record<string, Position>> = {
  '110112001': [116.668, 39.906],
  '110112002': [116.656, 39.922],
  '110112003': [116.639, 39.906],
  '110112004': [116.684, 39.887],
  '110112005': [116.66, 39.945],
  '110112006': [116.65, 39.876],
  '110112104': [116.725, 39.968],
  '110112105': [116.71, 39.835],
  '110112106': [116.8, 39.775],
  '110112109': [116.575, 39.765],
  '110112110': [116.87, 39.82],
  '110112114': [116.613, 39.83],
  '110112117': [116.81, 39.68],
  '110112119': [116.785, 39.9],
  '110112209': [116.695, 39.725],
}

const groundSquareMetres = 906e6

/** The outline, counter-clockwise, and the sites, both scaled about the middle so that the area is 906 km². */
export function districtOutline(): { ring: Point[]; sites: { code: string; site: Point }[] } {
  const ring = drawn.map(project)
  const [middleX, middleY] = centroid(ring)
  const scale = Math.sqrt(groundSquareMetres / signedArea(ring))
  const grow = ([x, y]: Point): Point => [middleX + (x - middleX) * scale, middleY + (y - middleY) * scale]
  return {
    ring: ring.map(grow),
    sites: Object.entries(sites).map(([code, position]) => ({ code, site: grow(project(position)) })),
  }
}
