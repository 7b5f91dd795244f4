/** Invented names of villages, communities and people that sound like the district's. */
import type { Random } from '../random.ts'

const common = [
  ...'王李张刘陈杨赵黄周吴徐孙马胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾田于董潘袁蔡蒋余杜叶程魏苏吕丁任沈姚卢',
]
const village = [...'王李张刘陈杨赵周吴徐孙马胡郭何高郑宋唐许韩冯曹田于董潘尹任崔耿师翟葛柴双岗白草平富任丁摇']
const sides = ['', '', '', '前', '后', '东', '西', '南', '北', '大', '小']
const endings = [
  '庄村',
  '各庄村',
  '家庄村',
  '辛庄村',
  '营村',
  '家营村',
  '屯村',
  '店村',
  '里村',
  '府村',
  '垡村',
  '家务村',
  '家场村',
  '桥村',
]
const blocks = [...'吉祥安和幸福翠景丽华瑞龙旺锦玉兰云佳新美嘉禾']
const blockEndings = [
  '里社区',
  '园社区',
  '家园社区',
  '苑社区',
  '东里社区',
  '西里社区',
  '南里社区',
  '北里社区',
  '街社区',
  '嘉园社区',
]
const older = [
  '建国',
  '志强',
  '建军',
  '国强',
  '德林',
  '永利',
  '振海',
  '宝山',
  '长河',
  '玉成',
  '凤英',
  '秀兰',
  '桂芝',
  '淑珍',
  '玉梅',
  '秀荣',
]
const newer = [
  '伟',
  '磊',
  '洋',
  '勇',
  '超',
  '鹏',
  '浩',
  '宇航',
  '子轩',
  '天翔',
  '静',
  '丽',
  '敏',
  '婷',
  '雪',
  '倩',
  '雨欣',
  '思佳',
  '晓燕',
  '海燕',
]

export type NameKind = 'village' | 'community'

/** A maker that never gives the same place name twice. */
export function createPlaceNames(random: Random): (kind: NameKind) => string {
  const used = new Set<string>()
  const block = () => {
    const first = random.pick(blocks)
    return first + random.pick(blocks.filter((other) => other !== first))
  }
  const make = (kind: NameKind) =>
    kind === 'village'
      ? random.pick(sides) + random.pick(village) + random.pick(endings)
      : block() + random.pick(blockEndings)
  return (kind) => {
    for (;;) {
      const name = make(kind)
      if (used.has(name)) continue
      used.add(name)
      return name
    }
  }
}

export function personName(random: Random): string {
  return random.pick(common) + random.pick(random.chance(0.5) ? older : newer)
}

/** Eleven digits that look like a mobile number; no carrier has numbers that begin with 100. */
export function phoneNumber(random: Random): string {
  return `100${String(random.below(100_000_000)).padStart(8, '0')}`
}
