/** Words of taking down a new case. */
import type { DeskWords } from '../../locales/words.ts'

const zhCN = {
  newCase: {
    button: '登记',
    send: '登记',
    title: '登记新案件',
    class: '类别',
    classHint: '编码、名称或拼音首字母，如“jg”',
    noClasses: '还没有收到类别目录',
    caller: '反映人',
    phone: '电话',
    where: '在哪个网格',
    whereHint: '数字键选择，或输入网格、村（社区）名称、拼音首字母；Ctrl+M 在地图上点选',
    noGrids: '还没有收到网格，请按 Ctrl+M 在地图上点选位置',
    outside: '网格之外',
    sources: {
      map: '地图上点选',
      named: '地点中提到',
      found: '按输入查到',
      last: '上次登记处',
      own: '本镇中部',
      case: '打开的案件处',
    },
    alike: '可能重复',
    alikeHint: '同类 · 24 小时内 · 50 米内或同网格',
    alikeOpen: '打开这一件，放弃登记',
    alikeAgain: '上面可能是同一件。核对后不是同一件的，再按一次 Ctrl+Enter 登记',
    metres: '{metres} 米',
    missing: {
      class: '还缺类别',
      place: '还缺地点',
      spot: '还缺位置：请输入网格或村（社区），或在地图上点选',
      description: '还缺问题描述（至少两个字）',
    },
  },
}

const en: typeof zhCN = {
  newCase: {
    button: 'New',
    send: 'Take down',
    title: 'Take down a new case',
    class: 'Class',
    classHint: 'Code, name or pinyin initials, e.g. jg',
    noClasses: 'The catalogue has not come yet',
    caller: 'Caller',
    phone: 'Phone',
    where: 'In which grid',
    whereHint: 'By digit, or type a grid or village, also its initials; Ctrl+M to point at the map',
    noGrids: 'No grids have come yet; press Ctrl+M and point at the map',
    outside: 'Outside of all grids',
    sources: {
      map: 'pointed at',
      named: 'named in the place',
      found: 'found',
      last: 'used last',
      own: "the town's middle",
      case: 'of the open case',
    },
    alike: 'May be the same',
    alikeHint: 'same class · within 24 h · within 50 m or in the same grid',
    alikeOpen: 'Open this case and take down nothing',
    alikeAgain: 'One of these may be the same. If it is not, press Ctrl+Enter once more',
    metres: '{metres} m',
    missing: {
      class: 'The class is missing',
      place: 'The place is missing',
      spot: 'The position is missing: type a grid or village, or point at the map',
      description: 'The description (two characters or more) is missing',
    },
  },
}

export const newCaseWords: DeskWords = { 'zh-CN': zhCN, en }
