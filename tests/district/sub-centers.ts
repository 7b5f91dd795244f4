/** The fifteen sub-centers of the district: names, division codes (GB/T 2260 district + GB/T 10114 township), size. */

export interface SubCenter {
  /** Nine digits: district 110112 and three for the street, town or township. */
  code: string
  name: string
  /** First letters, for workstations and accounts. */
  letters: string
  kind: 'street' | 'town' | 'township'
  villages: number
  communities: number
}

const row = (
  code: string,
  name: string,
  letters: string,
  kind: SubCenter['kind'],
  villages: number,
  communities: number,
): SubCenter => ({ code: `110112${code}`, name, letters, kind, villages, communities })

/** 470 villages and 119 communities in all; 宋庄's 47 villages are published, the other shares are this project's. */
export const subCenters: readonly SubCenter[] = [
  row('001', '中仓街道', 'ZC', 'street', 0, 15),
  row('002', '新华街道', 'XH', 'street', 0, 11),
  row('003', '北苑街道', 'BY', 'street', 0, 13),
  row('004', '玉桥街道', 'YQ', 'street', 0, 14),
  row('005', '永顺镇', 'YS', 'town', 22, 20),
  row('006', '梨园镇', 'LY', 'town', 21, 18),
  row('104', '宋庄镇', 'SZ', 'town', 47, 3),
  row('105', '张家湾镇', 'ZJW', 'town', 57, 5),
  row('106', '漷县镇', 'HX', 'town', 61, 3),
  row('109', '马驹桥镇', 'MJQ', 'town', 45, 7),
  row('110', '西集镇', 'XJ', 'town', 57, 2),
  row('114', '台湖镇', 'TH', 'town', 45, 4),
  row('117', '永乐店镇', 'YLD', 'town', 38, 1),
  row('119', '潞城镇', 'LC', 'town', 54, 2),
  row('209', '于家务回族乡', 'YJW', 'township', 23, 1),
]

/** Where the demo's console sits. */
export const songzhuang = '110112104'

export function findSubCenter(code: string): SubCenter {
  const found = subCenters.find((subCenter) => subCenter.code === code || subCenter.letters === code)
  if (!found) throw new Error(`unknown sub-center ${code}: use a code such as 110112104 or letters such as SZ`)
  return found
}
