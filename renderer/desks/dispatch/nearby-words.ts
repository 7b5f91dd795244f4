/** The words of what is near a case. */
import type { DeskWords } from '../../locales/words.ts'

const zhCN = {
  nearby: {
    title: '附近',
    duplicates: '可能重复',
    duplicatesHint: '同类 · 50 米内 · 24 小时内',
    recurring: '此处近 90 天同类上报 {count} 次，可能反复发生',
    cameras: '摄像机',
    staff: '人员',
    metres: '{metres} 米',
    nothing: '附近没有同类案件、摄像机或人员',
    failed: '附近情况没能读出',
  },
}

const en: typeof zhCN = {
  nearby: {
    title: 'Nearby',
    duplicates: 'May be the same',
    duplicatesHint: 'same class · within 50 m · within 24 h',
    recurring: '{count} reports of this class here in 90 days: it may keep coming back',
    cameras: 'Cameras',
    staff: 'Staff',
    metres: '{metres} m',
    nothing: 'No case of this class, camera or person nearby',
    failed: 'What is near could not be read',
  },
}

export const nearbyWords: DeskWords = { 'zh-CN': zhCN, en }
